#include "formats/ics_format.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "formats/files.h"
#include "formats/ics_values.h"
#include "formats/member_text.h"
#include "testing/paths.h"

namespace taskdock::testing {

using formats::ExportedTask;
using formats::ImportedTask;

namespace {

/// The same text with CRLF.
std::string with_crlf(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (c == '\n') made += '\r';
    made += c;
  }
  return made;
}

/// A calendar with one task that has these lines, which begin at line 4.
std::string calendar_with(std::string_view lines) {
  return "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTODO\n" + std::string(lines) +
         "END:VTODO\nEND:VCALENDAR\n";
}

/// The task that such a calendar is read as.
ImportedTask task_with(std::string_view lines) {
  CollectingSink read = read_file("ics", calendar_with("SUMMARY:A\n" + std::string(lines)));
  CHECK(read.fault_lines().empty());
  REQUIRE(read.tasks.size() == 1);
  return std::move(read.tasks[0].task);
}

std::vector<std::string> faults_with(std::string_view lines) {
  return read_file("ics", calendar_with(lines)).fault_lines();
}

template <class T>
std::string as_text(const std::optional<T>& value) {
  std::string text;
  if (value) formats::append_value(text, *value);
  return text;
}

std::string due_with(std::string_view lines) {
  return as_text(task_with(lines).due_date);
}

std::string reminder_with(std::string_view lines) {
  return as_text(task_with(lines).remind_at);
}

std::string alarm(std::string_view lines) {
  return "BEGIN:VALARM\nACTION:DISPLAY\n" + std::string(lines) + "\nEND:VALARM\n";
}

}  // namespace

TEST_CASE("formats/ics: a task is a VTODO, and what iCalendar does not have is beside it") {
  ExportedTask task;
  task.id = *support::Uuid::parse("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f");
  task.title = "Buy milk, bread; and \\";
  ExportedTask full = task;
  full.description = "One\r\nTwo\rThree\n\x01";
  full.due_date = support::LocalTime(std::chrono::minutes(1));
  full.remind_at = support::Timestamp(std::chrono::milliseconds(1500));
  full.priority = store::Priority::high;
  full.tags = {"home", "a;b"};
  full.recurrence = "FREQ=DAILY";
  full.recurrence_from = store::RecurrenceFrom::completion;
  full.is_completed = true;
  full.completed_at = support::Timestamp(std::chrono::seconds(2));
  full.updated_at = support::Timestamp(std::chrono::microseconds(3'000'004));
  full.parent_task_id = task.id;
  full.next_task_id = task.id;
  const std::string id = "019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f";
  CHECK(write_file("ics", {task, full}) ==
        with_crlf("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Taskdock//Taskdock//EN\n"
                  "BEGIN:VTODO\nUID:" +
                  id +
                  "\nDTSTAMP:19700101T000000Z\nCREATED:19700101T000000Z\n"
                  "LAST-MODIFIED:19700101T000000Z\nSUMMARY:Buy milk\\, bread\\; and \\\\\n"
                  "STATUS:NEEDS-ACTION\nEND:VTODO\n"
                  "BEGIN:VTODO\nUID:" +
                  id +
                  "\nDTSTAMP:19700101T000003Z\nCREATED:19700101T000000Z\n"
                  "LAST-MODIFIED;X-TASKDOCK-FRACTION=000004:19700101T000003Z\n"
                  "SUMMARY:Buy milk\\, bread\\; and \\\\\n"
                  "DESCRIPTION:One\\nTwo\\nThree\\n\xef\xbf\xbd\n"
                  "DTSTART:19700101T000100\nDUE:19700101T000100\nRRULE:FREQ=DAILY\nPRIORITY:3\n"
                  "CATEGORIES:home,a\\;b\nSTATUS:COMPLETED\nPERCENT-COMPLETE:100\n"
                  "COMPLETED:19700101T000002Z\nX-TASKDOCK-RECURRENCE-FROM:completion\n"
                  "X-TASKDOCK-PARENT-TASK-ID:" +
                  id + "\nX-TASKDOCK-NEXT-TASK-ID:" + id +
                  "\nBEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Buy milk\\, bread\\; and \\\\\n"
                  "TRIGGER;VALUE=DATE-TIME;X-TASKDOCK-FRACTION=500000:19700101T000001Z\n"
                  "END:VALARM\nEND:VTODO\nEND:VCALENDAR\n"));
}

TEST_CASE("formats/ics: what Nextcloud Tasks writes is read") {
  const std::string file = sample("nextcloud.ics");
  for (const std::string& text : {file, with_crlf(file)}) {
    const CollectingSink read = read_file("ics", text);
    CHECK(read.fault_lines().empty());
    REQUIRE(read.tasks.size() == 3);
    const ImportedTask& passport = read.tasks[0].task;
    CHECK(read.tasks[0].number == 14);
    CHECK(passport.id == "1c7a5f3e-4d0b-4a8a-9c55-3f4f5e7a2b10");
    CHECK(passport.title == "Renew the passport");
    CHECK(passport.description == "Take with you:\n- photographs, two\n- the old one; really");
    CHECK(passport.priority == store::Priority::urgent);
    CHECK(passport.is_completed == false);
    CHECK(passport.tags == std::vector<std::string>{"errands", "home", "papers"});
    CHECK(as_text(passport.due_date) == "2026-08-08T17:30");
    CHECK(as_text(passport.remind_at) == "2026-08-08T08:00:00.000000Z");
    CHECK(as_text(passport.created_at) == "2026-06-01T08:15:00.000000Z");
    CHECK(as_text(passport.updated_at) == "2026-06-02T09:15:00.000000Z");
    const ImportedTask& photographs = read.tasks[1].task;
    CHECK(photographs.id == "pwen4kz18g");
    CHECK(photographs.is_completed == true);
    CHECK(as_text(photographs.completed_at) == "2019-09-18T09:58:16.000000Z");
    CHECK(photographs.description == "");
    CHECK(!photographs.parent_task_id);
    const ImportedTask& plants = read.tasks[2].task;
    CHECK(as_text(plants.due_date) == "2026-08-08");
    CHECK(plants.recurrence == "FREQ=WEEKLY;BYDAY=SA");
    CHECK(plants.priority == store::Priority::low);
    CHECK(!plants.remind_at);
  }
}

TEST_CASE("formats/ics: what Apple's Reminders write is read") {
  const CollectingSink read = read_file("ics", with_crlf(sample("apple.ics")));
  CHECK(read.fault_lines().empty());
  REQUIRE(read.tasks.size() == 3);
  const ImportedTask& saw = read.tasks[0].task;
  CHECK(saw.id == "F87D9736-8ADE-47E4-AC46-638B5C86E7D0");
  CHECK(saw.is_completed == true);
  CHECK(as_text(saw.completed_at) == "2024-10-16T02:03:42.000000Z");
  const ImportedTask& rent = read.tasks[1].task;
  CHECK(rent.title ==
        "Pay the rent for the flat in the street whose name is so long that this line is folded, "
        "Straße 1");
  CHECK(rent.is_completed == false);
  CHECK(as_text(rent.due_date) == "2026-06-04T11:00");
  CHECK(as_text(rent.remind_at) == "2026-06-04T09:00:00.000000Z");
  CHECK(rent.recurrence == "FREQ=MONTHLY;INTERVAL=1");
  CHECK(rent.priority == store::Priority::medium);
  CHECK(read.tasks[2].task.title == "Buy bread");
  CHECK(!read.tasks[2].task.remind_at);
}

TEST_CASE("formats/ics: a due date is a date, a local time or an instant") {
  CHECK(due_with("DUE;VALUE=DATE:20260808\n") == "2026-08-08");
  CHECK(due_with("DUE:20260808T173000\n") == "2026-08-08T17:30");
  CHECK(due_with("DUE:20260808T173001Z\n") == "2026-08-08T17:30:01.000000Z");
  CHECK(due_with("due;tzid=\"America/New_York\":20260808T173000\n") == "2026-08-08T17:30");
  CHECK(due_with("DUE;TZID=Etc/UTC:20260808T173000\n") == "2026-08-08T17:30:00.000000Z");
  CHECK(due_with("DUE;X-TASKDOCK-FRACTION=000042:20260808T173000Z\n") ==
        "2026-08-08T17:30:00.000042Z");
}

TEST_CASE("formats/ics: a task without DUE is due after its duration, or when its series begins") {
  CHECK(due_with("DTSTART:20260808T173000\nDURATION:PT1H30M\n") == "2026-08-08T19:00");
  CHECK(due_with("DTSTART;VALUE=DATE:20260808\nDURATION:P1W\n") == "2026-08-15");
  CHECK(due_with("DTSTART;VALUE=DATE:20260808\nDURATION:PT12H\n") == "2026-08-08T12:00");
  CHECK(due_with("DTSTART:20260808T173000Z\nRRULE:FREQ=DAILY\n") == "2026-08-08T17:30:00.000000Z");
  CHECK(due_with("DTSTART:20260808T173000Z\n").empty());
  CHECK(due_with("DTSTART:99991231T173000Z\nDURATION:P1D\n").empty());
}

TEST_CASE("formats/ics: the status says whether a task is completed, or else the percentage does") {
  CHECK(task_with("STATUS:COMPLETED\n").is_completed == true);
  CHECK(task_with("STATUS:cancelled\n").is_completed == true);
  CHECK(task_with("STATUS:IN-PROCESS\nPERCENT-COMPLETE:100\n").is_completed == false);
  CHECK(task_with("PERCENT-COMPLETE:100\n").is_completed == true);
  CHECK(!task_with("PERCENT-COMPLETE:99\n").is_completed);
  CHECK(!task_with("COMPLETED:20260808T173000Z\n").is_completed);
  CHECK(task_with("COMPLETED:20260808T173000Z\n").completed_at);
  CHECK(!task_with("COMPLETED:20260808T173000Z\nSTATUS:NEEDS-ACTION\n").completed_at);
}

TEST_CASE("formats/ics: each number of a priority stands for one of ours, which comes back") {
  const std::string words[] = {"",       "urgent", "high", "high", "high",
                               "medium", "low",    "low",  "low",  "low"};
  for (int number = 0; number <= 9; ++number) {
    const ImportedTask task = task_with("PRIORITY:" + std::to_string(number) + "\n");
    CHECK(as_text(task.priority) == words[number]);
  }
  for (const auto priority : {store::Priority::low, store::Priority::medium, store::Priority::high,
                              store::Priority::urgent}) {
    CHECK(formats::priority_of_ics(formats::ics_priority(priority)) == priority);
  }
}

TEST_CASE("formats/ics: the earliest alarm whose moment is known becomes the reminder") {
  const std::string due = "DUE:20260808T100000Z\n";
  CHECK(reminder_with(alarm("TRIGGER;VALUE=DATE-TIME:20260807T080000Z")) ==
        "2026-08-07T08:00:00.000000Z");
  CHECK(reminder_with(due + alarm("TRIGGER;RELATED=END:-P1DT2H")) == "2026-08-07T08:00:00.000000Z");
  CHECK(reminder_with(due + alarm("TRIGGER:PT0S")) == "2026-08-08T10:00:00.000000Z");
  CHECK(reminder_with("DTSTART:20260801T100000Z\n" + due + alarm("TRIGGER:-PT15M")) ==
        "2026-08-01T09:45:00.000000Z");
  CHECK(reminder_with(
            alarm("TRIGGER;RELATED=END:-PT1H") + due + alarm("TRIGGER;RELATED=END:-PT2H") +
            alarm("TRIGGER;VALUE=DATE-TIME:20260808T083000Z")) == "2026-08-08T08:00:00.000000Z");
  CHECK(reminder_with("DUE:20260808T100000\n" + alarm("TRIGGER;RELATED=END:-PT1H")).empty());
  CHECK(reminder_with("DUE;VALUE=DATE:20260808\n" + alarm("TRIGGER:-PT1H")).empty());
  CHECK(reminder_with(alarm("TRIGGER:-PT1H")).empty());
  CHECK(reminder_with(due + alarm("TRIGGER:-P999999W")).empty());
  CHECK(reminder_with(due + alarm("BEGIN:X\nTRIGGER:-PT1H\nEND:X\nTRIGGER:PT1H")) ==
        "2026-08-08T11:00:00.000000Z");
}

TEST_CASE("formats/ics: an alarm behind its task is one of it, as some programs write it") {
  const std::string stray = alarm("TRIGGER;VALUE=DATE-TIME:20260807T080000Z");
  const std::string two_tasks = "BEGIN:VTODO\nSUMMARY:A\n" +
                                alarm("TRIGGER;VALUE=DATE-TIME:20260808T080000Z") + "END:VTODO\n" +
                                stray + "BEGIN:VTODO\nSUMMARY:B\nEND:VTODO\n";
  const CollectingSink read =
      read_file("ics", "BEGIN:VCALENDAR\n" + stray + two_tasks + "BEGIN:VEVENT\nSUMMARY:C\n" +
                           stray + "END:VEVENT\n" + stray + "END:VCALENDAR\n");
  CHECK(read.fault_lines().empty());
  REQUIRE(read.tasks.size() == 2);
  CHECK(read.tasks[0].task.title == "A");
  CHECK(as_text(read.tasks[0].task.remind_at) == "2026-08-07T08:00:00.000000Z");
  CHECK(read.tasks[1].task.title == "B");
  CHECK(!read.tasks[1].task.remind_at);
}

TEST_CASE("formats/ics: of two recurrence rules the first is the task's, and the other is kept") {
  const ImportedTask task =
      task_with("DUE:20260808T100000Z\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY\n");
  CHECK(task.recurrence == "FREQ=DAILY");
  CHECK(task.description == "Recurrence: FREQ=WEEKLY");
}

TEST_CASE("formats/ics: a task inside another one is a fault, and is read") {
  const CollectingSink read =
      read_file("ics", calendar_with("SUMMARY:A\nBEGIN:VALARM\nBEGIN:VTODO\nSUMMARY:B\n"));
  CHECK(read.fault_lines() ==
        std::vector<std::string>{"6 The task begins inside another one: END:VTODO is missing"});
  REQUIRE(read.tasks.size() == 1);
  CHECK(read.tasks[0].task.title == "B");
}

TEST_CASE("formats/ics: what a task of ours cannot have is kept in its description") {
  const ImportedTask noted = task_with(
      "URL:https://example.com/a\nLOCATION:Room 1\\, left\nDTSTART:20260801T090000\n"
      "DUE;TZID=Europe/Berlin:20260808T100000\nDESCRIPTION:More\nCOMMENT:Ask Ann\n" +
      alarm("TRIGGER;RELATED=END:-PT1H"));
  CHECK(noted.description ==
        "More\n\nURL: https://example.com/a\n\nLocation: Room 1, left\n\nComment: Ask Ann\n\n"
        "Start: 2026-08-01T09:00\n\nReminder: 2026-08-08T09:00");
  CHECK(!noted.remind_at);
  const ImportedTask hourly = task_with("DUE:20260808T100000Z\nRRULE:FREQ=HOURLY\n");
  CHECK(!hourly.recurrence);
  CHECK(hourly.description == "Recurrence: FREQ=HOURLY");
  CHECK(task_with("RRULE:FREQ=DAILY\n").description == "Recurrence: FREQ=DAILY");
  const std::string long_text(300, 'x');
  const ImportedTask long_one =
      task_with("SUMMARY:" + long_text + "\nCATEGORIES:a," + long_text + "\n");
  CHECK(long_one.title == std::string(199, 'x') + "…");
  CHECK(long_one.tags == std::vector<std::string>{"a"});
  CHECK(long_one.description == long_text + "\n\nCategory: " + long_text);
  CHECK(task_with("SUMMARY: \n").title == "Untitled");
  CHECK(
      task_with("DUE:20260808T100000Z\nDTSTART:20260808T100000Z\nRRULE:FREQ=DAILY\n").description ==
      std::nullopt);
}

TEST_CASE("formats/ics: what a task does not have is passed over, also what is in other parts") {
  const ImportedTask task =
      task_with("GEO:52.5;13.4\nX-TITLE;X-A=\"b:c\":d\nATTACH;ENCODING=BASE64;VALUE=BINARY:" +
                std::string(3 * formats::max_task_bytes, 'A') +
                "\nBEGIN:VALARM\nSUMMARY:B\nno line\nEND:VALARM\nCATEGORIES:a\\,b,\nCATEGORIES:\n");
  CHECK(task.title == "A");
  CHECK(task.tags == std::vector<std::string>{"a", "b"});
  CHECK(task_with("DESCRIPTION:C:\\Windows\\\\x\\N\\\n").description == "C:\\Windows\\x\n\\");
}

TEST_CASE("formats/ics: an exception of a series is another task, which does not recur") {
  const ImportedTask task =
      task_with("UID:x\nRECURRENCE-ID:20260808T100000Z\nDUE:20260808T110000Z\nRRULE:FREQ=DAILY\n");
  CHECK(task.id == "x\n20260808T100000Z");
  CHECK(!task.recurrence);
  CHECK(!task_with("UID:\n").id);
}

TEST_CASE("formats/ics: every fault is told by its line and member") {
  CHECK(faults_with("SUMMARY:\xff\n"
                    "DUE:tomorrow\n"
                    "DUE:20260230\n"
                    "COMPLETED:20260808T250000Z\n"
                    "PRIORITY:10\n"
                    "no line\n"
                    "CATEGORIES:\xff\n"
                    "DTSTART:1\n"
                    "DURATION:1\n"
                    "RRULE:\xff\n"
                    "X-TASKDOCK-PARENT-TASK-ID:1\n"
                    "X-TASKDOCK-RECURRENCE-FROM:1\n"
                    "BEGIN:VALARM\nTRIGGER:-1H\nEND:VALARM\n") ==
        std::vector<std::string>{
            "4 title must be UTF-8: save the file as UTF-8",
            "5 due_date must be a date or time, as 20260808, 20260808T103000 or 20260808T103000Z",
            "6 due_date must be a date or time, as 20260808, 20260808T103000 or 20260808T103000Z",
            "7 completed_at must be a date or time, as 20260808, 20260808T103000 or "
            "20260808T103000Z",
            "8 priority must be a number from 0 to 9",
            "9 The line must begin with a name and a colon",
            "10 tags must be UTF-8: save the file as UTF-8",
            "11 due_date must be a date or time, as 20260808, 20260808T103000 or "
            "20260808T103000Z",
            "12 due_date must be a duration, as P1D or PT1H30M",
            "13 recurrence must be UTF-8: save the file as UTF-8",
            "14 parent_task_id must be a UUID", "15 recurrence_from must be due or completion",
            "17 remind_at must be a time, as 20260808T103000Z, or a duration, as -PT15M"});
  CHECK(faults_with("SUMMARY:A\nDESCRIPTION:" + std::string(formats::max_task_bytes, 'x') + "\n") ==
        std::vector<std::string>{"3 The task is larger than a megabyte"});
}

TEST_CASE("formats/ics: a file that is none, or was cut off, is a fault") {
  CHECK(read_file("ics", "title\nA\n").fault_lines() ==
        std::vector<std::string>{"0 The file has no calendar: it must begin with BEGIN:VCALENDAR"});
  CHECK(read_file("ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n").fault_lines().empty());
  const std::string file = sample("nextcloud.ics");
  const std::size_t end = file.rfind("END:VCALENDAR");
  for (std::size_t size = 0; size < end; size += 37) {
    CAPTURE(size);
    CHECK(!read_file("ics", file.substr(0, size)).faults.empty());
  }
  const CollectingSink open =
      read_file("ics", "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:A\nEND:VCALENDAR\n");
  CHECK(open.fault_lines() ==
        std::vector<std::string>{"4 The calendar ends inside a task: END:VTODO is missing"});
  CHECK(open.tasks.empty());
  CHECK(faults_with("SUMMARY:A\nEND:VEVENT\n") ==
        std::vector<std::string>{"5 The line must be END:VTODO"});
}

TEST_CASE("formats/ics: a duration is read") {
  const auto seconds = [](std::string_view text) -> long long {
    const auto duration = formats::read_ics_duration(text);
    return duration ? duration->count() : -1;
  };
  CHECK(seconds("P2W") == 1'209'600);
  CHECK(seconds("+P1DT1H1M1S") == 90'061);
  CHECK(seconds("-PT15M") == -900);
  CHECK(seconds("PT0S") == 0);
  for (const char* text :
       {"", "P", "PT", "P1", "P1H", "PT1D", "1D", "P1DT", "P-1D", "PT1S1M", "P1000000D", "P1Dx"}) {
    CAPTURE(text);
    CHECK(!formats::read_ics_duration(text));
  }
}

}  // namespace taskdock::testing
