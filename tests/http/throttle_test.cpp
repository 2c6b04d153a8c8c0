#include <doctest/doctest.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <latch>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/process.h"

namespace taskdock::testing {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A server that slows down after two failures for an account, six from an address and three
/// sign-ups.
struct ThrottledServer {
  LocalServer server{
      Backend::Options{.limits = security::Throttle::Limits{.failures_per_account = {2, 30s},
                                                            .failures_per_address = {6, 10s},
                                                            .signups_per_address = {3, 60s}}}};
  Client client{server.port};

  FakeClock& clock() { return server.backend.clock; }

  Answer try_to_log_in(const std::string& email, const std::string& password,
                       const std::string& from = "127.0.0.1") {
    Client other(server.port, from);
    return other.post("/api/auth/login", account(email, password));
  }
  void fail_to_log_in(const std::string& email, int times) {
    for (int i = 0; i < times; ++i) {
      check_error(try_to_log_in(email, "wrong horse"), 401, "Invalid email or password");
    }
  }
};

/// What was answered, and how often, when `count` threads make `call` at once; such as
/// "401 2 times, 429 10 times".
template <class Call>
std::string statuses_at_once(int count, Call call) {
  std::mutex mutex;
  std::map<int, int> times_by_status;
  std::latch start(count);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const int status = call();
        const std::lock_guard lock(mutex);
        ++times_by_status[status];
      });
    }
  }
  std::string text;
  for (const auto& [status, times] : times_by_status) {
    text += (text.empty() ? "" : ", ") + std::to_string(status) + ' ' + std::to_string(times) +
            " times";
  }
  return text;
}

void check_throttled(const Answer& answer, const std::string& seconds) {
  check_error(answer, 429, "Too many attempts; try again later");
  CHECK(answer.header("retry-after") == seconds);
}

}  // namespace

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: failed log-ins for an account slow down, until they may go on") {
  sign_up(client);
  fail_to_log_in("ann@example.com", 2);
  check_throttled(try_to_log_in(" ANN@example.com", "wrong horse"), "30");
  check_throttled(try_to_log_in("ann@example.com", account_password), "30");
  clock().advance(29500ms);
  check_throttled(try_to_log_in("ann@example.com", account_password), "1");
  clock().advance(500ms);
  CHECK(try_to_log_in("ann@example.com", account_password).status == 200);
  CHECK(try_to_log_in("bob@example.com", "x").status == 401);
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: wrong passwords sent at once get no more answers than one by "
                  "one") {
  sign_up(client);
  CHECK(statuses_at_once(12, [&] {
          return try_to_log_in("ann@example.com", "wrong horse").status;
        }) == "401 2 times, 429 10 times");
  CHECK(statuses_at_once(12, [&] {
          return try_to_log_in("nobody@example.com", "wrong horse").status;
        }) == "401 2 times, 429 10 times");
  CHECK(
      statuses_at_once(12, [&] {
        Client other(server.port);
        other.token = client.token;
        return other.call("DELETE", "/api/auth/me", R"({"current_password":"wrong horse"})").status;
      }) == "403 2 times, 429 10 times");
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: wrong passwords for many accounts at once get no more answers "
                  "than the address is allowed") {
  std::atomic<int> account_number = 0;
  CHECK(statuses_at_once(16, [&] {
          const std::string email = std::to_string(++account_number) + "@example.com";
          return try_to_log_in(email, "wrong horse").status;
        }) == "401 6 times, 429 10 times");
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: right passwords sent at once are all let in, though only one "
                  "failure is left") {
  sign_up(client);
  fail_to_log_in("ann@example.com", 1);
  CHECK(statuses_at_once(12, [&] {
          return try_to_log_in("ann@example.com", account_password).status;
        }) == "200 12 times");
  fail_to_log_in("ann@example.com", 1);
  check_throttled(try_to_log_in("ann@example.com", account_password), "30");
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: sign-ups sent at once are no more than the address is allowed") {
  std::atomic<int> account_number = 0;
  CHECK(statuses_at_once(8, [&] {
          Client other(server.port);
          return other
              .post("/api/auth/signup", account(std::to_string(++account_number) + "@example.com"))
              .status;
        }) == "201 3 times, 429 5 times");
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: who guesses from one network keeps nobody out on another") {
  sign_up(client);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) try_to_log_in("ann@example.com", "wrong horse", "127.0.0.2");
    CHECK(try_to_log_in("ann@example.com", account_password, "127.0.0.2").status == 429);
    CHECK(try_to_log_in("ann@example.com", account_password).status == 200);
    clock().advance(30s);
  }
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: guesses from many networks slow down ten times as late, and a "
                  "tenth as long") {
  sign_up(client);
  for (int i = 0; i < 20; ++i) {
    const std::string from = "127.0.1." + std::to_string(1 + i);
    REQUIRE(try_to_log_in("ann@example.com", "wrong horse", from).status == 401);
  }
  check_throttled(try_to_log_in("ann@example.com", account_password), "3");
  clock().advance(3s);
  CHECK(try_to_log_in("ann@example.com", account_password).status == 200);
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: an account that does not exist slows down like one that does") {
  fail_to_log_in("nobody@example.com", 2);
  check_throttled(try_to_log_in("nobody@example.com", "wrong horse"), "30");
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: failed log-ins from an address slow down, whatever the account") {
  sign_up(client);
  for (int i = 0; i < 6; ++i) fail_to_log_in(std::to_string(i) + "@example.com", 1);
  check_throttled(try_to_log_in("ann@example.com", account_password), "10");
  clock().advance(10s);
  CHECK(try_to_log_in("ann@example.com", account_password).status == 200);
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: successful log-ins do not count, nor does invalid input") {
  sign_up(client);
  for (int i = 0; i < 20; ++i) log_in(client);
  for (int i = 0; i < 20; ++i) {
    CHECK(client.post("/api/auth/login", {{"email", "ann@example.com"}}).status == 422);
  }
  fail_to_log_in("ann@example.com", 2);
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: who is logged in stays so while others fail to log in") {
  const json session = sign_up(client);
  fail_to_log_in("ann@example.com", 2);
  for (int i = 0; i < 4; ++i) fail_to_log_in(std::to_string(i) + "@example.com", 1);
  check_throttled(try_to_log_in("ann@example.com", account_password), "30");

  CHECK(client.get("/api/auth/me").status == 200);
  CHECK(client.post("/api/tasks", {{"title", "x"}}).status == 201);
  Answer answer = client.post("/api/auth/refresh", {{"refresh_token", session["refresh_token"]}});
  CHECK(answer.status == 200);
  CHECK(client
            .call("PUT", "/api/auth/password",
                  json{{"current_password", account_password}, {"new_password", "battery staple"}}
                      .dump())
            .status == 204);
  CHECK(client.call("POST", "/api/auth/logout").status == 204);
}

TEST_CASE_FIXTURE(ThrottledServer,
                  "http/throttle: checks of the password slow down for whoever is logged in") {
  sign_up(client);
  const std::string wrong = R"({"current_password":"wrong horse"})";
  const std::string right = json{{"current_password", account_password}}.dump();
  check_error(client.call("DELETE", "/api/auth/me", wrong), 403, "Wrong password");
  check_error(client.call("PUT", "/api/auth/password",
                          R"({"current_password":"wrong horse","new_password":"battery staple"})"),
              403, "Wrong password");
  check_throttled(client.call("DELETE", "/api/auth/me", right), "30");
  check_throttled(
      client.call("PATCH", "/api/auth/me",
                  json{{"email", "x@example.com"}, {"current_password", account_password}}.dump()),
      "30");
  CHECK(client.call("PATCH", "/api/auth/me", R"({"name":"x"})").status == 200);
  CHECK(try_to_log_in("ann@example.com", account_password).status == 200);
  clock().advance(30s);
  CHECK(client.call("DELETE", "/api/auth/me", right).status == 204);
}

TEST_CASE_FIXTURE(
    ThrottledServer,
    "http/throttle: bad refresh tokens slow down, and a good one passes all the same") {
  const json session = sign_up(client);
  const auto refresh = [&](const std::string& token) {
    return client.post("/api/auth/refresh", {{"refresh_token", token}});
  };
  for (int i = 0; i < 6; ++i) CHECK(refresh("x").status == 401);
  check_throttled(refresh("x"), "10");
  CHECK(refresh(session["refresh_token"]).status == 200);
  check_throttled(refresh("x"), "10");
  clock().advance(10s);
  CHECK(refresh("x").status == 401);
}

TEST_CASE_FIXTURE(ThrottledServer, "http/throttle: sign-ups from an address slow down") {
  for (int i = 0; i < 10; ++i) {
    CHECK(client.post("/api/auth/signup", account("not an email")).status == 422);
  }
  for (int i = 0; i < 3; ++i) sign_up(client, std::to_string(i) + "@example.com");
  check_throttled(client.post("/api/auth/signup", account("new@example.com")), "60");
  check_throttled(client.post("/api/auth/signup", account("0@example.com")), "60");
  log_in(client, "0@example.com");
  // An email that is changed could tell as much about others as a sign-up.
  check_throttled(
      client.call("PATCH", "/api/auth/me",
                  json{{"email", "1@example.com"}, {"current_password", account_password}}.dump()),
      "60");
  clock().advance(60s);
  sign_up(client, "new@example.com");
}

TEST_CASE("http/throttle: the flags set the limits, and off takes them away") {
  // The server's clock goes on between a failure and what is said of it.
  const auto check_wait = [](const Answer& answer, int max_seconds) {
    check_error(answer, 429);
    const int seconds = std::stoi(answer.header("retry-after"));
    CHECK(seconds <= max_seconds);
    CHECK(seconds > max_seconds - 1000);
  };
  const auto third_failure = [](const Process::Strings& arguments) {
    ServerProcess server(arguments);
    Client client(server.port());
    for (int i = 0; i < 2; ++i) {
      CHECK(client.post("/api/auth/login", account("ann@example.com", "x")).status == 401);
    }
    return client.post("/api/auth/login", account("ann@example.com", "x"));
  };
  check_wait(third_failure({"--throttle-account", "2/9000"}), 9000);
  check_wait(third_failure({"--throttle-address", "2/5000"}), 5000);
  CHECK(third_failure({"--throttle-account", "1/1000", "--throttle", "off"}).status == 401);
  ServerProcess server(Process::Strings{"--throttle-signup", "1/7000"});
  Client client(server.port());
  sign_up(client);
  check_wait(client.post("/api/auth/signup", account("bob@example.com")), 7000);
}

TEST_CASE("http/throttle: a log-in for an unknown email takes as much work as for a known one") {
  LocalServer server(Backend::Options{.limits = std::nullopt});
  Client client(server.port);
  sign_up(client);
  client.token.clear();
  // Of the processor's time, which does not pass while others have the processor.
  const auto seconds_of_work = [] {
    timespec time{};
    REQUIRE(::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  };
  constexpr std::size_t samples = 25;
  std::array<std::vector<double>, 2> work;
  for (std::size_t i = 0; i < 2 * samples; ++i) {
    // Turn and turn about, so that whatever else the machine does meets both alike.
    const char* email = i % 2 == 0 ? "ann@example.com" : "bob@example.com";
    const double start = seconds_of_work();
    CHECK(client.post("/api/auth/login", account(email, "wrong horse")).status == 401);
    work.at(i % 2).push_back(seconds_of_work() - start);
  }
  std::array<double, 2> medians{};
  for (std::size_t kind = 0; kind < 2; ++kind) {
    std::sort(work.at(kind).begin(), work.at(kind).end());
    medians.at(kind) = work.at(kind).at(samples / 2);
  }
  const double ratio = medians[0] / medians[1];
  CAPTURE(medians[0]);
  CAPTURE(medians[1]);
  CHECK(ratio > 1 / 1.4);
  CHECK(ratio < 1.4);
}

}  // namespace taskdock::testing
