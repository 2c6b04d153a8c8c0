Redoc.init(
  "/openapi.json",
  {
    // The search index is built in a worker made from a blob, which the page's policy does not allow.
    disableSearch: true,
    expandResponses: "200,201",
    hideDownloadButton: false,
    theme: { typography: { fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" } } },
  },
  document.getElementById("redoc"),
);
