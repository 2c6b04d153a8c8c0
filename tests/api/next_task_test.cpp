#include "api/next_task.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/date_time.h"

namespace taskdock::api {

namespace {

support::DateOrTime time(const std::string& text) {
  return *support::parse_date_or_time(text);
}

support::Timestamp instant(const std::string& text) {
  return std::get<support::Timestamp>(time(text));
}

std::string written(const std::optional<support::DateOrTime>& value) {
  std::string text;
  if (value) support::append_date_or_time(text, *value);
  return text;
}

support::Uuid id_of(std::uint8_t number) {
  support::Uuid id;
  id.bytes.fill(number);
  return id;
}

/// A completed task that recurs.
store::Task recurring(const std::string& due_date, const std::string& rule,
                      store::RecurrenceFrom from = store::RecurrenceFrom::due) {
  store::Task task;
  task.title = "Water the plants";
  task.due_date = time(due_date);
  task.recurrence = rule;
  task.recurrence_from = from;
  task.id = id_of(1);
  task.user_id = id_of(2);
  task.is_completed = true;
  return task;
}

/// When the task that follows is due; empty if there is none.
std::string next_date(const store::Task& task, const std::string& now) {
  const auto next = next_task(task, instant(now));
  return next ? written(next->due_date) : "";
}

}  // namespace

TEST_CASE("api/next_task: the next task has the same content, and is open") {
  store::Task task = recurring("2026-08-08", "FREQ=WEEKLY", store::RecurrenceFrom::completion);
  task.description = "All of them";
  task.priority = store::Priority::low;
  task.completed_at = task.created_at = task.updated_at = instant("2026-08-07T10:00Z");
  const auto next = next_task(task, instant("2026-08-07T10:00Z"));
  REQUIRE(next);
  CHECK(next->title == task.title);
  CHECK(next->description == task.description);
  CHECK(next->priority == task.priority);
  CHECK(next->recurrence == task.recurrence);
  CHECK(next->recurrence_from == task.recurrence_from);
  CHECK(next->user_id == task.user_id);
  CHECK_FALSE(next->is_completed);
  CHECK_FALSE(next->completed_at);
  CHECK_FALSE(next->next_task_id);
  CHECK_FALSE(next->remind_at);
  CHECK(written(next->due_date) == "2026-08-14");
}

TEST_CASE("api/next_task: all later tasks of a series name the first") {
  store::Task task = recurring("2026-08-08", "FREQ=DAILY");
  auto next = next_task(task, instant("2026-08-08T10:00Z"));
  REQUIRE(next);
  CHECK(next->parent_task_id == task.id);
  next->id = id_of(3);
  next = next_task(*next, instant("2026-08-08T10:00Z"));
  REQUIRE(next);
  CHECK(next->parent_task_id == task.id);
}

TEST_CASE("api/next_task: each form of a due date stays, with its time of day") {
  for (const auto& [due, next] : std::vector<std::pair<std::string, std::string>>{
           {"2026-12-31", "2027-01-01"},
           {"2026-12-31T17:00", "2027-01-01T17:00"},
           {"2026-12-31T23:59:59", "2027-01-01T23:59:59"},
           {"2026-12-31T00:00:00.000001Z", "2027-01-01T00:00:00.000001Z"},
           {"1969-12-31T23:59:59.999999Z", "2026-08-08T23:59:59.999999Z"},
           {"1969-12-31T23:59:59", "2026-08-08T23:59:59"},
       }) {
    CHECK(next_date(recurring(due, "FREQ=DAILY"), "2026-08-08T10:00Z") == next);
  }
}

TEST_CASE("api/next_task: missed days are passed over up to today, which is not") {
  for (const auto& [due, now] : std::vector<std::pair<std::string, std::string>>{
           {"2026-07-01", "2026-08-08T00:00Z"},
           {"2026-07-01", "2026-08-08T23:59:59Z"},
           {"2026-08-07", "2026-08-08T12:00Z"},
           {"2026-08-07", "2026-08-01T12:00Z"},
       }) {
    const auto& shown = now;
    CAPTURE(shown);
    CHECK(next_date(recurring(due, "FREQ=DAILY"), now) == "2026-08-08");
  }
  CHECK(next_date(recurring("2026-08-07T06:00", "FREQ=DAILY"), "2026-08-08T22:00Z") ==
        "2026-08-08T06:00");
  CHECK(next_date(recurring("2026-08-08", "FREQ=DAILY"), "2026-08-08T22:00Z") == "2026-08-09");
}

TEST_CASE("api/next_task: from the completion, the next date is after today, whatever was due") {
  const auto from = store::RecurrenceFrom::completion;
  for (const char* due : {"2026-01-01", "2026-08-08", "2026-12-01"}) {
    CHECK(next_date(recurring(due, "FREQ=DAILY;INTERVAL=3", from), "2026-08-08T22:00Z") ==
          "2026-08-11");
  }
  CHECK(next_date(recurring("2026-01-01T17:00", "FREQ=WEEKLY", from), "2026-08-08T22:00Z") ==
        "2026-08-15T17:00");
  CHECK(next_date(recurring("2026-01-01", "FREQ=WEEKLY;BYDAY=MO", from), "2026-08-08T22:00Z") ==
        "2026-08-10");
}

TEST_CASE("api/next_task: completed early, a task is not due on the same day again") {
  const auto from = store::RecurrenceFrom::completion;
  CHECK(next_date(recurring("2026-08-07", "FREQ=WEEKLY;BYDAY=FR", from), "2026-08-06T22:00Z") ==
        "2026-08-14");
  CHECK(next_date(recurring("2026-08-07", "FREQ=WEEKLY;BYDAY=FR"), "2026-08-06T22:00Z") ==
        "2026-08-14");
}

TEST_CASE("api/next_task: completed early, what is due some days after a completion is so again") {
  const auto from = store::RecurrenceFrom::completion;
  for (const char* due : {"2026-08-05", "2026-08-06", "2026-08-07", "2026-08-08", "2026-12-01"}) {
    CAPTURE(due);
    CHECK(next_date(recurring(due, "FREQ=DAILY", from), "2026-08-06T22:00Z") == "2026-08-07");
    CHECK(next_date(recurring(due, "FREQ=DAILY;INTERVAL=2;COUNT=5", from), "2026-08-06T22:00Z") ==
          "2026-08-08");
    CHECK(next_date(recurring(due, "FREQ=WEEKLY", from), "2026-08-06T22:00Z") == "2026-08-13");
  }
}

TEST_CASE("api/next_task: a reminder moves by as much as the due date") {
  store::Task task = recurring("2026-08-08T17:00", "FREQ=MONTHLY");
  task.remind_at = instant("2026-08-07T09:30:00.5Z");
  const auto next = next_task(task, instant("2026-08-08T22:00Z"));
  REQUIRE(next);
  CHECK(written(next->due_date) == "2026-09-08T17:00");
  CHECK(next->remind_at == instant("2026-09-07T09:30:00.5Z"));
  task.due_date = time("9999-12-30");
  task.recurrence = "FREQ=DAILY";
  task.remind_at = instant("9999-12-31T00:00Z");
  const auto last = next_task(task, instant("2026-08-08T22:00Z"));
  REQUIRE(last);
  CHECK_FALSE(last->remind_at);  // there is no year 10000
}

TEST_CASE("api/next_task: COUNT counts down, by missed days too, and the last ends the series") {
  const auto rule_after = [](const std::string& rule, const std::string& now) {
    const auto next = next_task(recurring("2026-08-01", rule), instant(now));
    return next ? *next->recurrence : "none";
  };
  CHECK(rule_after("FREQ=DAILY;COUNT=10", "2026-08-01T10:00Z") == "FREQ=DAILY;COUNT=9");
  CHECK(rule_after("FREQ=DAILY;COUNT=10", "2026-08-08T10:00Z") == "FREQ=DAILY;COUNT=3");
  CHECK(rule_after("FREQ=DAILY;COUNT=10", "2026-08-10T10:00Z") == "FREQ=DAILY;COUNT=1");
  CHECK(rule_after("FREQ=DAILY;COUNT=10", "2026-08-11T10:00Z") == "none");
  CHECK(rule_after("FREQ=DAILY;COUNT=1", "2026-08-01T10:00Z") == "none");
  CHECK(rule_after("FREQ=DAILY", "2026-08-11T10:00Z") == "FREQ=DAILY");
}

TEST_CASE("api/next_task: UNTIL ends the series, on its last day or at its time") {
  for (const char* due : {"2026-08-07", "2026-08-07T17:00", "2026-08-07T17:00Z"}) {
    CAPTURE(due);
    const std::string now = "2026-08-01T10:00Z";
    CHECK_FALSE(next_date(recurring(due, "FREQ=DAILY;UNTIL=20260808"), now).empty());
    CHECK_FALSE(next_date(recurring(due, "FREQ=DAILY;UNTIL=20260808T170000Z"), now).empty());
    CHECK(next_date(recurring(due, "FREQ=DAILY;UNTIL=20260807"), now).empty());
    CHECK(next_date(recurring(due, "FREQ=DAILY;UNTIL=19700101"), now).empty());
  }
  CHECK(next_date(recurring("2026-08-07T17:00", "FREQ=DAILY;UNTIL=20260808T165959"),
                  "2026-08-01T10:00Z")
            .empty());
}

}  // namespace taskdock::api
