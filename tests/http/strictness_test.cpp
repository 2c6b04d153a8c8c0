#include <doctest/doctest.h>

#include "api/routes.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

const Client::Headers strict_handling = {{"Prefer", "handling=strict"}};

json unknown_at(const json& loc) {
  return fault(loc, "extra_forbidden", "Extra inputs are not permitted");
}

void check_applied(const Answer& answer) {
  CHECK(answer.headers.count("preference-applied") == 1);
  CHECK(answer.header("preference-applied") == "handling=strict");
}

}  // namespace

TEST_CASE("http/strictness: unknown members are ignored, or refused where the client prefers it") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  for (const std::string& tasks : task_addresses(user)) {
    const std::string body = R"({"title":"x","titel":"y","due":"2026-08-08"})";
    const Answer lenient = client.call("POST", tasks, body);
    CHECK(lenient.status == 201);
    CHECK(lenient.header("preference-applied").empty());
    const Answer refused = client.call("POST", tasks, body, strict_handling);
    check_faults(refused, {unknown_at({"body", "titel"}), unknown_at({"body", "due"})});
    CHECK(refused.json()["message"] == "Titel is not known here; Due is not known here");
    check_applied(refused);
  }
  CHECK(client.get("/api/tasks").json()["total"] == 2);
}

TEST_CASE(
    "http/strictness: every fault is told at once, known and unknown, of body, query and path") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  check_faults(
      client.call("PATCH", "/api/tasks/one?x=1", R"({"title":"","y":1})", strict_handling),
      {unknown_at({"query", "x"}),
       fault({"path", "task_id"}, "uuid_parsing", "Input should be a valid UUID"),
       fault({"body", "title"}, "string_too_short", "String should have at least 1 character"),
       unknown_at({"body", "y"})});
  check_faults(
      client.call("GET", "/api/tasks?limt=5&limit=0", {}, strict_handling),
      {unknown_at({"query", "limt"}), fault({"query", "limit"}, "greater_than_equal",
                                            "Input should be greater than or equal to 1")});
  // A fault of what is not known says nothing about what is.
  check_faults(
      client.call("PATCH", "/api/auth/me", R"({"email":"b@example.com","y":1})", strict_handling),
      {unknown_at({"body", "y"}),
       fault({"body", "current_password"}, "missing", "Field required")});
}

TEST_CASE("http/strictness: it says that it was applied, in every answer of a call") {
  ServerProcess server;
  Client client(server.port());
  const Answer root = client.call("GET", "/", {}, strict_handling);
  CHECK(root.status == 200);
  check_applied(root);
  CHECK(root.header("vary") == "Accept, Prefer");
  client.sign_up();
  const Answer created = client.call("POST", "/api/tasks", R"({"title":"x"})", strict_handling);
  CHECK(created.status == 201);
  check_applied(created);
  const std::string path = created.header("location");
  for (const auto& [method, status] :
       std::vector<std::pair<std::string, int>>{{"GET", 200}, {"DELETE", 204}, {"GET", 404}}) {
    const Answer answer = client.call(method, path, {}, strict_handling);
    CHECK(answer.status == status);
    check_applied(answer);
  }
  // These were answered before anything of the kind was looked at.
  CHECK(client.call("GET", "/nothing", {}, strict_handling).header("preference-applied").empty());
  client.token.clear();
  CHECK(client.call("GET", "/api/tasks", {}, strict_handling).header("preference-applied").empty());
}

TEST_CASE(
    "http/strictness: no call takes a parameter that it does not know, and none is half done") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  const std::string task = client.create_task("Stays")["id"];
  for (const api::Route& route : api::routes()) {
    if (route.offered != api::Offered::always) continue;
    std::string path = route.path;
    const auto fill = [&path](const std::string& name, const std::string& value) {
      if (const auto at = path.find(name); at != std::string::npos) {
        path.replace(at, name.size(), value);
      }
    };
    fill("{user_id}", user["id"]);
    fill("{task_id}", task);
    fill("{session_id}", task);
    fill("{name}", "style.css");
    CAPTURE(route.method);
    CAPTURE(path);
    const Answer answer = client.call(std::string(route.method), path + "?unknown=1",
                                      route.body ? "{}" : "", strict_handling);
    CHECK(answer.status == 422);
    CHECK(answer.json()["detail"][0] == unknown_at({"query", "unknown"}));
    check_applied(answer);
  }
  CHECK(client.get("/api/tasks/" + task).status == 200);
}

TEST_CASE("http/strictness: the header is read as RFC 7240 says, on one line or on several") {
  ServerProcess server;
  Client client(server.port());
  const auto is_strict = [&client](const Client::Headers& headers) {
    const Answer answer = client.call("GET", "/health?x=1", {}, headers);
    CHECK(answer.header("preference-applied").empty() == (answer.status == 200));
    return answer.status == 422;
  };
  CHECK(is_strict({{"prefer", "Handling=strict"}}));
  CHECK(is_strict({{"Prefer", "respond-async, wait=5; x, handling=\"strict\"; y=1"}}));
  CHECK(is_strict({{"Prefer", "wait=5"}, {"Prefer", "handling=strict"}}));
  CHECK(is_strict({{"Prefer", "handling=strict"}, {"Prefer", "handling=lenient"}}));
  CHECK_FALSE(is_strict({{"Prefer", "handling=lenient"}, {"Prefer", "handling=strict"}}));
  CHECK_FALSE(is_strict({{"Prefer", "handling=lenient"}}));
  CHECK_FALSE(is_strict({{"Prefer", "return=minimal; handling=strict"}}));
  CHECK_FALSE(is_strict({{"Prefer", "x=\"handling=strict\""}}));
  CHECK_FALSE(is_strict({}));
}

TEST_CASE("http/strictness: a hostile body of unknown members gets an answer of bounded size") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  std::string body = R"({"title":"x")";
  for (int i = 0; body.size() < 1'000'000; ++i) body += ",\"\\u0001" + std::to_string(i) + "\":0";
  const Answer many = client.call("POST", "/api/tasks", body + '}', strict_handling);
  CHECK(many.status == 422);
  CHECK(many.json()["detail"].size() == 100);
  const std::string name(1'000'000, 'x');
  const Answer longest =
      client.call("POST", "/api/tasks", R"({"title":"x",")" + name + "\":1}", strict_handling);
  CHECK(longest.status == 422);
  CHECK(longest.body.size() < 1000);
}

}  // namespace taskdock::testing
