#include "http/origin_guard.h"

#include <doctest/doctest.h>

#include "testing/answers.h"
#include "testing/function_server.h"
#include "testing/process.h"

namespace taskdock::http {

namespace {

using Hosts = std::vector<std::string>;

/// Made by the first test that wants it: what it reads of the route table is there by then.
const Cors& cors() {
  static const Cors only({"http://localhost:3000", "tauri://localhost"});
  return only;
}

/// The status of the refusal, or 200.
int check(const OriginGuard& guard, const std::string& method, const std::string& host,
          std::vector<api::Header> headers = {}) {
  RequestHead head;
  head.method = method;
  head.host = host;
  head.headers = std::move(headers);
  const auto refusal = guard.check(head);
  return refusal ? refusal->status : 200;
}

}  // namespace

TEST_CASE("http/origin_guard: on a loopback address only the server's own hosts are served") {
  for (const char* address : {"127.0.0.1", "::1", "127.1.2.3", "::ffff:127.0.0.1"}) {
    CAPTURE(address);
    const OriginGuard guard({.host = address, .port = 8000}, {}, cors());
    for (const char* host : {"localhost", "localhost:8000", "LocalHost:8000", "127.0.0.1",
                             "127.0.0.1:8000", "[::1]", "[::1]:8000"}) {
      CAPTURE(host);
      CHECK(check(guard, "GET", host) == 200);
    }
    for (const char* host :
         {"", "evil.example", "evil.example:8000", "localhost:80", "localhost:", "localhost:08000",
          "localhost.evil.example", "evil.localhost", "localhost.", "127.0.0.1.evil.example",
          "127.0.0.1:80", "127.1", "0.0.0.0", "2130706433", "[::1]:80", "[::2]",
          "[0:0:0:0:0:0:0:1]", "localhost:8000.evil.example"}) {
      CAPTURE(host);
      for (const char* method : {"GET", "HEAD", "OPTIONS", "POST", "BREW"}) {
        CHECK(check(guard, method, host) == 421);
      }
    }
    RequestHead without_host;  // of HTTP/1.0
    without_host.method = "GET";
    CHECK_FALSE(guard.check(without_host));
  }
  CHECK(check(OriginGuard({.host = "127.1.2.3", .port = 8000}, {}, cors()), "GET",
              "127.1.2.3:8000") == 200);
}

TEST_CASE("http/origin_guard: more hosts can be allowed, and elsewhere all are until some are") {
  const Hosts allowed = {"Tasks.Example", "proxy.example:8443", "[fd00::1]"};
  for (const char* address : {"127.0.0.1", "0.0.0.0", "192.168.1.5", "::"}) {
    CAPTURE(address);
    const OriginGuard guard({.host = address, .port = 8000}, allowed, cors());
    for (const char* host :
         {"tasks.example", "TASKS.example", "tasks.example:8000", "tasks.example:443",
          "proxy.example:8443", "[fd00::1]", "[fd00::1]:80", "localhost:8000", "127.0.0.1"}) {
      CAPTURE(host);
      CHECK(check(guard, "GET", host) == 200);
    }
    for (const char* host : {"proxy.example", "proxy.example:443", "x.tasks.example",
                             "tasks.example.x", "evil.example", ""}) {
      CAPTURE(host);
      CHECK(check(guard, "GET", host) == 421);
    }
  }
  CHECK(check(OriginGuard({.host = "192.168.1.5", .port = 8000}, allowed, cors()), "GET",
              "192.168.1.5:8000") == 200);
  for (const char* address : {"0.0.0.0", "192.168.1.5", "::", "fd00::1"}) {
    CHECK(check(OriginGuard({.host = address, .port = 8000}, {}, cors()), "GET", "evil.example") ==
          200);
  }
}

TEST_CASE("http/origin_guard: pages of foreign origins may read, if CORS lets them, and no more") {
  const OriginGuard guard({.host = "0.0.0.0", .port = 8000}, {}, cors());
  struct Row {
    std::vector<api::Header> headers;
    bool allowed;
    std::string host = "tasks.example:8000";
  };
  const std::vector<Row> rows = {
      {{}, true},
      {{{"Origin", "http://localhost:3000"}}, true},
      {{{"Origin", "tauri://localhost"}}, true},
      {{{"Origin", "http://tasks.example:8000"}}, true},
      {{{"Origin", "https://tasks.example:8000"}}, true},
      {{{"Origin", "HTTP://Tasks.Example:8000"}}, true},
      {{{"Origin", "https://tasks.example"}}, true, "tasks.example"},
      {{{"Origin", "https://tasks.example"}}, true, "tasks.example:443"},
      {{{"Origin", "http://tasks.example"}}, true, "tasks.example:80"},
      {{{"Origin", "http://localhost:3000"}, {"Sec-Fetch-Site", "cross-site"}}, true},
      {{{"Sec-Fetch-Site", "same-origin"}}, true},
      {{{"Sec-Fetch-Site", "same-site"}}, true},
      {{{"Sec-Fetch-Site", "none"}}, true},
      {{{"Origin", "null"}}, false},
      {{{"Origin", ""}}, false},
      {{{"Origin", "http://evil.example"}}, false},
      {{{"Origin", "http://localhost:3001"}}, false},
      {{{"Origin", "http://localhost:3000.evil.example"}}, false},
      {{{"Origin", "http://localhost"}}, false},
      {{{"Origin", "http://tasks.example"}}, false},
      {{{"Origin", "http://tasks.example:80"}}, false},
      {{{"Origin", "http://tasks.example:8000.evil.example"}}, false},
      {{{"Origin", "ftp://tasks.example:8000"}}, false},
      {{{"Origin", "tasks.example:8000"}}, false},
      {{{"Origin", "http://"}}, false, ""},
      {{{"Origin", "http://tasks.example"}}, false, "tasks.example:443"},
      {{{"Sec-Fetch-Site", "cross-site"}}, false},
      {{{"sec-fetch-site", "Cross-Site"}}, false},
      {{{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "same-origin"}}, false},
      {{{"Origin", "http://localhost:3000"}, {"Origin", "http://evil.example"}}, false},
      {{{"Origin", "http://localhost:3000, http://evil.example"}}, false},
  };
  for (const Row& row : rows) {
    for (const api::Header& header : row.headers) {
      const std::string shown = std::string(header.name) + ": " + std::string(header.value);
      CAPTURE(shown);
      for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "BREW", "get"}) {
        CAPTURE(method);
        CHECK(check(guard, method, row.host, row.headers) == (row.allowed ? 200 : 403));
      }
      for (const char* method : {"GET", "HEAD", "OPTIONS"}) {
        CHECK(check(guard, method, row.host, row.headers) == 200);
      }
    }
  }
}

}  // namespace taskdock::http

namespace taskdock::testing {

TEST_CASE("http/origin_guard: a host that is not ours gets 421, and nothing is done") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string create = "POST /api/tasks HTTP/1.1\r\nAuthorization: Bearer " + client.token +
                             "\r\nContent-Type: application/json\r\nContent-Length: 13\r\nHost: ";
  const std::string body = "\r\n\r\n{\"title\":\"x\"}";
  const Answer answer = send_raw(server.port(), create + "evil.example" + body);
  check_error(answer, 421);
  CHECK(answer.json()["detail"].get<std::string>().find("--allowed-hosts") != std::string::npos);
  check_error(send_raw(server.port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 421);
  check_error(send_raw(server.port(), "OPTIONS / HTTP/1.1\r\nHost:\r\n\r\n"), 421);
  CHECK(client.get("/api/tasks").json()["total"] == 0);
  CHECK(send_raw(server.port(), create + "localhost:" + std::to_string(server.port()) + body)
            .status == 201);
}

TEST_CASE("http/origin_guard: a host that was allowed is served, by the port too") {
  http::ServerOptions options = FunctionServer::options_of_test();
  options.allowed_hosts = {"tasks.example"};
  const FunctionServer server([](const api::Request&) { return api::Response{.body = "{}"}; },
                              options);
  for (const auto& [host, status] : {std::pair{"tasks.example", 200},
                                     {"tasks.example:1", 200},
                                     {"localhost", 200},
                                     {"x", 421}}) {
    CAPTURE(host);
    CHECK(
        send_raw(server.port, "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").status ==
        status);
  }
}

TEST_CASE("http/origin_guard: what a page of a foreign origin sends without a preflight is 403") {
  ServerProcess server;
  Client client(server.port());
  const std::string account = R"({"email":"ann@example.com","password":"correct horse"})";
  for (const Client::Headers& headers : {Client::Headers{{"Origin", "http://evil.example"}},
                                         {{"Origin", "null"}},
                                         {{"Sec-Fetch-Site", "cross-site"}}}) {
    for (const char* type : {"application/json", "text/plain"}) {
      Client::Headers with_type = headers;
      with_type.emplace_back("Content-Type", type);
      const Answer answer = client.call("POST", "/api/auth/signup", account, with_type);
      check_error(answer, 403);
      CHECK(answer.headers.count("access-control-allow-origin") == 0);
    }
  }
  CHECK(client.call("GET", "/health", {}, {{"Origin", "http://evil.example"}}).status == 200);
  const std::string own = "http://127.0.0.1:" + std::to_string(server.port());
  const std::string host = "Host: 127.0.0.1:" + std::to_string(server.port());
  CHECK(send_raw(server.port(), "POST /api/auth/signup HTTP/1.1\r\n" + host + "\r\nOrigin: " + own +
                                    "\r\nContent-Type: application/json\r\nContent-Length: " +
                                    std::to_string(account.size()) + "\r\n\r\n" + account)
            .status == 201);
}

TEST_CASE("http/origin_guard: private answers are not to be kept, and no type is to be guessed") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string id = client.create_task("x")["id"];
  const int port = server.port();
  struct Row {
    Answer answer;
    std::string cache_control;
  };
  const std::vector<Row> rows = {
      {client.get("/api/tasks"), "no-store"},
      {client.get("/api/tasks/" + id), "no-store"},
      {client.get("/api/auth/me"), "no-store"},
      {client.call("HEAD", "/api/auth/me"), "no-store"},
      {client.get("/api/nothing"), "no-store"},
      {client.get("/nothing"), "no-store"},
      {client.call("BREW", "/health"), "no-store"},
      {client.post("/api/tasks", {{"title", ""}}), "no-store"},
      {send_raw(port, "GET / HTTP/2.0\r\n\r\n"), "no-store"},
      {send_raw(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "no-store"},
      {client.call("POST", "/api/tasks", "{}", {{"Origin", "http://x"}}), "no-store"},
      {client.get("/"), ""},
      {client.get("/openapi.json"), "no-cache"},
      {client.get("/docs"), "no-cache"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.answer.body);
    CHECK(row.answer.headers.count("cache-control") == (row.cache_control.empty() ? 0 : 1));
    CHECK(row.answer.header("cache-control") == row.cache_control);
    CHECK(row.answer.headers.count("x-content-type-options") == 1);
    CHECK(row.answer.header("x-content-type-options") == "nosniff");
  }
  const Answer deleted = client.call("DELETE", "/api/tasks/" + id);
  CHECK(deleted.status == 204);
  CHECK(deleted.header("cache-control") == "no-store");
  CHECK(deleted.headers.count("x-content-type-options") == 0);
}

}  // namespace taskdock::testing
