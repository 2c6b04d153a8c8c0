#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"

// Time is in the test's hands, so the server runs in this process, behind a real socket.
namespace taskdock::testing {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

struct SessionsServer {
  LocalServer server;
  Client client{server.port};

  FakeClock& clock() { return server.backend.clock; }

  Answer refresh(const std::string& token) {
    return client.post("/api/auth/refresh", {{"refresh_token", token}});
  }

  json list() {
    const Answer answer = client.get("/api/auth/sessions");
    REQUIRE(answer.status == 200);
    return answer.json();
  }

  bool is_open(const json& session) {
    client.token = session["access_token"];
    return client.get("/api/auth/me").status == 200;
  }
};

void check_bad_token(const Answer& answer) {
  check_error(answer, 401, "Invalid refresh token");
  CHECK(answer.header("www-authenticate") == "Bearer");
}

}  // namespace

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: a refresh brings new tokens for the same session") {
  const json first = sign_up(client);
  client.token.clear();
  clock().advance(24h);  // long after the access token is over
  const Answer answer = refresh(first["refresh_token"]);
  CHECK(answer.status == 200);
  CHECK(answer.header("cache-control") == "no-store");
  const json second = answer.json();
  CHECK(second.size() == 6);
  CHECK(second["token_type"] == "bearer");
  CHECK(second["expires_in"] == 1800);
  CHECK(second["refresh_expires_in"] == 30 * 24 * 60 * 60);
  CHECK(second["user"] == first["user"]);
  CHECK(second["refresh_token"] != first["refresh_token"]);
  CHECK(second["refresh_token"].get<std::string>().size() == 43);
  CHECK_FALSE(is_open(first));
  CHECK(is_open(second));
  CHECK(list()["total"] == 1);
  CHECK(refresh(second["refresh_token"]).status == 200);
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: a session that is used lasts, one that is not expires") {
  json used = sign_up(client, "ann@example.com");
  const json unused = sign_up(client, "bob@example.com");
  for (int i = 0; i < 3; ++i) {
    clock().advance(29 * 24h);
    const Answer answer = refresh(used["refresh_token"]);
    REQUIRE(answer.status == 200);
    used = answer.json();
  }
  check_bad_token(refresh(unused["refresh_token"]));
  clock().advance(30 * 24h);
  check_bad_token(refresh(used["refresh_token"]));
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: within ten seconds a spent token gets the same answer again") {
  const json first = sign_up(client);
  const Answer answer = refresh(first["refresh_token"]);
  REQUIRE(answer.status == 200);
  for (const auto step : {0ms, 5000ms, 4999ms}) {
    clock().advance(step);
    const Answer again = refresh(first["refresh_token"]);
    CHECK(again.status == 200);
    CHECK(again.body == answer.body);
  }
  CHECK(is_open(answer.json()));
  CHECK(refresh(answer.json()["refresh_token"]).status == 200);
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: a spent token shown later ends the whole session, and no other") {
  const json first = sign_up(client);
  const json other = log_in(client);
  const json second = refresh(first["refresh_token"]).json();
  const json third = refresh(second["refresh_token"]).json();
  CHECK(is_open(third));
  clock().advance(10s);
  SUBCASE("the one before") {
    check_bad_token(refresh(second["refresh_token"]));
  }
  SUBCASE("an older one") {
    check_bad_token(refresh(first["refresh_token"]));
  }
  CHECK_FALSE(is_open(third));
  check_bad_token(refresh(third["refresh_token"]));
  check_bad_token(refresh(second["refresh_token"]));
  CHECK(is_open(other));
  CHECK(refresh(other["refresh_token"]).status == 200);
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: of many refreshes at once all get the same answer") {
  const json session = sign_up(client);
  std::set<std::string> bodies;
  std::atomic<int> good = 0;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        Client tab(server.port);
        const Answer answer =
            tab.post("/api/auth/refresh", {{"refresh_token", session["refresh_token"]}});
        const std::lock_guard lock(mutex);
        good += answer.status == 200 ? 1 : 0;
        bodies.insert(answer.body);
      });
    }
  }
  CHECK(good == 8);
  REQUIRE(bodies.size() == 1);
  CHECK(is_open(json::parse(*bodies.begin())));
  CHECK(list()["total"] == 1);
}

TEST_CASE_FIXTURE(SessionsServer, "http/sessions: what is no refresh token of ours opens nothing") {
  const json session = sign_up(client);
  const std::string good = session["refresh_token"];
  for (const std::string& bad :
       {std::string(), std::string("x"), good + " ", good + "=", ' ' + good, good.substr(1),
        session["access_token"].get<std::string>(), std::string(43, 'A'), std::string(16'000, 'A'),
        std::string("🥛")}) {
    CAPTURE(bad);
    check_bad_token(refresh(bad));
  }
  check_faults(client.call("POST", "/api/auth/refresh", "{}"),
               {fault({"body", "refresh_token"}, "missing", "Field required")});
  check_faults(client.post("/api/auth/refresh", {{"refresh_token", nullptr}}),
               {fault({"body", "refresh_token"}, "string_type", "Input should be a valid string")});
  // A refresh token is no access token.
  client.token = good;
  check_error(client.get("/api/auth/me"), 401, "Could not validate credentials");
  CHECK(refresh(good).status == 200);
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: a log-out ends this session at once, and only this one") {
  const json first = sign_up(client);
  const json second = log_in(client);
  client.token = first["access_token"];
  const Answer answer = client.call("POST", "/api/auth/logout");
  CHECK(answer.status == 204);
  CHECK(answer.body.empty());
  check_error(client.call("POST", "/api/auth/logout"), 401, "Could not validate credentials");
  CHECK_FALSE(is_open(first));
  check_bad_token(refresh(first["refresh_token"]));
  CHECK(is_open(second));
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: the list says which sessions there are, newest first") {
  const json first = sign_up(client);
  clock().advance(1h);
  client.token.clear();
  const Answer answer = client.call("POST", "/api/auth/login", account("ann@example.com").dump(),
                                    {{"User-Agent", "Tauri/2 (\xf0\x9f\xa5\x9b)"}});
  client.token = answer.json()["access_token"];
  const json page = list();
  CHECK(page["total"] == 2);
  CHECK(page["limit"] == 50);
  CHECK(page["offset"] == 0);
  REQUIRE(page["sessions"].size() == 2);
  const json& newest = page["sessions"][0];
  CHECK(newest.size() == 5);
  CHECK(is_uuid(newest["id"]));
  CHECK(newest["user_agent"] == "Tauri/2 (\?\?\?\?)");
  CHECK(newest["current"] == true);
  CHECK(newest["created_at"] == "2026-01-06T11:30:00.123456Z");
  const json& oldest = page["sessions"][1];
  CHECK(oldest["user_agent"] == nullptr);
  CHECK(oldest["current"] == false);
  CHECK(oldest["created_at"] == "2026-01-06T10:30:00.123456Z");
  CHECK(newest["id"] > oldest["id"]);

  CHECK(client.get("/api/auth/sessions?limit=1&offset=1").json()["sessions"] ==
        json::array({oldest}));
  check_faults(client.get("/api/auth/sessions?limit=0&offset=-1"),
               {fault({"query", "limit"}, "greater_than_equal",
                      "Input should be greater than or equal to 1"),
                fault({"query", "offset"}, "greater_than_equal",
                      "Input should be greater than or equal to 0")});
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: last_used_at follows the use of a session, to the minute") {
  const json other = sign_up(client);
  log_in(client);
  const auto last_use_of_other = [&] { return list()["sessions"][1]["last_used_at"]; };
  const json at_first = last_use_of_other();
  const std::string mine = client.token;
  const auto use_other = [&] {
    client.token = other["access_token"];
    CHECK(client.get("/api/tasks").status == 200);
    client.token = mine;
  };
  clock().advance(59s);
  use_other();
  CHECK(last_use_of_other() == at_first);
  clock().advance(1s);
  use_other();
  // Nobody waits for it to be written; another write comes after it.
  CHECK(client.post("/api/tasks", {{"title", "x"}}).status == 201);
  CHECK(last_use_of_other() == "2026-01-06T10:31:00.123456Z");
}

TEST_CASE_FIXTURE(SessionsServer, "http/sessions: a long User-Agent is cut") {
  const Answer answer = client.call("POST", "/api/auth/signup", account("ann@example.com").dump(),
                                    {{"User-Agent", std::string(5000, 'a')}});
  client.token = answer.json()["access_token"];
  CHECK(list()["sessions"][0]["user_agent"] == std::string(256, 'a'));
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: a user ends one of their sessions, or all but this one") {
  const json first = sign_up(client);
  const json second = log_in(client);
  const json third = log_in(client);
  const std::string id_of_first = list()["sessions"][2]["id"];
  CHECK(client.call("DELETE", "/api/auth/sessions/" + id_of_first).status == 204);
  check_error(client.call("DELETE", "/api/auth/sessions/" + id_of_first), 404, "Session not found");
  CHECK_FALSE(is_open(first));
  CHECK(is_open(second));
  CHECK(is_open(third));
  CHECK(client.call("DELETE", "/api/auth/sessions").status == 204);
  CHECK(list()["total"] == 1);
  CHECK_FALSE(is_open(second));
  check_bad_token(refresh(second["refresh_token"]));
  CHECK(is_open(third));
  CHECK(
      client.call("DELETE", "/api/auth/sessions/" + list()["sessions"][0]["id"].get<std::string>())
          .status == 204);
  CHECK_FALSE(is_open(third));
}

TEST_CASE_FIXTURE(SessionsServer, "http/sessions: nobody sees or ends the sessions of others") {
  const json ann = sign_up(client, "ann@example.com");
  const std::string id_of_ann = list()["sessions"][0]["id"];
  sign_up(client, "bob@example.com");
  CHECK(list()["total"] == 1);
  check_error(client.call("DELETE", "/api/auth/sessions/" + id_of_ann), 404, "Session not found");
  CHECK(client.call("DELETE", "/api/auth/sessions").status == 204);
  CHECK(is_open(ann));
  check_faults(client.call("DELETE", "/api/auth/sessions/1"),
               {fault({"path", "session_id"}, "uuid_parsing", "Input should be a valid UUID")});
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: an access token is over with its session, whatever it says") {
  const json session = sign_up(client);
  const Answer task = client.post("/api/tasks", {{"title", "x"}});
  const std::string path = "/api/tasks/" + task.json()["id"].get<std::string>();
  CHECK(client.call("POST", "/api/auth/logout").status == 204);
  for (const auto& [method, target] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/api/auth/me"},
                                                        {"GET", "/api/auth/sessions"},
                                                        {"GET", "/api/tasks"},
                                                        {"POST", "/api/tasks"},
                                                        {"GET", path},
                                                        {"DELETE", path},
                                                        {"PUT", "/api/auth/password"},
                                                        {"DELETE", "/api/auth/me"}}) {
    CAPTURE(target);
    check_error(client.call(method, target), 401, "Could not validate credentials");
  }
  CHECK(log_in(client)["user"] == session["user"]);
  CHECK(client.get(path).status == 200);
}

TEST_CASE_FIXTURE(SessionsServer,
                  "http/sessions: while a session is used, its end comes between two requests") {
  sign_up(client);
  const std::string token = client.token;
  std::atomic<bool> ended = false;
  std::atomic<int> created = 0;
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        Client writer(server.port);
        writer.token = token;
        for (int j = 0; j < 2000; ++j) {
          const bool was_ended = ended;
          const int status = writer.post("/api/tasks", {{"title", "x"}}).status;
          if (status == 201 && !was_ended) {
            ++created;
          } else {
            wrong += status == 401 ? 0 : 1;
            break;
          }
        }
      });
    }
    while (created < 20 && wrong == 0) std::this_thread::yield();
    CHECK(client.call("POST", "/api/auth/logout").status == 204);
    ended = true;
  }
  CHECK(wrong == 0);
  log_in(client);
  CHECK(client.get("/api/tasks?limit=1").json()["total"] == created.load());
}

}  // namespace taskdock::testing
