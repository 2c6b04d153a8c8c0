#include "site/content_hash.h"

#include <doctest/doctest.h>

namespace taskdock::site {

TEST_CASE("site/content_hash: names as bundlers make them have a hash") {
  for (const char* name :
       {"index-B3xfG7h1.js", "index-B3-fG_h1.css", "index-B3-fG-h1.js.map", "B3xfG7h1.js",
        "start.B3xfG7h1.js", "app-4XQ7TQKM.js", "main-MODEL2AB.css", "main.8e3f1a2b.js",
        "main.8e3f1a2b.chunk.js", "runtime~main.8e3f1a2b9c0d1e2f3a4b.js", "8e3f1a2b9c0d1e2f.woff2",
        "123-8e3f1a2b9c0d1e2f.js", "logo.8e3f1a2b.svg"}) {
    CAPTURE(name);
    CHECK(has_content_hash(name));
  }
}

TEST_CASE("site/content_hash: names that people give have none") {
  for (const char* name : {"index.html",
                           "app.js",
                           "service-worker.js",
                           "jquery.min.js",
                           "apple-touch-icon.png",
                           "photo-20240101.jpg",
                           "report-20240101.pdf",
                           "logo-DarkMode.svg",
                           "bootstrap-grid.min.css",
                           "app.component.js",
                           "font-HelveticaNeue.woff2",
                           "IMG-DSC00234.JPG",
                           "v1.2.3.js",
                           "12345678.js",
                           "facade.js",
                           "decade-defaced.js",
                           "inter-extrabold.woff2",
                           "chapter-2.html",
                           "favicon.ico",
                           "8e3f1a2b",
                           "a.8e3f1a2b",
                           "",
                           ".",
                           "-.js",
                           "video-1080p60.mp4",
                           "index-B3xfG7h.js",
                           "android-chrome-192x192.png",
                           "README.2024-01-01.txt"}) {
    CAPTURE(name);
    CHECK_FALSE(has_content_hash(name));
  }
}

}  // namespace taskdock::site
