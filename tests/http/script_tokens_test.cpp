#include <doctest/doctest.h>

#include <regex>

#include "api/routes.h"
#include "cli/outcome.h"
#include "http/launch_token.h"
#include "http/requests.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"

// Time is in the test's hands, so the server runs in this process, behind a real socket.
namespace taskdock::testing {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const std::string tokens_path = "/api/auth/tokens";
const std::string only_reads = "This token may only read";
const std::string needs_session = "A token for scripts may not do this; log in for it";
const std::string not_valid = "Could not validate credentials";

struct TokensServer {
  LocalServer server;
  Client client{server.port};  // Ann, in a session
  json user = sign_up(client)["user"];
  Client script{server.port};

  FakeClock& clock() { return server.backend.clock; }

  /// Makes a token, which the script uses from now on, and returns the answer.
  json make(const json& body = {{"name", "Report"}, {"scope", "write"}}) {
    const Answer answer = client.post(tokens_path, body);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 201);
    script.token = answer.json()["token"];
    return answer.json();
  }

  json list() {
    const Answer answer = client.get(tokens_path);
    REQUIRE(answer.status == 200);
    return answer.json()["tokens"];
  }

  Answer revoke(const json& token) {
    return client.call("DELETE", tokens_path + '/' + token["id"].get<std::string>());
  }

  int status_of_script() { return script.get("/api/tasks").status; }
};

/// The head of the answer to a request without a body: that of a stream would not end.
std::string answer_head(int port, const api::Route& route, const std::string& path,
                        const std::string& token) {
  RawSocket socket(port);
  socket.send(std::string(route.method) + ' ' + path + " HTTP/1.1\r\n" + host +
              "Authorization: Bearer " + token + "\r\nContent-Length: 0\r\n\r\n");
  std::string received;
  while (received.find("\r\n\r\n") == std::string::npos && socket.receive(received)) {
  }
  return received;
}

/// A path of `route`, for the user with this id; whatever else it names does not exist.
std::string path_for(const api::Route& route, const std::string& user_id) {
  std::string path = route.path;
  for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
    const std::string name = path.substr(open + 1, path.find('}') - open - 1);
    path.replace(open, name.size() + 2,
                 name == "user_id" ? user_id : "019b93a5-1c40-7abc-8def-0123456789ab");
  }
  return path;
}

}  // namespace

TEST_CASE_FIXTURE(TokensServer, "http/script_tokens: a token is shown once, and is then listed") {
  const Answer answer = client.post(
      tokens_path, {{"name", "  Nightly report "}, {"scope", "read"}, {"expires_in", 3600}});
  REQUIRE(answer.status == 201);
  CHECK(answer.header("cache-control") == "no-store");
  const json made = answer.json();
  CHECK(made.size() == 6);
  CHECK(is_uuid(made["id"]));
  CHECK(made["name"] == "Nightly report");
  CHECK(made["scope"] == "read");
  CHECK(made["created_at"] == "2026-01-06T10:30:00.123456Z");
  CHECK(made["expires_at"] == "2026-01-06T11:30:00.123456Z");
  const std::string token = made["token"];
  CHECK(token.size() == 47);
  CHECK(token.starts_with("tdk_"));

  const json second = make({{"name", "Import"}, {"scope", "write"}, {"expires_in", nullptr}});
  CHECK(second["expires_at"] == nullptr);
  CHECK(second["token"] != token);
  json kept = made;
  kept.erase("token");
  kept["last_used_at"] = nullptr;
  const json tokens = list();
  REQUIRE(tokens.size() == 2);
  CHECK(tokens[0]["id"] == second["id"]);
  CHECK(tokens[1] == kept);
  CHECK(client.get(tokens_path).header("cache-control") == "no-store");
}

TEST_CASE_FIXTURE(TokensServer, "http/script_tokens: what a token cannot be is refused") {
  const auto make_with = [&](const json& body) { return client.post(tokens_path, body); };
  check_faults(make_with(json::object()), {fault({"body", "name"}, "missing", "Field required"),
                                           fault({"body", "scope"}, "missing", "Field required")});
  check_faults(
      make_with({{"name", " "}, {"scope", "all"}, {"expires_in", 59}}),
      {fault({"body", "name"}, "string_too_short", "String should have at least 1 character"),
       fault({"body", "scope"}, "enum", "Input should be 'read' or 'write'"),
       fault({"body", "expires_in"}, "greater_than_equal",
             "Input should be greater than or equal to 60")});
  check_faults(
      make_with({{"name", std::string(101, 'x')}, {"scope", "read"}, {"expires_in", 315360001}}),
      {fault({"body", "name"}, "string_too_long", "String should have at most 100 characters"),
       fault({"body", "expires_in"}, "less_than_equal",
             "Input should be less than or equal to 315360000")});
  CHECK(
      make_with({{"name", std::string(100, 'x')}, {"scope", "read"}, {"expires_in", 60}}).status ==
      201);
  CHECK(make_with({{"name", "x"}, {"scope", "read"}, {"expires_in", 315360000}}).status == 201);
}

TEST_CASE_FIXTURE(TokensServer, "http/script_tokens: a script acts for the user of its token") {
  make();
  const json task = script.create_task("Buy milk");
  CHECK(task["user_id"] == user["id"]);
  CHECK(client.get(path_of(task)).json() == task);
  CHECK(script.get("/api/auth/me").json() == user);
  CHECK(script.call("DELETE", path_of(task)).status == 204);
  for (const std::string& tasks : task_addresses(user)) CHECK(script.get(tasks).status == 200);
  CHECK(script.call("HEAD", "/api/tasks").status == 200);

  Client bob(server.port);
  const json other = sign_up(bob, "bob@example.com")["user"];
  const json foreign = bob.create_task("Bob's");
  check_error(script.get(path_of(foreign)), 403, "Not authorized to access this task");
  check_error(script.get(task_addresses(other)[1]), 403,
              "Not authorized to access another user's tasks");
  // The scheme is written in any case, the token as it is.
  const Client::Headers lower_case = {{"Authorization", "bearer " + script.token}};
  CHECK(Client(server.port).call("GET", "/api/tasks", {}, lower_case).status == 200);
}

TEST_CASE_FIXTURE(TokensServer,
                  "http/script_tokens: of all calls a token may make those of its scope, and of "
                  "/api/auth only one") {
  const std::string reading = make({{"name", "x"}, {"scope", "read"}})["token"];
  const std::string writing = make({{"name", "x"}, {"scope", "write"}})["token"];
  int refused_all = 0;
  int refused_reading = 0;
  for (const api::Route& route : api::routes()) {
    if (route.offered != api::Offered::always || route.access == api::Access::anyone) continue;
    CAPTURE(route.method);
    CAPTURE(route.path);
    const std::string path = path_for(route, user["id"]);
    const auto status_with = [&](const std::string& token) {
      return std::stoi(answer_head(server.port, route, path, token).substr(9, 3));
    };
    const auto detail_with = [&](const std::string& token) {
      Client other(server.port);
      other.token = token;
      return other.call(std::string(route.method), path).json()["detail"];
    };
    const bool is_me = route.method == "GET" && route.path == "/api/auth/me";
    // A script can send its token, and needs no ticket in its place.
    const bool is_ticket = route.path == "/api/events/ticket";
    if (is_ticket || (route.path.starts_with("/api/auth/") && !is_me)) {
      CHECK(detail_with(reading) == needs_session);
      CHECK(detail_with(writing) == needs_session);
      CHECK(status_with(reading) == 403);
      CHECK(status_with(writing) == 403);
      ++refused_all;
      continue;
    }
    const int status = status_with(writing);
    CHECK(status != 401);
    CHECK(status != 403);
    if (route.method == "GET") {
      CHECK(status_with(reading) == status);
    } else {
      CHECK(status_with(reading) == 403);
      CHECK(detail_with(reading) == only_reads);
      ++refused_reading;
    }
  }
  CHECK(refused_all >= 10);
  CHECK(refused_reading >= 20);
}

TEST_CASE_FIXTURE(
    TokensServer,
    "http/script_tokens: what a token may not do is refused before anything is read") {
  make({{"name", "x"}, {"scope", "read"}});
  check_error(script.call("POST", "/api/tasks", "nonsense", {{"Content-Type", "text/plain"}}), 403,
              only_reads);
  check_error(script.call("PATCH", "/api/tasks/none", "{}"), 403, only_reads);
  // That there is no such path or method is no secret.
  check_error(script.call("PUT", "/api/tasks", "{}"), 405, "Method Not Allowed");
  check_error(script.get("/api/nothing"), 404, "Not Found");
  CHECK(client.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE_FIXTURE(TokensServer, "http/script_tokens: a token is good until it expires") {
  make({{"name", "x"}, {"scope", "write"}, {"expires_in", 90 * 24 * 3600}});
  clock().advance(90 * 24h - 1us);
  CHECK(status_of_script() == 200);
  clock().advance(1us);
  const Answer answer = script.get("/api/tasks");
  check_error(answer, 401, not_valid);
  CHECK(answer.header("www-authenticate") == "Bearer");
  log_in(client);
  REQUIRE(list().size() == 1);
  CHECK(list()[0]["expires_at"] == "2026-04-06T10:30:00.123456Z");
  make();
  clock().advance(20 * 365 * 24h);
  CHECK(status_of_script() == 200);
}

TEST_CASE_FIXTURE(TokensServer, "http/script_tokens: a revoked token is no good from then on") {
  const json first = make();
  const std::string revoked = script.token;
  const json second = make();
  CHECK(revoke(first).status == 204);
  check_error(revoke(first), 404, "Token not found");
  CHECK(status_of_script() == 200);
  script.token = revoked;
  check_error(script.get("/api/tasks"), 401, not_valid);
  check_error(script.post("/api/tasks", {{"title", "x"}}), 401, not_valid);
  CHECK(list().size() == 1);
  check_faults(client.call("DELETE", tokens_path + "/1"),
               {fault({"path", "token_id"}, "uuid_parsing", "Input should be a valid UUID")});
}

TEST_CASE_FIXTURE(TokensServer,
                  "http/script_tokens: a token that is revoked while its body comes does nothing") {
  const json made = make();
  RawSocket socket(server.port);
  socket.send("POST /api/tasks HTTP/1.1\r\n" + host + "Authorization: Bearer " + script.token +
              "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " +
              std::to_string(one_task.size()) + "\r\n\r\n");
  std::string received;
  while (received.find("100 Continue\r\n\r\n") == std::string::npos) {
    REQUIRE(socket.receive(received));
  }
  CHECK(revoke(made).status == 204);
  socket.send(one_task);
  std::string surplus;
  check_error(Client::read_answer(socket, surplus), 401, not_valid);
  CHECK(client.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE_FIXTURE(TokensServer, "http/script_tokens: nobody sees or revokes the tokens of others") {
  const json of_ann = make();
  sign_up(client, "bob@example.com");
  CHECK(list().empty());
  check_error(revoke(of_ann), 404, "Token not found");
  CHECK(status_of_script() == 200);
  CHECK(script.get("/api/auth/me").json() == user);
}

TEST_CASE_FIXTURE(TokensServer, "http/script_tokens: what is no token of ours opens nothing") {
  make();
  const std::string good = script.token;
  std::string guessed = good;
  guessed[20] = guessed[20] == 'A' ? 'B' : 'A';
  for (const std::string& bad :
       {std::string("tdk_"), good.substr(4), good + "A", good + "=", "TDK_" + good.substr(4),
        good.substr(0, 46), "tdk_" + std::string(43, 'A'), "tdk_" + client.token, guessed,
        good + '.' + good}) {
    CAPTURE(bad);
    script.token = bad;
    const Answer answer = script.get("/api/tasks");
    check_error(answer, 401, not_valid);
    CHECK(answer.header("www-authenticate") == "Bearer");
  }
  script.token = good;
  CHECK(status_of_script() == 200);
  // It is no refresh token either.
  check_error(client.post("/api/auth/refresh", {{"refresh_token", good}}), 401,
              "Invalid refresh token");
}

TEST_CASE_FIXTURE(TokensServer,
                  "http/script_tokens: last_used_at follows the use of a token, to the minute") {
  make();
  const auto use_at = [&](std::chrono::seconds later) {
    clock().advance(later);
    CHECK(status_of_script() == 200);
    // Nobody waits for it to be written; another write comes after it.
    CHECK(client.post("/api/tasks", {{"title", "x"}}).status == 201);
    return list()[0]["last_used_at"];
  };
  CHECK(list()[0]["last_used_at"] == nullptr);
  CHECK(use_at(1s) == "2026-01-06T10:30:01.123456Z");
  CHECK(use_at(59s) == "2026-01-06T10:30:01.123456Z");
  CHECK(use_at(1s) == "2026-01-06T10:31:01.123456Z");
}

TEST_CASE_FIXTURE(TokensServer,
                  "http/script_tokens: tokens outlive log-outs, and end with the password") {
  make();
  CHECK(client.call("POST", "/api/auth/logout").status == 204);
  CHECK(status_of_script() == 200);
  log_in(client);
  CHECK(client.call("DELETE", "/api/auth/sessions").status == 204);
  CHECK(client
            .call("PATCH", "/api/auth/me",
                  json{{"email", "a@example.com"}, {"current_password", account_password}}.dump())
            .status == 200);
  CHECK(status_of_script() == 200);
  CHECK(script.get("/api/auth/me").json()["email"] == "a@example.com");
  CHECK(client
            .call("PUT", "/api/auth/password",
                  json{{"current_password", account_password}, {"new_password", "battery staple"}}
                      .dump())
            .status == 204);
  check_error(script.get("/api/tasks"), 401, not_valid);
  CHECK(list().empty());
  make();
  CHECK(status_of_script() == 200);
}

TEST_CASE_FIXTURE(TokensServer, "http/script_tokens: tokens end with the account") {
  make();
  CHECK(client.call("DELETE", "/api/auth/me", json{{"current_password", account_password}}.dump())
            .status == 204);
  check_error(script.get("/api/tasks"), 401, not_valid);
}

TEST_CASE_FIXTURE(TokensServer, "http/script_tokens: a user has at most a hundred tokens") {
  const json body = {{"name", "x"}, {"scope", "read"}, {"expires_in", 3600}};
  for (int i = 0; i < 100; ++i) REQUIRE(client.post(tokens_path, body).status == 201);
  check_error(client.post(tokens_path, body), 409,
              "You have as many tokens as this server allows; revoke some first");
  CHECK(list().size() == 100);
  CHECK(revoke(list()[50]).status == 204);
  CHECK(client.post(tokens_path, body).status == 201);
  clock().advance(1h);
  log_in(client);
  CHECK(client.post(tokens_path, body).status == 201);  // those that have expired make room
  CHECK(list().size() == 1);
}

TEST_CASE("http/script_tokens: guesses are in the log, some from each network, but no warnings") {
  ServerProcess server(Process::Strings{"--throttle-address", "2/1000"});
  Client client(server.port());
  client.token = "tdk_none";
  CHECK(client.get("/api/tasks").status == 401);
  client.token = "tdk_" + std::string(43, 'A');
  for (int i = 0; i < 4; ++i) check_error(client.get("/api/tasks"), 401, not_valid);
  const std::string log = server.stop().errors;
  const std::regex line("info unknown token for scripts from 127\\.0\\.0\\.1\n");
  CHECK(std::distance(std::sregex_iterator(log.begin(), log.end(), line), std::sregex_iterator()) ==
        2);
  CHECK_FALSE(contains(log, "warning"));
  CHECK_FALSE(contains(log, "AAAA"));
}

TEST_CASE("http/script_tokens: where there is a launch token, a script needs it as well") {
  LocalServer server({.launch_token = security::LaunchToken(launch_token), .local_user = "Ann"});
  Client client(server.port);
  const Client::Headers launched = {{"X-Taskdock-Launch", launch_token}};
  client.token = client.call("POST", "/api/auth/launch", {}, launched).json()["access_token"];
  const Answer made = client.call("POST", tokens_path, R"({"name":"x","scope":"write"})", launched);
  REQUIRE(made.status == 201);
  client.token = made.json()["token"];
  check_error(client.get("/api/tasks"), 403, "Launch token required");
  CHECK(client.call("GET", "/api/tasks", {}, launched).status == 200);
}

}  // namespace taskdock::testing
