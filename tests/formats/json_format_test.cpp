#include "formats/json_format.h"

#include <doctest/doctest.h>

#include "formats/files.h"

namespace taskdock::testing {

using formats::ExportedTask;
using formats::ImportedTask;

TEST_CASE("formats/json: a task is a line with what it has") {
  ExportedTask task;
  task.id = *support::Uuid::parse("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f");
  task.title = "Buy \"milk\"";
  ExportedTask full = task;
  full.description = "";
  full.is_completed = true;
  full.completed_at = support::Timestamp(std::chrono::microseconds(1));
  full.due_date = support::Date(std::chrono::days(20'000));
  full.priority = store::Priority::high;
  full.tags = {"home", "käse"};
  full.recurrence = "FREQ=DAILY";
  full.recurrence_from = store::RecurrenceFrom::completion;
  full.next_task_id = task.id;
  full.deleted_at = support::Timestamp(std::chrono::seconds(2));
  CHECK(write_file("json", {task, full}) ==
        R"({"format":"taskdock","version":1,"tasks":[
{"id":"019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f","title":"Buy \"milk\"","is_completed":false,)"
        R"("created_at":"1970-01-01T00:00:00.000000Z","updated_at":"1970-01-01T00:00:00.000000Z"},
{"id":"019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f","title":"Buy \"milk\"","description":"",)"
        R"("due_date":"2024-10-04","priority":"high","tags":["home","käse"],)"
        R"("recurrence":"FREQ=DAILY","recurrence_from":"completion","is_completed":true,)"
        R"("completed_at":"1970-01-01T00:00:00.000001Z",)"
        R"("created_at":"1970-01-01T00:00:00.000000Z","updated_at":"1970-01-01T00:00:00.000000Z",)"
        R"("next_task_id":"019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f",)"
        R"("deleted_at":"1970-01-01T00:00:02.000000Z"}
]}
)");
  CHECK(write_file("json", {}) == "{\"format\":\"taskdock\",\"version\":1,\"tasks\":[\n]}\n");
}

TEST_CASE(
    "formats/json: a list alone and an answer of the API are read, and what is unknown is not") {
  for (const char* text :
       {R"([{"title":"A","color":"red","user_id":7},{"title":"B"}])",
        R"({"tasks":[{"title":"A"},{"title":"B"}],"total":2,"next_cursor":null})"}) {
    const CollectingSink read = read_file("json", text);
    CHECK(read.faults.empty());
    REQUIRE(read.tasks.size() == 2);
    CHECK(read.tasks[1].task.title == "B");
    CHECK(read.tasks[1].number == 2);
    CHECK(!read.tasks[1].task.id);
    CHECK(!read.tasks[1].task.is_completed);
  }
}

TEST_CASE("formats/json: null and an empty date are the same as nothing") {
  const CollectingSink read = read_file(
      "json", R"([{"title":"A","description":null,"due_date":"","tags":null,"recurrence_from":null,
                   "is_completed":null,"id":null,"deleted_at":null}])");
  CHECK(read.faults.empty());
  REQUIRE(read.tasks.size() == 1);
  CHECK(is_same(read.tasks[0].task, [] {
    ImportedTask task;
    task.title = "A";
    return task;
  }()));
}

TEST_CASE("formats/json: every fault of a task is told by its number and member") {
  const CollectingSink read = read_file("json", R"([{"title":"A"},
    {"title":7,"id":1,"due_date":"tomorrow","tags":["a",1],"is_completed":"yes","priority":"High!",
     "remind_at":"2026-08-08","parent_task_id":"x","recurrence_from":3,"description":"a\u0000b"},
    {"description":"no title"}, 5, {"title":"\ud800"}, {"title":"Last"}])");
  CHECK(read.fault_lines() ==
        std::vector<std::string>{
            "2 id must be a text in quotation marks", "2 title must be a text in quotation marks",
            "2 description must not have the character U+0000",
            "2 due_date must be a date or time, as 2026-08-08, 2026-08-08T10:30 or "
            "2026-08-08T10:30:00Z",
            "2 remind_at must be a time with Z or an offset from UTC, as 2026-08-08T10:30:00Z",
            "2 priority must be low, medium, high or urgent", "2 tags must be a list of texts",
            "2 recurrence_from must be a text in quotation marks",
            "2 is_completed must be true or false", "2 parent_task_id must be a UUID",
            "3 title is missing", "4 A task must be an object",
            "5 The task is not JSON from its byte 17 on"});
  CHECK(read.tasks.size() == 4);
  CHECK(read.tasks.back().number == 6);
}

TEST_CASE("formats/json: a file that is no JSON, or has no tasks, is told with where it stops") {
  CHECK(read_file("json", "{\"tasks\":[\n{\"title\":\"A\"}").fault_lines() ==
        std::vector<std::string>{"0 The file is not JSON from byte 25 on, in line 2"});
  CHECK(read_file("json", "").fault_lines() ==
        std::vector<std::string>{"0 The file is not JSON from byte 1 on, in line 1"});
  CHECK(read_file("json", R"({"todos":[]})").fault_lines() ==
        std::vector<std::string>{"0 The file has no list of tasks"});
  CHECK(read_file("json", R"({"tasks":[]})").faults.empty());
}

TEST_CASE("formats/json: a file of ours of another version is refused, and nothing of it is read") {
  const std::string newer =
      "0 The file is of version 2 of Taskdock's JSON, and this program reads version 1: import it "
      "with a newer Taskdock";
  const std::string tasks = R"("tasks":[{"title":5}])";
  for (const std::string head :
       {R"("format":"taskdock","version":2,)", R"("version":2,"format":"taskdock",)"}) {
    CHECK(read_file("json", '{' + head + tasks + '}').fault_lines() ==
          std::vector<std::string>{newer});
  }
  const CollectingSink late =
      read_file("json", R"({"tasks":[{"title":"A"}],"format":"taskdock","version":2})");
  CHECK(late.fault_lines() == std::vector<std::string>{newer});
  for (const char* version : {"null", "\"1\"", "1.5", "{}"}) {
    CAPTURE(version);
    const CollectingSink read = read_file(
        "json", std::string(R"({"format":"taskdock","version":)") + version + ',' + tasks + '}');
    CHECK(read.fault_lines() == std::vector<std::string>{"0 The version of the file must be 1"});
  }
  for (const char* head :
       {R"("format":"taskdock","version":1,)", R"("format":"taskdock",)", R"("version":2,)",
        R"("format":"other","version":2,)", R"("format":1,"version":2,)"}) {
    CAPTURE(head);
    const CollectingSink read =
        read_file("json", '{' + std::string(head) + R"("tasks":[{"title":"A"}]})");
    CHECK(read.faults.empty());
    CHECK(read.tasks.size() == 1);
  }
}

TEST_CASE("formats/json: a task that is too large is a fault, and the others are read") {
  const std::string text =
      R"([{"title":")" + std::string(formats::max_task_bytes, 'x') + R"("},{"title":"B"}])";
  const CollectingSink read = read_file("json", text, 100'000);
  CHECK(read.fault_lines() == std::vector<std::string>{"1 The task is larger than a megabyte"});
  REQUIRE(read.tasks.size() == 1);
  CHECK(read.tasks[0].task.title == "B");
}

}  // namespace taskdock::testing
