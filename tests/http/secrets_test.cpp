#include <doctest/doctest.h>

#include <set>
#include <string>

#include "cli/outcome.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// Whatever must be seen by nobody but its owner, in the one answer that brings it.
class Secrets {
 public:
  void add(const std::string& secret) { secrets_.insert(secret); }
  void add_session(const json& session) {
    add(session["access_token"]);
    add(session["refresh_token"]);
  }

  void check_absent(const std::string& text) const {
    for (const std::string& secret : secrets_) {
      CAPTURE(secret);
      CHECK_FALSE(contains(text, secret));
    }
  }

 private:
  std::set<std::string> secrets_ = {"$argon2id$"};
};

}  // namespace

TEST_CASE("http/secrets: no secret is in a log line, an error, a list or the file") {
  TemporaryDirectory data;
  ServerProcess server(data.path(), {"--log-level", "debug"});
  Client client(server.port());
  Secrets secrets;
  const std::string first_password = "three grey geese";
  const std::string second_password = "battery staple";
  secrets.add(first_password);
  secrets.add(second_password);
  secrets.add("wrong horse");

  json session =
      begin_session(client, "/api/auth/signup", 201, account("ann@example.com", first_password));
  secrets.add_session(session);
  session = client.post("/api/auth/refresh", {{"refresh_token", session["refresh_token"]}}).json();
  secrets.add_session(session);
  secrets.add_session(log_in(client, "ann@example.com", first_password));
  const auto check = [&](const std::string& method, const std::string& path, const json& body,
                         int status) {
    const Answer answer = client.call(method, path, body.is_null() ? "" : body.dump());
    CAPTURE(path);
    CHECK(answer.status == status);
    secrets.check_absent(answer.body);
    for (const auto& [name, value] : answer.headers) secrets.check_absent(value);
  };
  const json wrong = {{"current_password", "wrong horse"},
                      {"new_password", second_password},
                      {"email", "bob@example.com"}};
  const std::string refresh_token = session["refresh_token"];
  const json token = {{"name", "Report"}, {"scope", "read"}};
  const Answer made = client.post("/api/auth/tokens", token);
  REQUIRE(made.status == 201);
  const std::string script_token = made.json()["token"];
  secrets.add(script_token);
  {
    Client script(server.port());
    script.token = script_token;
    for (const char* path : {"/api/tasks", "/api/auth/tokens"}) {
      const Answer answer = script.get(path);
      secrets.check_absent(answer.body);
    }
    script.token[20] = script.token[20] == 'A' ? 'B' : 'A';
    CHECK(script.get("/api/tasks").status == 401);
    secrets.add(script.token);
  }
  check("GET", "/api/auth/tokens", nullptr, 200);
  check("GET", "/api/auth/me", nullptr, 200);
  check("GET", "/api/auth/sessions", nullptr, 200);
  check("GET", "/api/auth/sessions?limit=" + refresh_token, nullptr, 422);
  check("GET", "/openapi.json", nullptr, 200);
  check("POST", "/api/auth/signup", account("ann@example.com"), 409);
  check("POST", "/api/auth/signup", account(first_password, second_password), 422);
  check("POST", "/api/auth/login", account("ann@example.com", "wrong horse"), 401);
  check("POST", "/api/auth/login", account(first_password), 422);
  check("POST", "/api/auth/refresh", {{"refresh_token", {refresh_token}}}, 422);
  check("POST", "/api/auth/refresh", {{"refresh_token", client.token}}, 401);
  check("PUT", "/api/auth/password", wrong, 403);
  check("PATCH", "/api/auth/me", wrong, 403);
  check("DELETE", "/api/auth/me", wrong, 403);
  check("PUT", "/api/auth/password",
        {{"current_password", first_password}, {"new_password", second_password}}, 204);
  check("POST", "/api/auth/logout", nullptr, 204);
  check("GET", "/api/auth/me", nullptr, 401);
  secrets.check_absent(server.stop().errors);

  // The file has the hashes of passwords, and nothing that opens a door by itself.
  const std::string file = content_of(data.path() / "taskdock.db");
  CHECK(contains(file, "$argon2id$"));
  for (const std::string& secret :
       {first_password, second_password, refresh_token, client.token, script_token}) {
    CHECK_FALSE(contains(file, secret));
  }
}

}  // namespace taskdock::testing
