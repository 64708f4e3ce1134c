const spec = document.currentScript?.dataset.spec ?? document.querySelector("script[data-spec]").dataset.spec;

// Swagger UI's own dark colours are chosen by a class; what a reader chose for the site goes before the system's choice
const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen = null;
try {
  chosen = localStorage.getItem("theme");
} catch {
  // storage can be forbidden: the system's choice is right then
}
const follow = () => document.documentElement.classList.toggle("dark-mode", chosen ? chosen === "dark" : dark.matches);
dark.addEventListener("change", follow);
follow();

// Swagger UI would send the examples of all parameters together: filters that fit no post, and one key with every write
const parametersOf = (item) => Object.values(item).flatMap((operation) => operation.parameters ?? []);
function tellExamples(response) {
  if (!response.ok || !response.url.endsWith(spec)) return response;
  const document = JSON.parse(response.text);
  for (const parameter of Object.values(document.paths).flatMap(parametersOf)) {
    const { example = parameter.schema?.example, required } = parameter;
    if (required || example === undefined) continue;
    delete parameter.example;
    delete parameter.schema.example;
    parameter.description = `${parameter.description ?? ""}\n\nFor example \`${example}\``;
  }
  return Object.assign(response, { text: JSON.stringify(document) });
}

window.SwaggerUIBundle({
  url: spec,
  responseInterceptor: tellExamples,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
