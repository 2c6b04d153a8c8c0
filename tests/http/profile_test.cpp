#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/database.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

struct ProfileServer {
  LocalServer server;
  Client client{server.port};

  Answer change_me(const json& change) {
    return client.call("PATCH", "/api/auth/me", change.dump());
  }
  Answer change_password(const std::string& from, const std::string& to) {
    return client.call("PUT", "/api/auth/password",
                       json{{"current_password", from}, {"new_password", to}}.dump());
  }
  Answer delete_me(const std::string& password) {
    return client.call("DELETE", "/api/auth/me", json{{"current_password", password}}.dump());
  }
  int status_of_log_in(const std::string& email, const std::string& password) {
    Client other(server.port);
    return other.post("/api/auth/login", account(email, password)).status;
  }
  bool is_open(const json& session) {
    Client other(server.port);
    other.token = session["access_token"];
    return other.get("/api/auth/me").status == 200;
  }
};

json value_error(const std::string& member, const std::string& what) {
  return fault({"body", member}, "value_error", "Value error, " + what);
}

const json current_password_missing =
    fault({"body", "current_password"}, "missing", "Field required");
const std::string same_as_email = "Password and email must not be the same";

}  // namespace

TEST_CASE_FIXTURE(ProfileServer, "http/profile: a name is changed without a password") {
  json expected = sign_up(client)["user"];
  expected["name"] = "Anna 水";
  const Answer answer = change_me({{"name", " Anna 水 "}});
  CHECK(answer.status == 200);
  CHECK(answer.json() == expected);
  CHECK(client.get("/api/auth/me").json() == expected);
  for (const json& nothing :
       {json::object(), json{{"unknown", 1}}, json{{"email", "ANN@example.com"}}}) {
    CAPTURE(nothing);
    CHECK(change_me(nothing).json() == expected);
  }
}

TEST_CASE_FIXTURE(ProfileServer, "http/profile: an email is changed with the password alone") {
  json expected = sign_up(client)["user"];
  check_faults(change_me({{"email", "anna@example.com"}}), {current_password_missing});
  check_faults(
      change_me({{"email", "anna@example.com"}, {"current_password", nullptr}}),
      {fault({"body", "current_password"}, "string_type", "Input should be a valid string")});
  check_error(change_me({{"email", "anna@example.com"}, {"current_password", "wrong"}}), 403,
              "Wrong password");
  CHECK(client.get("/api/auth/me").json() == expected);

  expected["email"] = "anna@example.com";
  const json good = {{"email", " Anna@Example.com"}, {"current_password", account_password}};
  CHECK(change_me(good).json() == expected);
  CHECK(client.get("/api/auth/me").json() == expected);
  CHECK(status_of_log_in("ann@example.com", account_password) == 401);
  CHECK(status_of_log_in("anna@example.com", account_password) == 200);
}

TEST_CASE_FIXTURE(ProfileServer,
                  "http/profile: an email that is taken is refused, and nothing is changed") {
  sign_up(client, "bob@example.com");
  const json ann = sign_up(client)["user"];
  check_error(
      change_me(
          {{"email", "bob@example.com"}, {"name", "Bob"}, {"current_password", account_password}}),
      409, "Email already registered");
  CHECK(client.get("/api/auth/me").json() == ann);
}

TEST_CASE_FIXTURE(ProfileServer, "http/profile: all that is wrong with a change is told at once") {
  sign_up(client);
  check_faults(
      change_me({{"name", " "}, {"email", "x"}}),
      {fault({"body", "name"}, "string_too_short", "String should have at least 1 character"),
       fault({"body", "email"}, "value_error",
             "value is not a valid email address: An email address must have an @-sign."),
       current_password_missing});
  check_faults(client.call("PUT", "/api/auth/password", R"({"new_password":"short"})"),
               {fault({"body", "new_password"}, "string_too_short",
                      "String should have at least 8 characters"),
                current_password_missing});
  check_faults(client.call("DELETE", "/api/auth/me", "{}"), {current_password_missing});
  check_faults(client.call("DELETE", "/api/auth/me"),
               {fault({"body"}, "missing", "Field required")});
}

TEST_CASE_FIXTURE(ProfileServer, "http/profile: password and email are never the same") {
  const std::string email = "ann@example.com";
  check_faults(client.post("/api/auth/signup", account(email, "Ann@Example.com")),
               {value_error("password", same_as_email)});
  check_faults(client.post("/api/auth/signup", account(" ANN@example.com ", email)),
               {value_error("password", same_as_email)});
  sign_up(client, email);
  check_faults(change_password(account_password, email),
               {value_error("new_password", same_as_email)});
  CHECK(change_password(account_password, "bob@example.com").status == 204);
  check_faults(change_me({{"email", "bob@example.com"}, {"current_password", "bob@example.com"}}),
               {value_error("email", same_as_email)});
}

TEST_CASE("http/profile: a password on the operator's list is not to be chosen") {
  LocalServer server(Backend::Options{.denied_passwords = "password1\ncorrect horse\n"});
  Client client(server.port);
  const std::string denied = "Password is on the list of denied ones";
  check_faults(client.post("/api/auth/signup", account()), {value_error("password", denied)});
  begin_session(client, "/api/auth/signup", 201, account("ann@example.com", "battery staple"));
  check_faults(client.call("PUT", "/api/auth/password",
                           R"({"current_password":"x","new_password":"password1"})"),
               {value_error("new_password", denied)});
}

TEST_CASE_FIXTURE(
    ProfileServer,
    "http/profile: a new password ends every other session, and the old one opens no more") {
  const json other = sign_up(client);
  const json mine = log_in(client);
  check_error(change_password("wrong horse", "battery staple"), 403, "Wrong password");
  CHECK(is_open(other));
  const Answer answer = change_password(account_password, "battery staple");
  CHECK(answer.status == 204);
  CHECK(answer.body.empty());
  CHECK(is_open(mine));
  CHECK_FALSE(is_open(other));
  CHECK(client.post("/api/auth/refresh", {{"refresh_token", other["refresh_token"]}}).status ==
        401);
  CHECK(client.post("/api/auth/refresh", {{"refresh_token", mine["refresh_token"]}}).status == 200);
  CHECK(status_of_log_in("ann@example.com", account_password) == 401);
  CHECK(status_of_log_in("ann@example.com", "battery staple") == 200);
}

TEST_CASE_FIXTURE(ProfileServer,
                  "http/profile: a log-in with the old password never outlives the change of it") {
  sign_up(client);
  std::string current = account_password;
  for (int round = 0; round < 4; ++round) {
    const std::string next = "battery staple " + std::to_string(round);
    json late;
    std::jthread intruder([&] {
      Client other(server.port);
      const Answer answer = other.post("/api/auth/login", account("ann@example.com", current));
      if (answer.status == 200) late = answer.json();
      CHECK((answer.status == 200 || answer.status == 401));
    });
    CHECK(change_password(current, next).status == 204);
    intruder.join();
    // It came before the change, and ended with it, or after, and failed.
    if (!late.is_null()) CHECK_FALSE(is_open(late));
    CHECK(client.get("/api/auth/sessions").json()["total"] == 1);
    current = next;
  }
}

TEST_CASE_FIXTURE(ProfileServer,
                  "http/profile: an email that is to stay does not undo a change on its way") {
  sign_up(client);
  SQLite::Database other_program = open_database(server.backend.file);
  other_program.exec("BEGIN IMMEDIATE");
  {
    const auto change_in_a_tab = [&](const json& change) {
      return std::jthread([this, change, token = client.token] {
        Client tab(server.port);
        tab.token = token;
        CHECK(tab.call("PATCH", "/api/auth/me", change.dump()).status == 200);
      });
    };
    // Both wait for the database, one behind the other.
    const auto first =
        change_in_a_tab({{"email", "anna@example.com"}, {"current_password", account_password}});
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const auto second = change_in_a_tab({{"email", "ann@example.com"}, {"name", "Anna"}});
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    other_program.exec("COMMIT");
  }
  const json me = client.get("/api/auth/me").json();
  CHECK(me["email"] == "anna@example.com");
  CHECK(me["name"] == "Anna");
}

TEST_CASE_FIXTURE(ProfileServer,
                  "http/profile: of two changes of the password at once one is made") {
  const json first = sign_up(client);
  std::atomic<int> changed = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&, i] {
        Client tab(server.port);
        tab.token = first["access_token"];
        const Answer answer = tab.call("PUT", "/api/auth/password",
                                       json{{"current_password", account_password},
                                            {"new_password", "battery staple " + std::to_string(i)}}
                                           .dump());
        changed += answer.status == 204 ? 1 : 0;
        refused += answer.status == 403 ? 1 : 0;
      });
    }
  }
  CHECK(changed == 1);
  CHECK(refused == 1);
}

TEST_CASE_FIXTURE(
    ProfileServer,
    "http/profile: a deleted account is gone, with sessions and tasks, and can be made anew") {
  const json other = sign_up(client);
  const json mine = log_in(client);
  const json task = client.create_task("Buy milk");
  check_error(delete_me("wrong horse"), 403, "Wrong password");
  CHECK(is_open(other));
  const Answer answer = delete_me(account_password);
  CHECK(answer.status == 204);
  CHECK(answer.body.empty());
  CHECK_FALSE(is_open(mine));
  CHECK_FALSE(is_open(other));
  CHECK(client.post("/api/auth/refresh", {{"refresh_token", mine["refresh_token"]}}).status == 401);
  CHECK(status_of_log_in("ann@example.com", account_password) == 401);

  const json again = sign_up(client);
  CHECK(again["id"] != mine["user"]["id"]);
  CHECK(client.get("/api/tasks").json()["total"] == 0);
  CHECK(client.get("/api/tasks/" + task["id"].get<std::string>()).status == 404);
}

TEST_CASE_FIXTURE(
    ProfileServer,
    "http/profile: an account that is deleted while it writes keeps nothing, and nobody hangs") {
  const json bob = sign_up(client, "bob@example.com");
  client.create_task("a task of bob");
  sign_up(client);
  std::atomic<int> created = 0;
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, token = client.token] {
        Client writer(server.port);
        writer.token = token;
        for (int j = 0; j < 5000; ++j) {
          const Answer answer = writer.post("/api/tasks", {{"title", "x"}});
          if (answer.status != 201) {
            wrong += answer.status == 401 ? 0 : 1;
            return;
          }
          ++created;
        }
        ++wrong;  // the deletion never came
      });
    }
    while (created < 20 && wrong == 0) std::this_thread::yield();
    CHECK(delete_me(account_password).status == 204);
  }
  CHECK(wrong == 0);
  CHECK(server.backend.store.snapshot().list_users().size() == 1);
  client.token = bob["access_token"];
  CHECK(client.get("/api/tasks").json()["total"] == 1);
  sign_up(client);
  CHECK(client.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE("http/profile: a closed server signs nobody up, whatever is sent") {
  LocalServer server(Backend::Options{.signup = api::Signup::closed});
  Client client(server.port);
  check_error(client.post("/api/auth/signup", account()), 403, "Sign-up is closed");
  check_error(client.call("POST", "/api/auth/signup", "nonsense"), 403, "Sign-up is closed");
  CHECK(server.backend.store.snapshot().list_users().empty());
}

TEST_CASE("http/profile: where only the first may sign up one does, and a log-in works as ever") {
  LocalServer server(Backend::Options{.signup = api::Signup::first});
  Client client(server.port);
  check_faults(client.post("/api/auth/signup", {{"email", "ann@example.com"}}),
               {fault({"body", "password"}, "missing", "Field required")});
  std::atomic<int> admitted = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        Client other(server.port);
        const Answer answer =
            other.post("/api/auth/signup", account(std::to_string(i) + "@example.com"));
        admitted += answer.status == 201 ? 1 : 0;
        refused += answer.status == 403 ? 1 : 0;
      });
    }
  }
  CHECK(admitted == 1);
  CHECK(refused == 3);
  const auto users = server.backend.store.snapshot().list_users();
  REQUIRE(users.size() == 1);
  log_in(client, users.front().user.email);
  check_error(client.post("/api/auth/signup", account()), 403, "Sign-up is closed");
}

}  // namespace taskdock::testing
