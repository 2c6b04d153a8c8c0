#include "api/imported_task.h"

#include <doctest/doctest.h>

#include "testing/fakes.h"

namespace taskdock::api {

namespace {

formats::ImportedTask titled(const std::string& title) {
  formats::ImportedTask task;
  task.title = title;
  return task;
}

const support::Uuid owner{.bytes = {1}};
const support::Timestamp now = testing::FakeClock().now();

Faults faults_of_task(formats::ImportedTask task) {
  Faults faults;
  check_imported_task(task, Source::body, now, faults);
  return faults;
}

}  // namespace

TEST_CASE(
    "api/imported_task: an id that is derived is the same again, of version 7, with its time") {
  const support::Timestamp time = support::Timestamp(std::chrono::milliseconds(1'767'695'400'123));
  const support::Uuid id = derived_id(time, owner, "a");
  CHECK(id == derived_id(time, owner, "a"));
  CHECK((id.bytes[6] >> 4) == 7);
  CHECK((id.bytes[8] >> 6) == 2);
  CHECK(support::time_of(id) == time);
  CHECK(id != derived_id(time, owner, "b"));
  CHECK(id != derived_id(time, {.bytes = {2}}, "a"));
  // A time before 1970 has no place in an id.
  CHECK(support::time_of(derived_id(support::first_moment, owner, "a")) == support::Timestamp{});
}

TEST_CASE("api/imported_task: the text of a task is another one for anything else") {
  formats::ImportedTask task = titled("a");
  const std::string plain = text_of(task);
  CHECK(plain == text_of(titled("a")));
  task.description = "";
  CHECK(text_of(task) != plain);
  task = titled("a");
  task.tags = {"b"};
  CHECK(text_of(task) != plain);
  formats::ImportedTask one = titled("a");
  one.tags = {"1:b", "c"};
  formats::ImportedTask other = titled("a");
  other.tags = {"1:b1:c"};
  CHECK(text_of(one) != text_of(other));
  task = titled("a");
  task.recurrence_from = store::RecurrenceFrom::completion;
  CHECK(text_of(task) != plain);
  task = titled("a");
  task.is_completed = false;
  CHECK(text_of(task) != plain);
}

TEST_CASE("api/imported_task: what a file does not say of a task is as if it was done now") {
  const store::Task plain = to_task(titled("a"), owner, now);
  CHECK(plain.created_at == now);
  CHECK(plain.updated_at == now);
  CHECK(!plain.is_completed);
  CHECK(!plain.completed_at);

  formats::ImportedTask task = titled("a");
  task.completed_at = now - std::chrono::hours(1);
  const store::Task completed = to_task(task, owner, now);
  CHECK(completed.is_completed);
  CHECK(completed.completed_at == task.completed_at);
  CHECK(completed.created_at == *task.completed_at);
  CHECK(completed.updated_at == now);

  task = titled("a");
  task.is_completed = true;
  task.updated_at = now - std::chrono::hours(2);
  CHECK(to_task(task, owner, now).completed_at == task.updated_at);
}

TEST_CASE(
    "api/imported_task: the content obeys the rules of the API, and tags become what they are "
    "there") {
  formats::ImportedTask task = titled("a");
  task.tags = {" Home ", "home", "work"};
  Faults faults;
  check_imported_task(task, Source::body, now, faults);
  CHECK(faults.empty());
  CHECK(task.tags == std::vector<std::string>{"Home", "work"});

  task.tags.clear();
  for (int i = 0; i < 21; ++i) task.tags.push_back("t" + std::to_string(i));
  CHECK(faults_of_task(task).front().type == "too_long");
  CHECK(faults_of_task(titled("")).front().type == "string_too_short");
  task = titled("a");
  task.description = std::string(2001, 'd');
  CHECK(faults_of_task(task).front().type == "string_too_long");
  task = titled("a");
  task.updated_at = now + std::chrono::hours(25);
  CHECK(sentence_of(faults_of_task(task).front()) ==
        "Updated at: its time is more than a day ahead of the server's");
}

TEST_CASE(
    "api/imported_task: a task without its due date is due on the nearest such day, or by its "
    "rule") {
  const auto due = [](const char* rule, formats::DueAtImport at, const char* today) {
    formats::ImportedTask task = titled("a");
    if (*rule != '\0') task.recurrence = rule;
    task.due_at_import = at;
    const auto import = std::get<support::Timestamp>(*support::parse_date_or_time(today));
    std::string text;
    support::append_date_or_time(text, to_task(task, owner, import).due_date.value());
    return text;
  };
  using std::chrono::August;
  using std::chrono::February;
  using std::chrono::hours;
  using std::chrono::January;
  const char* const in_november = "2026-11-26T10:00Z";  // a Thursday
  CHECK(due("", {.day = August / 8}, in_november) == "2026-08-08");
  CHECK(due("", {.day = January / 8, .time = hours(17)}, in_november) == "2027-01-08T17:00");
  CHECK(due("", {.day = February / 29}, in_november) == "2028-02-29");
  CHECK(due("FREQ=DAILY", {}, in_november) == "2026-11-26");
  CHECK(due("FREQ=WEEKLY;INTERVAL=2", {.time = hours(9)}, in_november) == "2026-11-26T09:00");
  CHECK(due("FREQ=WEEKLY;BYDAY=MO,TH", {}, in_november) == "2026-11-26");
  CHECK(due("FREQ=WEEKLY;BYDAY=MO", {}, in_november) == "2026-11-30");
  CHECK(due("FREQ=MONTHLY;BYMONTHDAY=15", {}, in_november) == "2026-12-15");
}

TEST_CASE("api/imported_task: a member that has a fault already gets no other") {
  Faults faults;
  add_value_error({Source::body, "title"}, "is missing", faults);
  formats::ImportedTask task = titled("");
  check_imported_task(task, Source::body, now, faults);
  CHECK(faults.size() == 1);
}

}  // namespace taskdock::api
