#include <doctest/doctest.h>

#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

const std::string origin = "http://localhost:3000";

Answer ask(Client& client, const std::string& method, const std::string& path,
           const std::string& from, const std::string& body = {}) {
  return client.call(method, path, body, {{"Origin", from}});
}

Answer preflight(Client& client, const std::string& path, const std::string& from,
                 const std::string& method = "PUT") {
  return client.call("OPTIONS", path, {},
                     {{"Origin", from},
                      {"Access-Control-Request-Method", method},
                      {"Access-Control-Request-Headers", "authorization,content-type"}});
}

int cors_headers(const Answer& answer) {
  int count = 0;
  for (const auto& [name, value] : answer.headers) count += name.starts_with("access-control-");
  return count;
}

void check_allowed(const Answer& answer, const std::string& from) {
  CHECK(answer.headers.count("access-control-allow-origin") == 1);
  CHECK(answer.header("access-control-allow-origin") == from);
  CHECK(answer.header("access-control-allow-credentials") == "true");
  CHECK(answer.header("vary").find("Origin") != std::string::npos);
}

void check_foreign(const Answer& answer) {
  CHECK(cors_headers(answer) == 0);
  CHECK(answer.header("vary").find("Origin") != std::string::npos);
}

}  // namespace

TEST_CASE("http/cors: the origins of development and of desktop shells are allowed by default") {
  ServerProcess server;
  Client client(server.port());
  for (const char* from :
       {"http://localhost:3000", "http://127.0.0.1:3000", "http://localhost:5173",
        "http://127.0.0.1:5173", "http://localhost:1420", "http://127.0.0.1:1420",
        "http://localhost:4200", "http://127.0.0.1:4200", "http://localhost:8080",
        "http://127.0.0.1:8080", "tauri://localhost", "http://tauri.localhost",
        "https://tauri.localhost"}) {
    CAPTURE(from);
    const Answer answer = ask(client, "GET", "/health", from);
    CHECK(answer.status == 200);
    check_allowed(answer, from);
    CHECK(answer.header("access-control-expose-headers").find("X-Request-Id") != std::string::npos);
    check_allowed(preflight(client, "/health", from, "GET"), from);
  }
}

TEST_CASE("http/cors: any other origin gets an answer and no header of CORS") {
  ServerProcess server;
  Client client(server.port());
  for (const char* from :
       {"http://evil.example", "null", "*", "", "http://localhost", "http://localhost:3001",
        "https://localhost:3000", "HTTP://LOCALHOST:3000", "http://localhost:3000/",
        "http://localhost:3000.evil.example", "http://localhost:30000", "localhost:3000",
        "http://localhost%3a3000", "http%3A//localhost:3000", "http://localhost:3000, http://x",
        "http://localhost:3000 http://evil.example", "http://user@localhost:3000"}) {
    CAPTURE(from);
    const Answer answer = ask(client, "GET", "/health", from);
    CHECK(answer.status == 200);
    check_foreign(answer);
    const Answer asked = preflight(client, "/api/tasks", from);
    CHECK(asked.status == 204);
    check_foreign(asked);
  }
  check_foreign(client.get("/health"));
  // Two origins are none.
  check_foreign(client.call("GET", "/health", {}, {{"Origin", origin}, {"Origin", origin}}));
}

TEST_CASE("http/cors: a preflight answers 204 with the methods and headers the route takes") {
  ServerProcess server;
  Client client(server.port());
  const std::string id = "/019b93a5-1c40-7abc-8def-0123456789ab";
  struct Taken {
    std::string path;
    std::string methods;
    std::string headers = "";
  };
  for (const auto& [path, methods, headers] : std::vector<Taken>{
           {"/api/tasks", "POST, GET, HEAD, OPTIONS", ", If-None-Match, Idempotency-Key"},
           {"/api/tasks/batch", "POST, OPTIONS", ", Idempotency-Key"},
           {"/api/tasks" + id, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
            ", If-None-Match, If-Match"},
           {"/api/tasks" + id + "/complete", "PATCH, OPTIONS", ", If-Match"},
           {"/api" + id + "/tasks", "POST, GET, HEAD, OPTIONS", ", If-None-Match, Idempotency-Key"},
           {"/api" + id + "/tasks" + id, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
            ", If-None-Match, If-Match"},
           {"/api/auth/login", "POST, OPTIONS"},
           {"/health", "GET, HEAD, OPTIONS"},
           {"/openapi.json", "GET, HEAD, OPTIONS", ", If-None-Match"},
       }) {
    const auto& shown_path = path;
    CAPTURE(shown_path);
    const Answer answer = preflight(client, path, origin);
    CHECK(answer.status == 204);
    CHECK(answer.body.empty());
    check_allowed(answer, origin);
    CHECK(answer.header("access-control-allow-methods") == methods);
    CHECK(answer.header("access-control-allow-headers") ==
          "Authorization, Content-Type, Prefer, X-Taskdock-Launch" + headers);
    CHECK(answer.header("access-control-max-age") == "600");
  }
}

TEST_CASE("http/cors: errors carry what successes do, so that a browser shows the real error") {
  ServerProcess server;
  Client client(server.port());
  struct Failing {
    std::string method;
    std::string path;
    std::string body;
    int status;
  };
  const auto check_all = [&](const std::vector<Failing>& table) {
    for (const auto& [method, path, body, status] : table) {
      const auto& shown_path = path;
      CAPTURE(shown_path);
      const Answer answer = ask(client, method, path, origin, body);
      check_error(answer, status);
      check_allowed(answer, origin);
      CHECK(answer.header("access-control-expose-headers") ==
            "Content-Disposition, ETag, Idempotency-Replayed, Link, Location, Preference-Applied, "
            "Retry-After, WWW-Authenticate, X-Request-Id");
      check_foreign(ask(client, method, path, "http://evil.example", body));
    }
  };
  const std::string one_task = R"({"title":"x"})";
  check_all({{"GET", "/api/tasks", "", 401},
             {"GET", "/nothing", "", 404},
             {"PUT", "/api/tasks", "", 405}});
  client.sign_up();
  check_all({{"GET", "/api/nobody/tasks", "", 403},
             {"GET", "/api/tasks/019b93a5-1c40-7abc-8def-0123456789ab", "", 404}});
  const Answer invalid = ask(client, "POST", "/api/tasks", origin, "{}");
  CHECK(invalid.status == 422);
  check_allowed(invalid, origin);
  const Answer untyped =
      client.call("POST", "/api/tasks", "x", {{"Origin", origin}, {"Content-Type", "text/plain"}});
  CHECK(untyped.status == 415);
  check_allowed(untyped, origin);
  const Answer large = ask(client, "POST", "/api/tasks", origin, std::string(1024 * 1024 + 1, 'x'));
  CHECK(large.status == 413);
  check_allowed(large, origin);
  const Answer redirect = ask(client, "GET", "/api/tasks/", origin);
  CHECK(redirect.status == 307);
  check_allowed(redirect, origin);
  // Refused here, a browser would not even ask for the 404.
  const Answer unknown = preflight(client, "/nothing", origin);
  CHECK(unknown.status == 204);
  check_allowed(unknown, origin);
  CHECK(unknown.header("access-control-allow-methods").find("PUT") != std::string::npos);
  CHECK(unknown.header("access-control-allow-headers") ==
        "Authorization, Content-Type, Prefer, X-Taskdock-Launch");
  check_foreign(preflight(client, "/nothing", "http://evil.example"));
}

TEST_CASE("http/cors: the origins are the operator's to choose, none included") {
  const Process::Strings own = {"--cors-origins", "https://a.example, https://b.example:8443"};
  const Process::Strings none = {"--cors-origins", "none"};
  {
    ServerProcess server(own);
    Client client(server.port());
    for (const char* from : {"https://a.example", "https://b.example:8443"}) {
      check_allowed(ask(client, "GET", "/health", from), from);
    }
    check_foreign(ask(client, "GET", "/health", origin));
  }
  {
    ServerProcess server(Process::Strings{}, {"TASKDOCK_CORS_ORIGINS=https://c.example"});
    Client client(server.port());
    check_allowed(ask(client, "GET", "/health", "https://c.example"), "https://c.example");
    check_foreign(ask(client, "GET", "/health", origin));
  }
  ServerProcess server(none);
  Client client(server.port());
  for (const char* from : {"http://localhost:3000", "none", "null", ""}) {
    CAPTURE(from);
    check_foreign(ask(client, "GET", "/health", from));
    const Answer answer = preflight(client, "/api/tasks", from);
    CHECK(answer.status == 204);
    check_foreign(answer);
  }
}

}  // namespace taskdock::testing
