// The launch token of a server that a program has started for itself.

#include <doctest/doctest.h>

#include "cli/outcome.h"
#include "http/launch_token.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

const Client::Headers with_token = {{"X-Taskdock-Launch", launch_token}};

void check_refused(const Answer& answer) {
  check_error(answer, 403, "Launch token required");
  CHECK(answer.header("cache-control") == "no-store");
}

/// What a browser sends back of an answer's Set-Cookie.
std::string cookie_of(const Answer& answer) {
  const std::string set = answer.header("set-cookie");
  return set.substr(0, set.find(';'));
}

}  // namespace

TEST_CASE("http/launch: without the launch token nothing else is said, whatever is asked") {
  ServerProcess server(Process::Strings{}, launch_environment);
  Client client(server.port());
  const std::string task = R"({"title":"x"})";
  const Client::Headers as_text = {{"Content-Type", "text/plain"}};
  for (const char* bearer : {"", "nonsense"}) {
    client.token = bearer;
    for (const char* path : {"/", "/docs", "/redoc", "/openapi.json", "/assets/x", "/app/", "/app",
                             "/nothing", "/api/tasks", "/api/auth/me", "/api/nobody/tasks",
                             "/api/tasks/1", "/health/", "/health/x", "//"}) {
      CAPTURE(path);
      check_refused(client.get(path));
      check_refused(client.call("POST", path, task));
      check_refused(client.call("POST", path, task, as_text));
      check_refused(client.call("DELETE", path));
      check_refused(client.call("BREW", path));
      check_refused(client.call("OPTIONS", path));
      CHECK(client.call("HEAD", path).status == 403);
    }
  }
  client.token.clear();
  check_refused(client.post("/api/auth/signup", account()));
  check_refused(client.call("POST", "/health"));
  check_refused(client.call("OPTIONS", "/health"));
  check_refused(client.call("POST", "/api/tasks", std::string(2 * 1024 * 1024, ' ')));
  CHECK(client.call("GET", "/health").status == 200);
  CHECK(client.call("HEAD", "/health").status == 200);
  // Nobody has signed up.
  CHECK(client.call("POST", "/api/auth/login", account().dump(), with_token).status == 401);
}

TEST_CASE("http/launch: with the launch token everything is as without one") {
  ServerProcess server(Process::Strings{}, launch_environment);
  Client client(server.port());
  const Answer answer = client.call("POST", "/api/auth/signup", account().dump(), with_token);
  REQUIRE(answer.status == 201);
  CHECK(client.call("GET", "/api/tasks", {}, with_token).status == 401);
  client.token = answer.json()["access_token"];
  CHECK(client.call("GET", "/api/tasks", {}, with_token).status == 200);
  CHECK(client.call("POST", "/api/tasks", R"({"title":"x"})", with_token).status == 201);
  CHECK(client.call("PUT", "/api/tasks", {}, with_token).status == 405);
  CHECK(client.call("GET", "/nothing", {}, with_token).status == 404);
  CHECK(client.call("OPTIONS", "/health", {}, with_token).status == 204);
  check_refused(client.get("/api/tasks"));
}

TEST_CASE("http/launch: preflights need no token, and let pages of allowed origins send it") {
  ServerProcess server(Process::Strings{}, launch_environment);
  Client client(server.port());
  for (const char* path : {"/api/tasks", "/health", "/nothing"}) {
    const Answer answer = client.call("OPTIONS", path, {},
                                      {{"Origin", "http://localhost:1420"},
                                       {"Access-Control-Request-Method", "GET"},
                                       {"Access-Control-Request-Headers", "x-taskdock-launch"}});
    CHECK(answer.status == 204);
    CHECK(contains(answer.header("access-control-allow-headers"), "X-Taskdock-Launch"));
  }
  // Such a page sees that it was refused.
  const Answer refused =
      client.call("GET", "/api/tasks", {}, {{"Origin", "http://localhost:1420"}});
  check_refused(refused);
  CHECK(refused.header("access-control-allow-origin") == "http://localhost:1420");
}

TEST_CASE("http/launch: one visit with the token is enough for a browser, at this server only") {
  ServerProcess server(Process::Strings{}, launch_environment);
  ServerProcess other(Process::Strings{}, {"TASKDOCK_LAUNCH_TOKEN=another-" + launch_token});
  Client client(server.port());
  check_refused(client.get("/?launch=another-" + launch_token));
  const Answer visit = client.get("/?launch=" + launch_token);
  CHECK(visit.status == 303);
  CHECK(visit.header("location") == "/");
  CHECK_FALSE(contains(visit.header("set-cookie"), launch_token));
  const Client::Headers with_cookie = {{"Cookie", cookie_of(visit)}};
  CHECK(client.call("GET", "/", {}, with_cookie).status == 200);
  CHECK(client.call("GET", "/docs", {}, with_cookie).status == 200);
  CHECK(client.call("POST", "/api/auth/signup", account().dump(), with_cookie).status == 201);
  Client elsewhere(other.port());
  check_refused(elsewhere.call("GET", "/", {}, with_cookie));
  // A browser sends both servers the cookies of both.
  const Answer other_visit = elsewhere.get("/?launch=another-" + launch_token);
  const Client::Headers with_both = {{"Cookie", cookie_of(visit) + "; " + cookie_of(other_visit)}};
  CHECK(client.call("GET", "/", {}, with_both).status == 200);
  CHECK(elsewhere.call("GET", "/", {}, with_both).status == 200);
}

TEST_CASE("http/launch: without a configured token no request needs one, and none is looked at") {
  ServerProcess server;
  Client client(server.port());
  CHECK(client.get("/health").status == 200);
  CHECK(client.get("/?launch=" + launch_token).status == 200);
  CHECK(client.call("GET", "/", {}, with_token).status == 200);
}

TEST_CASE(
    "http/launch: the token is in no log, no header, no file, and no longer in the environment") {
  TemporaryDirectory data;
  ServerProcess server(data.path(), {"--log-level", "debug"}, launch_environment);
  CHECK_FALSE(contains(content_of("/proc/" + std::to_string(server.process().id()) + "/environ"),
                       launch_token));
  Client client(server.port());
  client.get("/?launch=" + launch_token);
  client.get("/app/?launch=" + launch_token);
  client.get("/docs?launch=" + launch_token);
  client.get("/nothing?launch=" + launch_token);
  client.call("GET", "/nothing", {}, with_token);
  client.call("POST", "/?launch=" + launch_token, "{", with_token);
  const Answer document = client.call("GET", "/openapi.json", {}, with_token);
  CHECK_FALSE(contains(document.body, launch_token));
  const std::string cookie = cookie_of(client.get("/?launch=" + launch_token));
  client.call("GET", "/nothing", {}, {{"Cookie", cookie}});
  const Finished finished = server.stop();
  CHECK(contains(finished.errors, "GET /nothing 404"));
  for (const std::string& secret : {launch_token, cookie.substr(cookie.find('=') + 1)}) {
    CHECK_FALSE(contains(finished.output + finished.errors, secret));
    for (const auto& entry : std::filesystem::directory_iterator(data.path())) {
      CHECK_FALSE(contains(content_of(entry.path()), secret));
    }
  }
}

}  // namespace taskdock::testing
