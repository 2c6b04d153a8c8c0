#include "site/media_type.h"

#include <doctest/doctest.h>

#include <map>

namespace taskdock::site {

TEST_CASE("site/media_type: the ending decides, in any case, and texts have a charset") {
  for (const auto& [name, type] :
       std::map<std::string, std::string>{{"index.html", "text/html; charset=utf-8"},
                                          {"INDEX.HTM", "text/html; charset=utf-8"},
                                          {"app.js", "text/javascript; charset=utf-8"},
                                          {"app.mjs", "text/javascript; charset=utf-8"},
                                          {"style.css", "text/css; charset=utf-8"},
                                          {"readme.txt", "text/plain; charset=utf-8"},
                                          {"app.js.map", "application/json"},
                                          {"data.json", "application/json"},
                                          {"site.webmanifest", "application/manifest+json"},
                                          {"logo.svg", "image/svg+xml"},
                                          {"photo.JPG", "image/jpeg"},
                                          {"font.woff2", "font/woff2"},
                                          {"module.wasm", "application/wasm"},
                                          {"file.zip", "application/zip"},
                                          {"file.unknown", "application/octet-stream"},
                                          {"html", "application/octet-stream"},
                                          {"file.", "application/octet-stream"},
                                          {"", "application/octet-stream"}}) {
    CAPTURE(name);
    CHECK(media_type_of(name) == type);
  }
}

TEST_CASE("site/media_type: pages are HTML") {
  CHECK(is_page("index.html"));
  CHECK(is_page("a.b.HTM"));
  CHECK_FALSE(is_page("index.xhtml"));
  CHECK_FALSE(is_page("html"));
}

}  // namespace taskdock::site
