#include "formats/csv_format.h"

#include <doctest/doctest.h>

#include "formats/files.h"

namespace taskdock::testing {

using formats::ExportedTask;

namespace {

const std::string csv_header =
    "id,title,description,due_date,remind_at,priority,tags,recurrence,recurrence_from,"
    "is_completed,completed_at,created_at,updated_at,parent_task_id,next_task_id,deleted_at\r\n";

}  // namespace

TEST_CASE("formats/csv: a task is a record below the names of its members") {
  ExportedTask task;
  task.id = *support::Uuid::parse("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f");
  task.title = "=1+1";
  ExportedTask full = task;
  full.title = "a,\"b\"\nc";
  full.description = "";
  full.tags = {"home", "x y"};
  full.priority = store::Priority::low;
  full.due_date = support::Timestamp(std::chrono::seconds(0));
  CHECK(write_file("csv", {task, full}) ==
        csv_header +
            "019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f,=1+1,,,,,,,due,false,,"
            "1970-01-01T00:00:00.000000Z,1970-01-01T00:00:00.000000Z,,,\r\n"
            "019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f,\"a,\"\"b\"\"\nc\",\"\","
            "1970-01-01T00:00:00.000000Z,,low,\"home,x y\",,due,false,,"
            "1970-01-01T00:00:00.000000Z,1970-01-01T00:00:00.000000Z,,,\r\n");
  CHECK(write_file("csv", {}) == csv_header);
}

TEST_CASE("formats/csv: columns may be in any order, be missing, or be unknown") {
  const CollectingSink read = read_file("csv",
                                        "\xef\xbb\xbfWhere,TAGS, Title ,is_completed,due_date\n"
                                        "x,\" a, b,\",A,TRUE,\n"
                                        ",,\"two\nlines\", 0 ,2026-08-08T17:00\n");
  CHECK(read.fault_lines().empty());
  REQUIRE(read.tasks.size() == 2);
  CHECK(read.tasks[0].task.title == "A");
  CHECK(read.tasks[0].task.tags == std::vector<std::string>{"a", "b"});
  CHECK(read.tasks[0].task.is_completed == true);
  CHECK(!read.tasks[0].task.due_date);
  CHECK(read.tasks[1].task.title == "two\nlines");
  CHECK(read.tasks[1].task.is_completed == false);
  CHECK(read.tasks[1].task.due_date);
  CHECK(!read.tasks[1].task.description);
  CHECK(read.tasks[1].number == 3);
}

TEST_CASE("formats/csv: a field without anything is nothing, and one of quotation marks is empty") {
  const CollectingSink read = read_file("csv", "title,description\nA,\nB,\"\"\n");
  REQUIRE(read.tasks.size() == 2);
  CHECK(!read.tasks[0].task.description);
  CHECK(read.tasks[1].task.description == "");
}

TEST_CASE("formats/csv: every fault is told by its line and member") {
  const CollectingSink read = read_file("csv",
                                        "title,due_date,is_completed,parent_task_id,tags\n"
                                        "\"A\n\",8.8.2026,maybe,1,\n"
                                        "B,,\n"
                                        "C,,,,\xff\n"
                                        "D\",,,,\n"
                                        "E,,,,\n");
  CHECK(read.fault_lines() ==
        std::vector<std::string>{
            "2 due_date must be a date or time, as 2026-08-08, 2026-08-08T10:30 or "
            "2026-08-08T10:30:00Z",
            "2 is_completed must be true or false", "2 parent_task_id must be a UUID",
            "4 The record has 3 fields, but the header 5",
            "5 tags must be UTF-8: save the file as UTF-8",
            "6 The record has a quotation mark inside a field that does not begin with one"});
  CHECK(read.tasks.back().task.title == "E");
}

TEST_CASE("formats/csv: without the names of the columns nothing is read") {
  CHECK(read_file("csv", "").fault_lines() ==
        std::vector<std::string>{
            "0 The file is empty: its first line must have the names of the columns"});
  CHECK(read_file("csv", "a;title\nb;c\n").fault_lines() ==
        std::vector<std::string>{
            "1 There is no column title: the first line must have the names of the columns, with "
            "commas between them"});
  CHECK(read_file("csv", "title,Title\nb,c\n").fault_lines() ==
        std::vector<std::string>{"1 title must not be the name of two columns"});
  CHECK(read_file("csv", "title\"\nb\n").tasks.empty());
}

}  // namespace taskdock::testing
