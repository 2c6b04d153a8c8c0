// Swagger UI has a dark scheme, and leaves it to the page when it is shown.
const dark = matchMedia("(prefers-color-scheme: dark)");
const followSystem = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
followSystem();
dark.addEventListener("change", followSystem);

SwaggerUIBundle({
  // Whole, since the servers in it are relative to it; a proxy may have put us below some path.
  url: new URL("./openapi.json", location.href).href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayOperationId: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
