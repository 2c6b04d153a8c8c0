// A frontend that the server itself serves (--web).

#include <doctest/doctest.h>

#include <fstream>

#include "cli/outcome.h"
#include "http/requests.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

namespace fs = std::filesystem;

const Client::Headers browser = {{"Accept", "text/html,*/*;q=0.8"}};

/// A server with a site.
struct WebServer {
  WebServer() {
    write("index.html", "<p>home");
    write("assets/app.js", "app");
  }

  void write(const std::string& name, const std::string& content) {
    fs::create_directories((root / name).parent_path());
    write_file(root / name, content);
  }

  Answer get(const std::string& target, const Client::Headers& headers = {}) {
    return client.call("GET", target, {}, headers);
  }

  TemporaryDirectory directory;
  const fs::path root = directory.path() / "site";
  ServerProcess server{[this] {
    fs::create_directory(root);
    return Process::Strings{"--web", root.string()};
  }()};
  Client client{server.port()};
};

}  // namespace

TEST_CASE_FIXTURE(WebServer, "http/web: the site is at /, and what is the API's stays the API's") {
  for (const char* name :
       {"api/tasks", "api/extra.txt", "health", "docs", "redoc", "openapi.json"}) {
    write(name, "site's");
  }
  CHECK(get("/").body == "<p>home");
  CHECK(get("/", {{"Accept", "application/json"}}).body == "<p>home");
  CHECK(get("/lists/7", browser).body == "<p>home");
  CHECK(get("/assets/app.js").body == "app");
  CHECK(get("/health").body == R"({"status":"healthy"})");
  CHECK(get("/openapi.json").json()["openapi"] == "3.1.0");
  CHECK_FALSE(get("/openapi.json").json()["paths"].contains("/"));
  CHECK_FALSE(get("/openapi.json").json()["paths"].contains("/app/"));
  CHECK(get("/app/", browser).body == "<p>home");
  write("app/index.html", "<p>another application");
  CHECK(get("/app/").body == "<p>another application");
  CHECK(contains(get("/docs").body, "swagger"));
  CHECK(contains(get("/redoc").body, "redoc"));
  CHECK(get("/docs/").status == 307);
  check_error(get("/api/tasks"), 401, "Not authenticated");
  for (const char* path : {"/api", "/api/", "/api/extra.txt", "/api/nothing"}) {
    check_error(get(path, browser), 404, "Not Found");
  }
  sign_up(client);
  CHECK(client.post("/api/tasks", {{"title", "x"}}).status == 201);
  CHECK(get("/api/tasks").json()["total"] == 1);
}

TEST_CASE_FIXTURE(WebServer,
                  "http/web: the documentation finds its assets beside those of the site") {
  write("assets/sub/deep.js", "deep");
  const std::string docs = get("/docs").body;
  const std::size_t start = docs.find("/assets/");
  const std::string asset = docs.substr(start, docs.find('"', start) - start);
  write(asset.substr(1), "site's");
  CHECK(get(asset).status == 200);
  CHECK(get(asset).body != "site's");
  CHECK(get("/assets/sub/deep.js").body == "deep");
  check_error(get("/assets/missing.js", browser), 404, "Not Found");
  check_error(client.call("POST", "/assets/app.js"), 405, "Method Not Allowed");
  check_error(client.call("POST", "/assets/missing.js"), 404, "Not Found");
}

TEST_CASE_FIXTURE(WebServer,
                  "http/web: answers have what every answer has, and no policy of ours") {
  const Answer page = get("/");
  CHECK(page.header("content-type") == "text/html; charset=utf-8");
  CHECK(page.header("content-length") == "7");
  CHECK(page.header("x-content-type-options") == "nosniff");
  CHECK(page.header("content-security-policy").empty());
  CHECK_FALSE(page.header("x-request-id").empty());
  CHECK_FALSE(get("/docs").header("content-security-policy").empty());
  const Answer head = client.call("HEAD", "/");
  CHECK(head.status == 200);
  CHECK(head.header("content-length") == "7");
  CHECK(head.header("etag") == page.header("etag"));
  CHECK(get("/", {{"If-None-Match", page.header("etag")}}).status == 304);
  const Answer part = get("/", {{"Range", "bytes=1-2"}});
  CHECK(part.status == 206);
  CHECK(part.body == "p>");
  CHECK(part.header("content-range") == "bytes 1-2/7");
  check_error(get("/", {{"Range", "bytes=7-"}}), 416);
  write("empty.txt", "");
  const Answer empty = get("/empty.txt");
  CHECK(empty.status == 200);
  CHECK(empty.header("content-length") == "0");
  CHECK(get("/").status == 200);  // on the same connection
}

TEST_CASE_FIXTURE(WebServer, "http/web: no target leads out of the directory") {
  write_file(directory.path() / "secret.txt", "secret");
  write(".env", "secret");
  write(".git/config", "secret");
  fs::create_symlink("../secret.txt", root / "link");
  fs::create_directory_symlink("..", root / "up");
  fs::create_symlink("/etc/passwd", root / "passwd");
  for (const char* target : {"/../secret.txt",
                             "/..",
                             "/../",
                             "/%2e%2e/secret.txt",
                             "/.%2e/secret.txt",
                             "/%2E%2E%2Fsecret.txt",
                             "/..%2fsecret.txt",
                             "/..%5csecret.txt",
                             "/..\\secret.txt",
                             "/%252e%252e/secret.txt",
                             "/%252e%252e%252fsecret.txt",
                             "/assets/../../secret.txt",
                             "/assets/%2e%2e/%2e%2e/secret.txt",
                             "/assets/..%2f..%2fsecret.txt",
                             "/./../secret.txt",
                             "//secret.txt",
                             "//../secret.txt",
                             "/link",
                             "/up/secret.txt",
                             "/up",
                             "/up/",
                             "/passwd",
                             "/.env",
                             "/%2eenv",
                             "/.git/config",
                             "/.git",
                             "/%00",
                             "/secret.txt%00",
                             "/link%00.html",
                             "/..%00/secret.txt",
                             "/..%c0%afsecret.txt",
                             "/..%ef%bc%8fsecret.txt",
                             "/...//secret.txt",
                             "/proc/self/environ",
                             "/etc/passwd",
                             "//etc/passwd",
                             "/%2fetc/passwd",
                             "http://localhost/../secret.txt",
                             "/index.html/../../secret.txt",
                             "/~root/",
                             "/..;/secret.txt"}) {
    CAPTURE(target);
    const Answer answer = send_raw(
        server.port(), "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK((answer.status == 404 || answer.status == 400));
    CHECK_FALSE(contains(answer.body, "secret"));
    CHECK_FALSE(contains(answer.body, "root:"));
    CHECK(answer.header("location").empty());
  }
  check_alive(server.port());
}

TEST_CASE_FIXTURE(WebServer, "http/web: a file of 100 MiB is sent in little memory, as it is") {
  constexpr std::size_t size = 100 * mib;
  write("large.bin", "begin");
  fs::resize_file(root / "large.bin", size);
  {
    std::ofstream file(root / "large.bin", std::ios::in | std::ios::binary);
    file.seekp(size - 3);
    file << "end";
  }
  RawSocket socket(server.port());
  socket.send("GET /large.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  std::string received;
  while (!contains(received, "\r\n\r\n")) REQUIRE(socket.receive(received));
  CHECK(contains(received, "Content-Length: " + std::to_string(size) + "\r\n"));
  std::string tail = received.substr(received.find("\r\n\r\n") + 4);
  std::size_t count = tail.size();
  for (std::string part; socket.receive(part); part.clear()) {
    count += part.size();
    tail = part.size() >= 3 ? part : tail + part;
  }
  CHECK(count == size);
  CHECK(tail.ends_with("end"));
  const Answer end = get("/large.bin", {{"Range", "bytes=-4"}});
  CHECK(end.body == std::string("\0end", 4));
  const std::size_t peak = server.process().peak_memory();
  REQUIRE(peak > 0);
  if (memory_is_real) CHECK(peak < 32 * mib);
}

TEST_CASE_FIXTURE(WebServer,
                  "http/web: a file that becomes shorter ends the connection, unfinished") {
  constexpr std::size_t size = 100 * mib;
  write("large.bin", "");
  fs::resize_file(root / "large.bin", size);
  RawSocket socket(server.port());
  socket.send("GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
  std::string received;
  while (!contains(received, "\r\n\r\n")) REQUIRE(socket.receive(received));
  fs::resize_file(root / "large.bin", 1);
  CHECK(socket.receive_all().size() < size - mib);
  CHECK(contains(server.stop().errors, "a file became shorter while it was sent"));
}

TEST_CASE("http/web: without the launch token there is no site either") {
  TemporaryDirectory site;
  write_file(site.path() / "index.html", "<p>home");
  const std::string token = "three-grey-geese_0123456789ABCDEF";
  ServerProcess server(Process::Strings{"--web", site.path().string()},
                       {"TASKDOCK_LAUNCH_TOKEN=" + token});
  Client client(server.port());
  for (const char* path : {"/", "/index.html", "/nothing", "/.env", "/today"}) {
    check_error(client.call("GET", path, {}, browser), 403, "Launch token required");
  }
  const Answer visit = client.get("/?launch=" + token);
  CHECK(visit.status == 303);
  const std::string cookie = visit.header("set-cookie");
  const Answer page = client.call("GET", "/", {}, {{"Cookie", cookie.substr(0, cookie.find(';'))}});
  CHECK(page.body == "<p>home");
}

TEST_CASE(
    "http/web: what is no directory is refused at the start, and so is one with the data in it") {
  TemporaryDirectory directory;
  const std::string path = directory.path().string();
  write_file(directory.path() / "file", "");
  fs::create_directory(directory.path() / "site");
  fs::create_directory_symlink("site", directory.path() / "link");
  struct Row {
    std::string web;
    std::string data;
    std::string words;
  };
  for (const Row& row : {Row{path + "/missing", path + "/data", "does not exist"},
                         {path + "/file", path + "/data", "is not a directory"},
                         {path, path + "/data", "is within"},
                         {path + "/site", path + "/site", "is within"},
                         {path + "/link", path + "/site/data", "is within"},
                         {path + "/site", path + "/link/a/data", "is within"}}) {
    for (const bool by_flag : {true, false}) {
      Process::Strings arguments = {"--port", "0", "--data", row.data};
      if (by_flag) arguments.insert(arguments.end(), {"--web", row.web});
      const Finished finished =
          by_flag ? run(arguments) : run(arguments, {"TASKDOCK_WEB=" + row.web});
      CAPTURE(finished.errors);
      CHECK(finished.status == 2);
      CHECK(is_one_complaint(finished.errors));
      CHECK(
          finished.errors.starts_with(by_flag ? "taskdock: --web: " : "taskdock: TASKDOCK_WEB: "));
      CHECK(contains(finished.errors, row.words));
    }
  }
  // A name that only begins alike is another place.
  ServerProcess beside(fs::path(path + "/site-data"), {"--web", path + "/site"});
  CHECK(beside.stop().status == 0);
}

}  // namespace taskdock::testing
