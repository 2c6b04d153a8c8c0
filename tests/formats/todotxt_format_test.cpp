#include "formats/todotxt_format.h"

#include <doctest/doctest.h>

#include "formats/files.h"

namespace taskdock::testing {

using formats::ExportedTask;
using formats::ImportedTask;

namespace {

ImportedTask read_line(std::string_view line) {
  const CollectingSink read = read_file("todotxt", line);
  CHECK(read.fault_lines().empty());
  REQUIRE(read.tasks.size() == 1);
  return read.tasks[0].task;
}

ExportedTask some_task(std::string title) {
  ExportedTask task;
  task.id = *support::Uuid::parse("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f");
  task.title = std::move(title);
  task.created_at = time_at("2026-08-01T00:00:00Z");
  task.updated_at = task.created_at;
  return task;
}

const std::string id_word = " id:019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f\n";

}  // namespace

TEST_CASE("formats/todotxt: a line has what its task has, as other programs write it") {
  ExportedTask task = some_task("Pay rent");
  CHECK(write_file("todotxt", {task}) == "2026-08-01 Pay rent" + id_word);
  task.priority = store::Priority::urgent;
  task.tags = {"home", "big money"};
  task.due_date = due("2026-08-31");
  task.recurrence = "FREQ=MONTHLY";
  task.description = "50 %";
  CHECK(write_file("todotxt", {task}) ==
        "(A) 2026-08-01 Pay rent +home +big%20money due:2026-08-31 rec:+1m note:50%20%25" +
            id_word);
  task.is_completed = true;
  task.completed_at = time_at("2026-08-30T23:59:59Z");
  task.recurrence_from = store::RecurrenceFrom::completion;
  task.recurrence = "FREQ=MONTHLY;BYDAY=1MO";
  task.description = {};
  CHECK(write_file("todotxt", {task}) ==
        "x 2026-08-30 2026-08-01 Pay rent +home +big%20money due:2026-08-31 pri:A"
        " rrule:FREQ=MONTHLY;BYDAY=1MO from:completion" +
            id_word);
}

TEST_CASE("formats/todotxt: lines of other programs are read") {
  const ImportedTask call =
      read_line("(B) 2026-08-02 Call Mum @phone +Family due:2026-08-08 t:2026-08-07");
  CHECK(call.title == "Call Mum t:2026-08-07");
  CHECK(call.is_completed == false);
  CHECK(call.priority == store::Priority::high);
  CHECK(call.tags == std::vector<std::string>{"phone", "Family"});
  CHECK(call.due_date == due("2026-08-08"));
  CHECK(call.created_at == time_at("2026-08-02T00:00:00Z"));

  const ImportedTask done = read_line("x 2026-08-03 2026-08-01 Write pri:Z rec:2w due:2026-08-08");
  CHECK(done.title == "Write");
  CHECK(done.is_completed == true);
  CHECK(done.completed_at == time_at("2026-08-03T00:00:00Z"));
  CHECK(done.created_at == time_at("2026-08-01T00:00:00Z"));
  CHECK(done.priority == store::Priority::low);
  CHECK(done.recurrence == "FREQ=WEEKLY;INTERVAL=2");
  CHECK(done.recurrence_from == store::RecurrenceFrom::completion);

  CHECK(read_line("x Done without a day").completed_at == std::nullopt);
  CHECK(read_line("x 2026-08-03 Done").completed_at == time_at("2026-08-03T00:00:00Z"));
  CHECK(read_line("2026-08-01 Every day rec:+1d").due_date == due("2026-08-01"));
}

TEST_CASE("formats/todotxt: what recurs without a date is due from its creation or import on") {
  const ImportedTask rent = read_line("Rent rec:+1m");
  CHECK(rent.title == "Rent");
  CHECK(rent.recurrence == "FREQ=MONTHLY");
  CHECK(!rent.due_date);
  CHECK(rent.due_at_import);
  CHECK(!read_line("2026-08-01 Rent rec:+1m").due_at_import);
  CHECK(read_line("rec:1w").title == "rec:1w");
}

TEST_CASE("formats/todotxt: what only looks like more than a word stays in the title") {
  for (const char* line :
       {"xylophone", "X done", "(a) small", "(A)close", "see http://example.com/a:b",
        "lunch @ 5 + 1", "due:tomorrow", "due:", "pri:AA", "rec:2", "rec:0d", "a due: b",
        "\\\\server\\share", "2026-02-30 no day", "50% off +a,b", "+\xff"}) {
    CAPTURE(line);
    if (std::string_view(line) == "+\xff") {
      CHECK(read_file("todotxt", line).faults.size() == 1);
      continue;
    }
    CHECK(read_line(line).title == line);
    CHECK(read_line(line).tags.empty());
  }
  CHECK(read_line("+home").title == "+home");
  CHECK(read_line("a due:2026-08-08 due:2026-08-09").title == "a due:2026-08-09");
}

TEST_CASE("formats/todotxt: any title comes back, whatever it looks like") {
  for (const char* title : {"x x",
                            "x 2026-08-08 y",
                            "(A) b",
                            "2026-08-08 party",
                            "+home",
                            "@me and you",
                            "\\+home",
                            "\\\\+home",
                            "due:2026-08-08",
                            "a  b",
                            " a ",
                            "two\nlines",
                            "tab\there",
                            "end\r",
                            "50%20",
                            "full-title:x",
                            "\\full-title:x",
                            "note:x y",
                            "\xe3\x80\x80wide",
                            "id:1",
                            "\\"}) {
    CAPTURE(title);
    for (const bool is_completed : {false, true}) {
      ExportedTask task = some_task(title);
      task.is_completed = is_completed;
      task.priority = store::Priority::medium;
      const ImportedTask read = read_line(write_file("todotxt", {task}));
      CHECK(read.title == title);
      CHECK(read.id == task.id.to_string());
      CHECK(read.priority == task.priority);
      CHECK(read.tags.empty());
      CHECK(!read.due_date);
      CHECK(!read.description);
    }
  }
}

TEST_CASE("formats/todotxt: empty lines are nothing, and a bad line is named by its number") {
  const CollectingSink read = read_file("todotxt", "\xef\xbb\xbf\none\r\n\n  \n\xff\nthree");
  REQUIRE(read.tasks.size() == 2);
  CHECK(read.tasks[0].number == 2);
  CHECK(read.tasks[1].task.title == "three");
  CHECK(read.tasks[1].number == 6);
  CHECK(read.fault_lines() ==
        std::vector<std::string>{"5 The line must be UTF-8: save the file as UTF-8"});
}

}  // namespace taskdock::testing
