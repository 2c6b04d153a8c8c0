// The one user of a server that a program has started for one person.

#include <doctest/doctest.h>

#include <set>
#include <thread>

#include "cli/outcome.h"
#include "http/launch_token.h"
#include "support/mutex.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// A client that sends the launch token, and then the access token that it gets for it.
class LaunchedClient {
 public:
  explicit LaunchedClient(int port) : client_(port) {}

  Answer call(const std::string& method, const std::string& path, const json& body = nullptr) {
    return client_.call(method, path, body.is_null() ? "" : body.dump(),
                        {{"X-Taskdock-Launch", launch_token}});
  }

  /// Logs in the local user, and returns them.
  json launch() {
    const Answer answer = call("POST", "/api/auth/launch");
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    client_.token = answer.json()["access_token"];
    return answer.json()["user"];
  }

 private:
  Client client_;
};

struct LaunchedServer : ServerProcess {
  explicit LaunchedServer(const Process::Strings& more = {})
      : ServerProcess(with_local_user(more), launch_environment) {}
  LaunchedServer(const std::filesystem::path& data, const std::string& name)
      : ServerProcess(data, {"--local-user", name}, launch_environment) {}

 private:
  static Process::Strings with_local_user(Process::Strings arguments) {
    arguments.insert(arguments.end(), {"--local-user", "Ann"});
    return arguments;
  }
};

}  // namespace

TEST_CASE("http/local_user: the launch token is a log-in, with all that comes with one") {
  LaunchedServer server;
  LaunchedClient client(server.port());
  const Answer answer = client.call("POST", "/api/auth/launch");
  REQUIRE(answer.status == 200);
  const json session = answer.json();
  CHECK(session["token_type"] == "bearer");
  CHECK(session["expires_in"] == 1800);
  CHECK(session["user"]["name"] == "Ann");
  const std::string email = session["user"]["email"];
  CHECK(email == "local-" + session["user"]["id"].get<std::string>() + "@taskdock.invalid");
  CHECK(client.launch() == session["user"]);
  CHECK(client.call("GET", "/api/auth/me").json() == session["user"]);
  CHECK(client.call("GET", "/api/auth/sessions").json()["total"] == 2);
  CHECK(client.call("POST", "/api/tasks", {{"title", "x"}}).status == 201);
  CHECK(client.call("POST", "/api/auth/refresh", {{"refresh_token", session["refresh_token"]}})
            .status == 200);
  // The log-in itself needs the launch token.
  check_error(Client(server.port()).call("POST", "/api/auth/launch"), 403, "Launch token required");
}

TEST_CASE("http/local_user: a browser is sent to the web application, which logs in by itself") {
  LaunchedServer server;
  Client client(server.port());
  const Answer answer = client.call(
      "GET", "/", {}, {{"X-Taskdock-Launch", launch_token}, {"Accept", "text/html,*/*;q=0.8"}});
  CHECK(answer.status == 303);
  CHECK(answer.header("location") == "./app/");
}

TEST_CASE("http/local_user: however many log in at once, there is one local user") {
  LaunchedServer server;
  support::Mutex mutex;
  std::set<std::string> users;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        LaunchedClient client(server.port());
        const Answer answer = client.call("POST", "/api/auth/launch");
        const support::MutexLock lock(mutex);
        users.insert(answer.status == 200 ? answer.json()["user"]["id"].get<std::string>() : "");
      });
    }
  }
  CHECK(users.size() == 1);
  CHECK_FALSE(users.contains(""));
}

TEST_CASE("http/local_user: they are kept, and keep the name they have") {
  TemporaryDirectory data;
  json user;
  {
    LaunchedServer server(data.path(), "Ann");
    user = LaunchedClient(server.port()).launch();
  }
  LaunchedServer server(data.path(), "Somebody else");
  LaunchedClient client(server.port());
  CHECK(client.launch() == user);
  CHECK(client.call("PATCH", "/api/auth/me", {{"name", "Ann B."}}).status == 200);
  CHECK(client.launch()["name"] == "Ann B.");
}

TEST_CASE("http/local_user: without a password no password logs in, and nothing tells why") {
  LaunchedServer server;
  LaunchedClient client(server.port());
  const std::string email = client.launch()["email"];
  for (const std::string& password : {std::string(), std::string("correct horse"), launch_token}) {
    check_error(client.call("POST", "/api/auth/login", account(email, password)), 401,
                "Invalid email or password");
  }
}

TEST_CASE("http/local_user: a password may be given, and is one like any other from then on") {
  LaunchedServer server;
  LaunchedClient client(server.port());
  const std::string email = client.launch()["email"];
  const Answer weak = client.call("PUT", "/api/auth/password", {{"new_password", "short"}});
  CHECK(weak.status == 422);
  CHECK(weak.json()["detail"].size() == 1);
  CHECK(client.call("PUT", "/api/auth/password", {{"new_password", account_password}}).status ==
        204);
  CHECK(client.call("POST", "/api/auth/login", account(email)).status == 200);
  CHECK(client.launch()["email"] == email);
  const json missing = {fault({"body", "current_password"}, "missing", "Field required")};
  check_error(client.call("PUT", "/api/auth/password", {{"new_password", "another horse"}}), 422,
              missing);
  check_error(client.call("DELETE", "/api/auth/me", json::object()), 422, missing);
  check_error(client.call("PATCH", "/api/auth/me", {{"email", "ann@example.com"}}), 422, missing);
  check_error(client.call("DELETE", "/api/auth/me", {{"current_password", "wrong horse"}}), 403,
              "Wrong password");
  CHECK(client.call("DELETE", "/api/auth/me", {{"current_password", account_password}}).status ==
        204);
}

TEST_CASE("http/local_user: while there is no password, none is asked for and none is wrong") {
  LaunchedServer server;
  LaunchedClient client(server.port());
  const json user = client.launch();
  CHECK(client.call("PATCH", "/api/auth/me", {{"email", "ann@example.com"}}).status == 200);
  CHECK(client.launch()["id"] == user["id"]);
  CHECK(client
            .call("PATCH", "/api/auth/me",
                  {{"email", "ann.b@example.com"}, {"current_password", "whatever"}})
            .status == 200);
  CHECK(client.call("DELETE", "/api/auth/me", json::object()).status == 204);
  CHECK(client.call("GET", "/api/auth/me").status == 401);
  CHECK(client.launch()["id"] != user["id"]);
}

TEST_CASE("http/local_user: closed sign-up and a limit of users are for others") {
  LaunchedServer server({"--signup", "closed", "--max-users", "1"});
  LaunchedClient client(server.port());
  client.launch();
  check_error(client.call("POST", "/api/auth/signup", account()), 403, "Sign-up is closed");
}

TEST_CASE("http/local_user: a server without --local-user has no such call") {
  ServerProcess launched(Process::Strings{}, launch_environment);
  check_error(LaunchedClient(launched.port()).call("POST", "/api/auth/launch"), 404, "Not Found");
  ServerProcess plain;
  check_error(Client(plain.port()).call("POST", "/api/auth/launch"), 404, "Not Found");
}

TEST_CASE("http/local_user: a name is one that a user may have, and needs a launch token") {
  for (const std::string& name : {std::string(" "), std::string(101, 'x'), std::string("\xff")}) {
    const Finished finished = run({"--local-user", name}, launch_environment);
    CHECK(finished.status == 2);
    CHECK(is_one_complaint(finished.errors));
    CHECK(finished.errors.starts_with("taskdock: --local-user: "));
  }
  const Finished by_flag = run({"--local-user", "Ann"});
  CHECK(by_flag.status == 2);
  CHECK(by_flag.errors.starts_with("taskdock: --local-user: a launch token"));
  const Finished by_variable = run({}, {"TASKDOCK_LOCAL_USER=Ann"});
  CHECK(by_variable.status == 2);
  CHECK(by_variable.errors.starts_with("taskdock: TASKDOCK_LOCAL_USER: a launch token"));
}

}  // namespace taskdock::testing
