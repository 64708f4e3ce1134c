const spec = document.currentScript?.dataset.spec ?? document.querySelector("script[data-spec]").dataset.spec;

window.SwaggerUIBundle({
  url: spec,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
