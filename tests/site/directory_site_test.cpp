#include "site/directory_site.h"

#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "api/errors.h"
#include "testing/temporary_directory.h"

namespace taskdock::site {

namespace {

namespace fs = std::filesystem;
using Headers = std::vector<api::Header>;

const Headers browser = {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};

class NoBody final : public api::BodySource {
 public:
  bool announced() const override { return false; }
  std::string read(std::size_t /*max_bytes*/) override { return {}; }
};

struct Answer {
  int status;
  std::map<std::string, std::string> headers;
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

struct Site {
  Site() {
    write("index.html", "<p>home");
    write("app.js", "app");
    write("app.js.br", "app in br");
    write("app.js.gz", "app in gzip");
    write("style.css", "style");
    write("style.css.gz", "style in gzip");
    write("assets/index-B3xfG7h1.js", "hashed");
    write("page-B3xfG7h1.html", "a page");
    write("sub/index.html", "<p>sub");
    write("bare/file.txt", "0123456789");
    write("100% sure.txt", "sure");
    write("a b/ü.txt", "ü");
    write("no-dot", "no dot");
    write("empty.txt", "");
    write(".env", "hidden");
    write(".git/config", "hidden");
    write("sub/.hidden", "hidden");
  }

  void write(const std::string& name, const std::string& content) {
    fs::create_directories((root / name).parent_path());
    std::ofstream(root / name, std::ios::binary) << content;
  }

  /// `path` is decoded as the HTTP server decodes it.
  Answer call(const std::string& path, const Headers& headers = {}, std::string_view method = "GET",
              const std::string& query = {}) {
    NoBody no_body;
    api::Response response;
    const std::string target = path + query;
    try {
      response = site.answer({.method = method,
                              .target = target,
                              .path = path,
                              .query = {},
                              .headers = headers,
                              .body = no_body,
                              .client_address = "127.0.0.1",
                              .id = "test-1"});
    } catch (const api::ApiError& error) {
      response = api::error_response(error.status(), error.what(), error.headers());
    }
    Answer answer{
        response.status, {response.headers.begin(), response.headers.end()}, response.body};
    while (response.stream) {
      const std::string_view piece = response.stream->next();
      if (piece.empty()) break;
      answer.body += piece;
    }
    return answer;
  }

  testing::TemporaryDirectory directory;
  const fs::path root = directory.path() / "site";
  const DirectorySite site{root};
};

}  // namespace

TEST_CASE_FIXTURE(Site,
                  "site/directory_site: a file has its type, an ETag and what caches may do") {
  const Answer script = call("/app.js");
  CHECK(script.status == 200);
  CHECK(script.body == "app");
  CHECK(script.header("Content-Type") == "text/javascript; charset=utf-8");
  CHECK(script.header("Cache-Control") == "no-cache");
  CHECK(script.header("Vary") == "Accept-Encoding");
  CHECK(script.header("Accept-Ranges") == "bytes");
  CHECK(script.header("ETag").size() > 10);
  CHECK(call("/no-dot").header("Content-Type") == "application/octet-stream");
  CHECK(call("/assets/index-B3xfG7h1.js").header("Cache-Control") == "max-age=31536000, immutable");
  CHECK(call("/page-B3xfG7h1.html").header("Cache-Control") == "no-cache");
  const Answer empty = call("/empty.txt");
  CHECK(empty.status == 200);
  CHECK(empty.body.empty());
}

TEST_CASE_FIXTURE(Site, "site/directory_site: a directory is its index.html, at its slash form") {
  CHECK(call("/").body == "<p>home");
  CHECK(call("/").header("Cache-Control") == "no-cache");
  CHECK(call("/sub/").body == "<p>sub");
  const Answer redirect = call("/sub", {}, "GET", "?a=1");
  CHECK(redirect.status == 307);
  CHECK(redirect.header("Location") == "./sub/?a=1");
  CHECK(call("/bare").status == 404);
  CHECK(call("/bare/").status == 404);
  CHECK(call("/app.js/").status == 404);
}

TEST_CASE_FIXTURE(Site,
                  "site/directory_site: a page of an application is index.html, for browsers") {
  for (const char* path : {"/today", "/lists/7", "/lists/7/", "/bare", "/bare/", "/v1.2/today"}) {
    CAPTURE(path);
    const Answer page = call(path, browser);
    CHECK(page.status == 200);
    CHECK(page.body == "<p>home");
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.header("Cache-Control") == "no-cache");
    CHECK(page.header("Vary") == "Accept, Accept-Encoding");
    CHECK(call(path).status == 404);
    CHECK(call(path, {{"Accept", "*/*"}}).status == 404);
    CHECK(call(path, {{"Accept", "text/html;q=0"}}).status == 404);
    CHECK(call(path, browser, "POST").status == 404);
  }
  for (const char* path : {"/missing.js", "/lists/missing.png", "/favicon.ico"}) {
    CHECK(call(path, browser).status == 404);
  }
  fs::remove(root / "index.html");
  CHECK(call("/today", browser).status == 404);
  CHECK(call("/", browser).status == 404);
}

TEST_CASE_FIXTURE(Site,
                  "site/directory_site: hidden files and ways out are 404, even for browsers") {
  std::ofstream(directory.path() / "secret.txt") << "secret";
  fs::create_symlink("../secret.txt", root / "link.txt");
  for (const std::string& path : {std::string("/.env"),
                                  std::string("/.git/config"),
                                  std::string("/.git/"),
                                  std::string("/sub/.hidden"),
                                  std::string("/.."),
                                  std::string("/../secret.txt"),
                                  std::string("/sub/../../secret.txt"),
                                  std::string("/..%2Fsecret.txt"),
                                  std::string("/sub%2F..%2F..%2Fsecret.txt"),
                                  std::string("/sub%2Findex.html"),
                                  std::string("/./app.js"),
                                  std::string("//app.js"),
                                  std::string("//"),
                                  std::string("/sub//"),
                                  std::string("/sub//index.html"),
                                  std::string("/link.txt"),
                                  std::string("/app.js\0", 8),
                                  std::string("/\0", 2),
                                  std::string("/today\0x", 8),
                                  std::string("*"),
                                  std::string("app.js"),
                                  std::string("/..\\secret.txt")}) {
    CAPTURE(path);
    const Answer answer = call(path, browser);
    CHECK(answer.status == 404);
    CHECK(answer.body.find("secret") == std::string::npos);
    CHECK_FALSE(answer.headers.contains("Location"));
  }
}

TEST_CASE_FIXTURE(Site, "site/directory_site: encoded per cents and other characters name files") {
  CHECK(call("/100%25 sure.txt").body == "sure");
  CHECK(call("/100% sure.txt").body == "sure");
  CHECK(call("/a b/ü.txt").body == "ü");
  CHECK(call("/app%252Ejs").status == 404);
}

TEST_CASE_FIXTURE(Site, "site/directory_site: compressed neighbours are sent to who prefers them") {
  struct Row {
    const char* accepted;
    const char* encoding;
  };
  for (const auto& [accepted, encoding] : {Row{"", ""},
                                           Row{"gzip, deflate, br", "br"},
                                           {"gzip", "gzip"},
                                           {"br;q=0.5, gzip;q=0.8", "gzip"},
                                           {"br;q=0, gzip", "gzip"},
                                           {"br;q=0, gzip;q=0", ""},
                                           {"identity", ""},
                                           {"gzip;q=0.5, identity", ""},
                                           {"gzip, identity", "gzip"},
                                           {"zstd", ""}}) {
    CAPTURE(accepted);
    const Answer answer = call("/app.js", {{"Accept-Encoding", accepted}});
    CHECK(answer.header("Content-Encoding") == encoding);
    CHECK(answer.body == (*encoding ? std::string("app in ") + encoding : "app"));
    CHECK(answer.header("Content-Type") == "text/javascript; charset=utf-8");
    CHECK(answer.header("Vary") == "Accept-Encoding");
  }
  CHECK(call("/style.css", {{"Accept-Encoding", "br, gzip"}}).header("Content-Encoding") == "gzip");
  CHECK(call("/style.css", {{"Accept-Encoding", "br"}}).body == "style");
  const auto etag = [&](const char* accepted) {
    return call("/app.js", {{"Accept-Encoding", accepted}}).header("ETag");
  };
  CHECK(etag("br") != etag("gzip"));
  CHECK(etag("br") != etag(""));
  const Answer archive = call("/app.js.gz");
  CHECK(archive.header("Content-Type") == "application/gzip");
  CHECK(archive.header("Content-Encoding").empty());
}

TEST_CASE_FIXTURE(Site, "site/directory_site: whoever has the current version is told so") {
  const std::string etag = call("/app.js").header("ETag");
  for (const std::string& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    const Answer again = call("/app.js", {{"If-None-Match", known}, {"Range", "bytes=0-0"}});
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    CHECK(again.header("ETag") == etag);
    CHECK(again.header("Cache-Control") == "no-cache");
    CHECK(again.header("Vary") == "Accept-Encoding");
  }
  CHECK(call("/app.js", {{"If-None-Match", "\"x\""}}).status == 200);
  write("app.js", "new");
  CHECK(call("/app.js", {{"If-None-Match", etag}}).body == "new");
}

TEST_CASE_FIXTURE(Site, "site/directory_site: one range is a part, several are the whole") {
  const std::string path = "/bare/file.txt";
  const Answer part = call(path, {{"Range", "bytes=2-4"}});
  CHECK(part.status == 206);
  CHECK(part.body == "234");
  CHECK(part.header("Content-Range") == "bytes 2-4/10");
  CHECK(call(path, {{"Range", "bytes=-3"}}).body == "789");
  const Answer whole = call(path, {{"Range", "bytes=0-1,3-4"}});
  CHECK(whole.status == 200);
  CHECK(whole.body == "0123456789");
  CHECK_FALSE(whole.headers.contains("Content-Range"));
  const Answer none = call(path, {{"Range", "bytes=10-"}});
  CHECK(none.status == 416);
  CHECK(none.header("Content-Range") == "bytes */10");
  CHECK(none.body.find("\"status_code\":416") != std::string::npos);
  CHECK(call(path, {{"Range", "bytes=2-4"}}, "HEAD").status == 200);
  const std::string etag = call(path).header("ETag");
  CHECK(call(path, {{"Range", "bytes=2-4"}, {"If-Range", etag}}).status == 206);
  for (const std::string& other :
       {"W/" + etag, std::string("\"x\""), std::string("Tue, 06 Jan 2026 10:30:00 GMT")}) {
    const Answer answer = call(path, {{"Range", "bytes=2-4"}, {"If-Range", other}});
    CHECK(answer.status == 200);
    CHECK(answer.body == "0123456789");
  }
}

TEST_CASE_FIXTURE(Site, "site/directory_site: files are only read") {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "BREW"}) {
    for (const char* path : {"/app.js", "/", "/sub"}) {
      const Answer answer = call(path, {}, method);
      CHECK(answer.status == 405);
      CHECK(answer.header("Allow") == "GET, HEAD, OPTIONS");
    }
    CHECK(call("/missing.js", {}, method).status == 404);
  }
  const Answer options = call("/app.js", {}, "OPTIONS");
  CHECK(options.status == 204);
  CHECK(options.header("Allow") == "GET, HEAD, OPTIONS");
}

}  // namespace taskdock::site
