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

window.SwaggerUIBundle({
  url: spec,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
