#include "api/application.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>

#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "testing/backend.h"
#include "testing/database.h"

namespace taskdock::api {

using nlohmann::json;
using std::chrono::microseconds;
using std::chrono::seconds;

namespace {

/// A body the test owns, which knows how often it was read, and what happens meanwhile.
class GivenBody final : public BodyChannel {
 public:
  explicit GivenBody(std::string text) : text_(std::move(text)) {}
  bool announced() const override { return !text_.empty(); }
  std::string read(std::size_t max_bytes) override {
    max_bytes_asked_for = max_bytes;
    ++reads;
    if (failure) throw *failure;
    if (meanwhile) meanwhile();
    return text_;
  }
  bool reserve_answer(std::size_t /*bytes*/) override { return has_memory; }
  bool keep_answer(std::size_t bytes) override {
    answer_bytes = bytes;
    return has_memory;
  }
  std::size_t answer_bytes = 0;
  bool has_memory = true;
  int reads = 0;
  std::size_t max_bytes_asked_for = 0;
  const ApiError* failure = nullptr;
  std::function<void()> meanwhile;

 private:
  std::string text_;
};

/// Calls the application as a carrier of requests would.
class Stage : public testing::Backend {
 public:
  using testing::Backend::Backend;

  Response call(std::string_view method, const std::string& path, const std::string& body = {}) {
    GivenBody given(body);
    return call(method, path, given);
  }

  Response call(std::string_view method, const std::string& path, GivenBody& body) {
    std::vector<Header> headers = {{"content-type", "application/json"}};
    if (!authorization.empty()) headers.push_back({"authorization", authorization});
    return application.handle({.method = method,
                               .target = path,
                               .path = path,
                               .query = {},
                               .headers = headers,
                               .body = body,
                               .client_address = "127.0.0.1",
                               .id = "test-1"});
  }

  json sign_up() {
    const Response response = call("POST", "/api/auth/signup",
                                   R"({"email":"ann@example.com","password":"correct horse"})");
    REQUIRE(response.status == 201);
    json session = json::parse(response.body);
    authorization = "Bearer " + session["access_token"].get<std::string>();
    return session;
  }

  std::string authorization;
};

/// No file of this process grows while it lives: what a full disk looks like to the database.
class FullDisk {
 public:
  FullDisk() : ignored_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{.rlim_cur = 1, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, ignored_);
  }

 private:
  void (*ignored_)(int);
  rlimit before_{};
};

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [candidate, value] : response.headers) {
    if (candidate == name) return value;
  }
  return {};
}

void check_error(const Response& response, int status, const std::string& detail) {
  CHECK(response.status == status);
  CHECK(json::parse(response.body) ==
        json{{"detail", detail}, {"status_code", status}, {"message", detail}});
}

const std::string one_task = R"({"title":"Buy milk"})";
const std::string busy = "The database cannot serve now; try again";

}  // namespace

TEST_CASE("api/application: a token is good until the second it expires, and not in it") {
  Stage stage;
  const json session = stage.sign_up();
  CHECK(session["expires_in"] == 1800);
  // Signed up at 10:30:00.123456; `exp` is 11:00:00.
  stage.clock.advance(seconds(1799) + microseconds(876'543));
  CHECK(stage.call("GET", "/api/auth/me").status == 200);
  stage.clock.advance(microseconds(1));
  const Response expired = stage.call("GET", "/api/auth/me");
  check_error(expired, 401, "Could not validate credentials");
  CHECK(header_of(expired, "WWW-Authenticate") == "Bearer");
  stage.clock.advance(-microseconds(1));
  CHECK(stage.call("GET", "/api/auth/me").status == 200);
}

TEST_CASE("api/application: no access token is good beyond its session") {
  Stage stage({.refresh_token_ttl = seconds(60)});
  const json session = stage.sign_up();
  CHECK(session["expires_in"] == 60);
  CHECK(session["refresh_expires_in"] == 60);
  stage.clock.advance(seconds(59));
  CHECK(stage.call("GET", "/api/auth/me").status == 200);
  stage.clock.advance(seconds(1));
  CHECK(stage.call("GET", "/api/auth/me").status == 401);
}

TEST_CASE("api/application: a log-in starts a new half-hour") {
  Stage stage;
  stage.sign_up();
  stage.clock.advance(seconds(1801));
  CHECK(stage.call("GET", "/api/auth/me").status == 401);
  const Response login = stage.call("POST", "/api/auth/login",
                                    R"({"email":"ANN@example.com","password":"correct horse"})");
  REQUIRE(login.status == 200);
  stage.authorization = "bearer " + json::parse(login.body)["access_token"].get<std::string>();
  CHECK(stage.call("GET", "/api/auth/me").status == 200);
  stage.clock.advance(seconds(1799));
  CHECK(stage.call("GET", "/api/auth/me").status == 200);
}

TEST_CASE(
    "api/application: a password hash of weaker parameters is upgraded by a log-in that succeeds") {
  Stage stage;
  stage.sign_up();
  // Argon2id of "correct horse" with m=8192, t=1, p=1 and the salt "0123456789abcdef".
  const std::string weak =
      "$argon2id$v=19$m=8192,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg"
      "$64zw4y6hGNSGW1HTKDajc74EIkJpCJ+AUBXDspyrFEU";
  SQLite::Database database = testing::open_database(stage.file);
  const auto kept_hash = [&] {
    return database.execAndGet("SELECT password_hash FROM users").getString();
  };
  REQUIRE(database.exec("UPDATE users SET password_hash = '" + weak + "'") == 1);
  const auto log_in = [&](const std::string& password) {
    return stage
        .call("POST", "/api/auth/login",
              R"({"email":"ann@example.com","password":")" + password + "\"}")
        .status;
  };
  CHECK(log_in("wrong horse") == 401);
  CHECK(kept_hash() == weak);
  CHECK(log_in("correct horse") == 200);
  const std::string upgraded = kept_hash();
  CHECK(upgraded.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  CHECK(log_in("correct horse") == 200);
  CHECK(kept_hash() == upgraded);
}

TEST_CASE("api/application: the token of a user who is gone is no token") {
  Stage stage;
  const json session = stage.sign_up();
  CHECK(stage.call("POST", "/api/tasks", one_task).status == 201);
  {
    SQLite::Database database = testing::open_database(stage.file);
    database.exec("PRAGMA foreign_keys = ON");
    REQUIRE(database.exec("DELETE FROM users") == 1);
  }
  const std::string path = "/api/" + session["user"]["id"].get<std::string>() + "/tasks";
  for (const std::string& gone : {std::string("/api/auth/me"), std::string("/api/tasks"), path}) {
    CAPTURE(gone);
    const Response response = stage.call("GET", gone);
    check_error(response, 401, "Could not validate credentials");
    CHECK(header_of(response, "WWW-Authenticate") == "Bearer");
  }
  CHECK(stage.call("POST", "/api/tasks", one_task).status == 401);
}

TEST_CASE("api/application: who may not send a body has none read") {
  Stage stage;
  const json session = stage.sign_up();
  const std::string good = stage.authorization;
  const std::string foreign = "/api/019b93a5-0000-7000-8000-0000000000ff/tasks";
  struct Unread {
    std::string authorization;
    std::string method;
    std::string path;
    int status;
  };
  for (const auto& [authorization, method, path, status] : std::vector<Unread>{
           {"", "POST", "/api/tasks", 401},
           {"Bearer x", "POST", "/api/tasks", 401},
           {good, "POST", foreign, 403},
           {good, "POST", "/api/nothing", 404},
           {good, "PUT", "/api/tasks", 405},
           {good, "GET", "/api/tasks", 200},
           {good, "POST", "/api/tasks/", 307},
       }) {
    const auto& shown_path = path;
    CAPTURE(shown_path);
    GivenBody body(one_task);
    stage.authorization = authorization;
    CHECK(stage.call(method, path, body).status == status);
    CHECK(body.reads == 0);
  }
}

TEST_CASE("api/application: a session that ends while the body comes can do nothing with it") {
  Stage stage;
  const json session = stage.sign_up();
  const std::string authorization = stage.authorization;
  const std::string me = "/api/auth/me";
  for (const auto& [method, path, text] : std::vector<std::array<std::string, 3>>{
           {"POST", "/api/tasks", one_task},
           {"PATCH", me, R"({"name":"Mallory"})"},
           {"PATCH", me, R"({"email":"m@example.com","current_password":"correct horse"})"},
           {"PUT", "/api/auth/password",
            R"({"current_password":"correct horse","new_password":"battery staple"})"},
           {"DELETE", me, R"({"current_password":"correct horse"})"},
       }) {
    CAPTURE(text);
    stage.authorization = authorization;
    const json begun =
        json::parse(stage
                        .call("POST", "/api/auth/login",
                              R"({"email":"ann@example.com","password":"correct horse"})")
                        .body);
    stage.authorization = "Bearer " + begun["access_token"].get<std::string>();
    GivenBody body(text);
    body.meanwhile = [&] { CHECK(stage.call("POST", "/api/auth/logout").status == 204); };
    check_error(stage.call(method, path, body), 401, "Could not validate credentials");
  }
  stage.authorization = authorization;
  CHECK(json::parse(stage.call("GET", me).body) == session["user"]);
  CHECK(json::parse(stage.call("GET", "/api/tasks").body)["total"] == 0);
}

TEST_CASE("api/application: what the carrier says of a body is what the client is told") {
  Stage stage;
  stage.sign_up();
  const ApiError failure(413, "The body is larger than 1 MiB", {{"Retry-After", "9"}});
  GivenBody body(one_task);
  body.failure = &failure;
  const Response response = stage.call("POST", "/api/tasks", body);
  check_error(response, 413, "The body is larger than 1 MiB");
  CHECK(header_of(response, "Retry-After") == "9");
  CHECK(body.reads == 1);
}

TEST_CASE("api/application: a full disk is an honest 503, and its end is the end of it") {
  Stage stage;
  stage.sign_up();
  {
    const FullDisk full;
    for (const auto& [path, body] : std::vector<std::pair<std::string, std::string>>{
             {"/api/tasks", one_task},
             {"/api/auth/signup", R"({"email":"bob@example.com","password":"correct horse"})"}}) {
      const auto& shown_path = path;
      CAPTURE(shown_path);
      const Response response = stage.call("POST", path, body);
      check_error(response, 503, busy);
      CHECK(header_of(response, "Retry-After") == "1");
    }
    CHECK(stage.call("GET", "/api/tasks").status == 200);
  }
  CHECK(stage.call("POST", "/api/tasks", one_task).status == 201);
  CHECK(json::parse(stage.call("GET", "/api/tasks").body)["total"] == 1);
}

TEST_CASE("api/application: a database locked by another program is a 503, and reading goes on") {
  Stage stage;
  stage.sign_up();
  {
    SQLite::Database other = testing::open_database(stage.file);
    other.exec("BEGIN IMMEDIATE");
    const Response response = stage.call("POST", "/api/tasks", one_task);
    check_error(response, 503, busy);
    CHECK(header_of(response, "Retry-After") == "1");
    CHECK(stage.call("GET", "/api/tasks").status == 200);
    CHECK(stage.call("GET", "/health").status == 200);
    other.exec("ROLLBACK");
  }
  CHECK(stage.call("POST", "/api/tasks", one_task).status == 201);
}

TEST_CASE("api/application: a damaged database is a 503 that does not ask to try again") {
  Stage stage;
  stage.sign_up();
  REQUIRE(stage.call("POST", "/api/tasks", one_task).status == 201);
  testing::open_database(stage.file)
      .exec("PRAGMA ignore_check_constraints = ON; UPDATE tasks SET id = x'616263'");
  const Response response = stage.call("GET", "/api/tasks");
  check_error(response, 503, "The database is damaged; it must be restored from a backup");
  CHECK(header_of(response, "Retry-After").empty());
}

TEST_CASE("api/application: a fault of ours is a 500 that tells nothing of its cause") {
  Stage stage;
  const json session = stage.sign_up();
  testing::open_database(stage.file).exec("DROP TABLE tasks");
  for (const std::string& path : {std::string("/api/tasks/") + session["id"].get<std::string>(),
                                  "/api/" + session["id"].get<std::string>() + "/tasks/" +
                                      session["id"].get<std::string>()}) {
    const Response response = stage.call("GET", path);
    CHECK(response.status == 500);
    CHECK(response.body == R"({"detail":"Internal server error","status_code":500,)"
                           R"("message":"Internal server error"})");
    CHECK(response.headers.empty());
  }
}

TEST_CASE("api/application: health is 503 whatever keeps the database from answering") {
  Stage stage;
  CHECK(stage.call("GET", "/health").body == R"({"status":"healthy"})");
  testing::open_database(stage.file).exec("DROP TABLE task_totals");
  const Response response = stage.call("GET", "/health");
  check_error(response, 503, busy);
  CHECK(header_of(response, "Retry-After") == "1");
}

TEST_CASE("api/application: an answer that there is no memory to keep is a 503") {
  Stage stage;
  stage.sign_up();
  GivenBody none("");
  CHECK(stage.call("GET", "/api/tasks", none).status == 200);
  CHECK(none.answer_bytes >= std::string(R"({"tasks":[]})").size());
  none.has_memory = false;
  for (const std::string path : {"/api/tasks", "/api/tasks?limit=x", "/nowhere"}) {
    CAPTURE(path);
    const Response response = stage.call("GET", path, none);
    CHECK(response.status == 503);
    CHECK(header_of(response, "Retry-After") == "1");
  }
}

TEST_CASE("api/application: times come from the clock, and updated_at never goes back with it") {
  Stage stage;
  const json session = stage.sign_up();
  CHECK(session["created_at"] == "2026-01-06T10:30:00.123456Z");
  stage.clock.advance(seconds(60));
  const json task = json::parse(stage.call("POST", "/api/tasks", one_task).body);
  CHECK(task["created_at"] == "2026-01-06T10:31:00.123456Z");
  CHECK(task["updated_at"] == task["created_at"]);
  const std::string path = "/api/tasks/" + task["id"].get<std::string>();

  stage.clock.advance(seconds(-30));
  json changed = json::parse(stage.call("PATCH", path, R"({"title":"Buy oats"})").body);
  CHECK(changed["updated_at"] == "2026-01-06T10:31:00.123457Z");
  changed = json::parse(stage.call("PATCH", path + "/complete").body);
  CHECK(changed["updated_at"] == "2026-01-06T10:31:00.123458Z");
  stage.clock.advance(seconds(90));
  changed = json::parse(stage.call("PUT", path, one_task).body);
  CHECK(changed["updated_at"] == "2026-01-06T10:32:00.123456Z");
  CHECK(changed["created_at"] == task["created_at"]);
  // A patch that says nothing changes nothing.
  CHECK(json::parse(stage.call("PATCH", path, "{}").body) == changed);
}

TEST_CASE("api/application: a preflight is answered whatever the path, anything else is a 404") {
  Stage stage;
  const std::vector<Header> asks = {{"access-control-request-method", "PUT"}};
  for (const char* path : {"/nothing", "/api", "/api/tasks/1/2/3", "/health//"}) {
    CAPTURE(path);
    GivenBody none("");
    const Response response = stage.application.handle({.method = "OPTIONS",
                                                        .target = path,
                                                        .path = path,
                                                        .query = {},
                                                        .headers = asks,
                                                        .body = none,
                                                        .client_address = "127.0.0.1",
                                                        .id = "test-1"});
    CHECK(response.status == 204);
    CHECK(response.body.empty());
    check_error(stage.call("OPTIONS", path), 404, "Not Found");
  }
}

TEST_CASE("api/application: a trailing slash leads back to the path itself, query and all") {
  Stage stage;
  const std::vector<std::pair<std::string, std::string>> redirected = {
      {"/health/", "/health"}, {"/api/tasks/", "/api/tasks"}, {"//", "/"}};
  for (const auto& [path, location] : redirected) {
    const auto& shown_path = path;
    CAPTURE(shown_path);
    const Response response = stage.call("GET", path);
    CHECK(response.status == 307);
    CHECK(response.body.empty());
    CHECK(header_of(response, "Location") == location);
  }
  for (const char* path : {"/nothing/", "/health//", "///", "/api/tasks//"}) {
    const auto& shown_path = path;
    CAPTURE(shown_path);
    check_error(stage.call("GET", path), 404, "Not Found");
  }
}

}  // namespace taskdock::api
