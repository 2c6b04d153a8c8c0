const font = "system-ui, sans-serif";
const monospace = "ui-monospace, monospace";

const light = {
  colors: {
    primary: { main: "#0a6b4d" },
    success: { main: "#17671e" },
    error: { main: "#b3261e" },
    warning: { main: "#8f5b00", dark: "#744a00" },
    text: { primary: "#1d2b28", secondary: "#4f5c58" },
    border: { dark: "#dcd8cc", light: "#f0eee7" },
  },
  schema: { nestedBackground: "#f0eee7", linesColor: "#9bbdb0" },
  sidebar: { backgroundColor: "#f0eee7", textColor: "#1d2b28" },
  rightPanel: { backgroundColor: "#1d2d29" },
  code: "#b3261e",
};

const dark = {
  colors: {
    primary: { main: "#4fd1a1" },
    success: { main: "#5fcf8a" },
    error: { main: "#ff8f87" },
    warning: { main: "#f0b95a" },
    text: { primary: "#e7ede9", secondary: "#9db0a9" },
    border: { dark: "#2f443e", light: "#2f443e" },
    gray: { 50: "#1d2d29", 100: "#243630" },
  },
  schema: { nestedBackground: "#1d2d29", linesColor: "#3f5b53" },
  sidebar: {
    backgroundColor: "#1a2825",
    textColor: "#e7ede9",
    groupItems: { activeBackgroundColor: "#243630" },
    level1Items: { activeBackgroundColor: "#243630" },
  },
  rightPanel: {
    backgroundColor: "#0e1715",
    servers: { overlay: { backgroundColor: "#1d2d29", textColor: "#e7ede9" }, url: { backgroundColor: "#14201d" } },
  },
  codeBlock: { backgroundColor: "#182522" },
  fab: { backgroundColor: "#243630", color: "#4fd1a1" },
  code: "#ff9d95",
};

const scheme = matchMedia("(prefers-color-scheme: dark)");
// Redoc takes its colours once, when it is drawn.
scheme.addEventListener("change", () => location.reload());
const { code, ...colors } = scheme.matches ? dark : light;

Redoc.init(
  new URL("./openapi.json", location.href).href,
  {
    // The search index is built in a worker made from a blob, which the page's policy does not allow.
    disableSearch: true,
    expandResponses: "200,201",
    hideDownloadButton: false,
    // The descriptions say in words what the patterns mean.
    hideSchemaPattern: true,
    theme: {
      ...colors,
      typography: { fontFamily: font, headings: { fontFamily: font }, code: { fontFamily: monospace, color: code } },
    },
  },
  document.getElementById("redoc"),
);
