#include "api/write.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/service_types.h"
#include "api/session_types.h"
#include "api/task_list_types.h"
#include "api/task_types.h"
#include "testing/fakes.h"

namespace taskdock::api {

using nlohmann::json;

namespace {

const support::Uuid task_id = *support::Uuid::parse("019b93a5-1c40-7abc-8def-0123456789ab");
const support::Uuid user_id = *support::Uuid::parse("019b93a5-0000-7000-8000-0000000000ff");

store::User ann() {
  return {user_id, "ann@example.com", "Ann", testing::FakeClock().now()};
}

}  // namespace

TEST_CASE("api/write: every string comes back from another parser byte for byte") {
  std::vector<std::string> texts = {
      "",
      "plain",
      "\"",
      "\\",
      "\\\"\\u0041\\n",
      "/ </script> &",
      "a\nb\r\nc\td\be\ff",
      "\x7f\xc2\x80\xc2\x9f\xc2\xa0",
      "\xe2\x80\xa8\xe2\x80\xa9",  // line separators, which JavaScript once did not take
      "\xef\xbb\xbf a byte order mark",
      "\xef\xbf\xbf\xef\xbf\xbd",
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 \xf4\x8f\xbf\xbf",
      "\xd7\xa2\xd7\x91\xd7\xa8\xd7\x99\xd7\xaa \xd8\xb9 \xe0\xa4\xb9\xe0\xa4\xbf \xe6\xbc\xa2",
  };
  std::string controls;
  for (char c = 1; c < 0x20; ++c) controls += c;
  texts.push_back(controls);
  texts.push_back(std::string(10'000, '"') + std::string(10'000, 'x') + '\\');
  for (const std::string& text : texts) {
    CAPTURE(text);
    const std::string written = to_json(store::User{user_id, text, text, {}});
    const json read = json::parse(written, nullptr, false);
    REQUIRE(read.is_object());
    CHECK(read["email"] == text);
    CHECK(read["name"] == text);
    CHECK(std::none_of(written.begin(), written.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
  }
}

TEST_CASE("api/write: what need not be escaped is not") {
  const std::string emoji = "\xf0\x9f\xa5\x9b \xe6\xbc\xa2 \xc3\xa9 /";
  CHECK(to_json(Health{emoji}) == R"({"status":")" + emoji + "\"}");
}

TEST_CASE("api/write: a task has the contract's members, and null for what it has not") {
  const testing::FakeClock clock;
  const support::Timestamp later = clock.now() + std::chrono::microseconds(1);
  store::Task task{{.title = "Buy milk"}, task_id, true, user_id, clock.now(), later};
  CHECK(to_json(task) ==
        R"({"id":"019b93a5-1c40-7abc-8def-0123456789ab","title":"Buy milk","description":null,)"
        R"("due_date":null,"remind_at":null,"priority":null,"tags":[],)"
        R"("recurrence":null,"recurrence_from":"due",)"
        R"("is_completed":true,"completed_at":null,"parent_task_id":null,"next_task_id":null,)"
        R"("user_id":"019b93a5-0000-7000-8000-0000000000ff",)"
        R"("created_at":"2026-01-06T10:30:00.123456Z","updated_at":"2026-01-06T10:30:00.123457Z",)"
        R"("revision":0})");
  task.description = "";
  CHECK(json::parse(to_json(task))["description"] == "");
  task.due_date = support::Date(std::chrono::days(20'000));
  task.remind_at = task.completed_at = later;
  task.priority = store::Priority::urgent;
  const json read = json::parse(to_json(task));
  CHECK(read["due_date"] == "2024-10-04");
  CHECK(read["remind_at"] == "2026-01-06T10:30:00.123457Z");
  CHECK(read["completed_at"] == read["remind_at"]);
  CHECK(read["priority"] == "urgent");
}

TEST_CASE("api/write: a list has its tasks, and is whole when it is empty") {
  TaskList list{.tasks = {}, .total = 7, .limit = 50, .offset = 100};
  CHECK(to_json(list) ==
        R"({"tasks":[],"total":7,"total_exact":true,"limit":50,"offset":100,"next_cursor":null})");
  for (const char* title : {"a", "b", "c"}) {
    list.tasks.push_back({{.title = title}, task_id, false, user_id, {}, {}});
  }
  const json read = json::parse(to_json(list));
  REQUIRE(read["tasks"].size() == 3);
  CHECK(read["tasks"][0]["title"] == "a");
  CHECK(read["tasks"][2]["title"] == "c");
  CHECK(read["tasks"][2]["created_at"] == "1970-01-01T00:00:00.000000Z");
}

TEST_CASE("api/write: a session has its user inside, and after a sign-up at the top level too") {
  SignupResponse session;
  static_cast<store::User&>(session) = ann();
  session.access_token = "a.b.c";
  session.expires_in = 1800;
  session.refresh_token = "r";
  session.refresh_expires_in = 60;
  session.user = ann();
  const json user = {{"id", user_id.to_string()},
                     {"email", "ann@example.com"},
                     {"name", "Ann"},
                     {"created_at", "2026-01-06T10:30:00.123456Z"}};
  json expected = {{"access_token", "a.b.c"}, {"token_type", "bearer"},   {"expires_in", 1800},
                   {"refresh_token", "r"},    {"refresh_expires_in", 60}, {"user", user}};
  CHECK(json::parse(to_json(static_cast<const TokenResponse&>(session))) == expected);
  expected.update(user);
  CHECK(json::parse(to_json(session)) == expected);
}

TEST_CASE("api/write: numbers keep all their digits") {
  const TaskList list{.tasks = {},
                      .total = std::numeric_limits<std::int64_t>::max(),
                      .limit = std::numeric_limits<std::int64_t>::min(),
                      .offset = 0};
  CHECK(
      to_json(list) ==
      R"({"tasks":[],"total":9223372036854775807,"total_exact":true,"limit":-9223372036854775808,"offset":0,"next_cursor":null})");
}

}  // namespace taskdock::api
