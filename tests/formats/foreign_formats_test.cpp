// Files as other programs write them.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "formats/files.h"
#include "formats/foreign_text.h"
#include "formats/html_text.h"
#include "formats/task_reader.h"
#include "formats/todoist_date.h"
#include "testing/paths.h"

namespace taskdock::testing {

using formats::ImportedTask;
using Tags = std::vector<std::string>;

namespace {

ImportedTask with_date(std::string_view text) {
  ImportedTask task;
  CHECK(formats::read_todoist_date(text, task));
  return task;
}

}  // namespace

TEST_CASE("formats/todoist: a project is imported with nothing of it lost") {
  const std::string text = sample("todoist.csv");
  CHECK(formats::recognise("text/csv", {}, text)->name == "todoist");
  CHECK(formats::recognise({}, {}, text.substr(0, 60))->name == "todoist");
  const CollectingSink read = read_file("todoist", text);
  CHECK(read.fault_lines().empty());
  REQUIRE(read.tasks.size() == 4);

  const ImportedTask& milk = read.tasks[0].task;
  CHECK(read.tasks[0].number == 3);
  CHECK(milk.title == "Buy milk");
  CHECK(milk.tags == Tags{"shopping"});
  CHECK(milk.description == "Two bottles,\ncold\n\nThe shop at the corner");
  CHECK(milk.priority == store::Priority::urgent);
  CHECK(milk.due_date == due("2026-08-08"));

  const ImportedTask& bag = read.tasks[1].task;
  CHECK(bag.description == "Part of: Buy milk");
  CHECK(!bag.priority);
  CHECK(bag.recurrence == "FREQ=WEEKLY;INTERVAL=2");
  CHECK(bag.recurrence_from == store::RecurrenceFrom::completion);
  CHECK(bag.due_at_import);

  const ImportedTask& plants = read.tasks[2].task;
  CHECK(plants.tags == Tags{"home", "green", "House & garden"});
  CHECK(plants.recurrence == "FREQ=WEEKLY;BYDAY=MO,TH");
  CHECK(plants.description == "Deadline: 2026-12-31");
  CHECK(plants.priority == store::Priority::medium);

  const ImportedTask& plumber = read.tasks[3].task;
  CHECK(plumber.description == "Date: next full moon");
  CHECK(!plumber.due_date);
  CHECK(!plumber.recurrence);
}

TEST_CASE("formats/todoist: dates are days, times and rules in English, or texts") {
  CHECK(with_date("2026-08-08").due_date == due("2026-08-08"));
  CHECK(with_date("2026-08-08 17:00").due_date == due("2026-08-08T17:00"));
  CHECK(with_date("2026-08-08T17:00:00Z").due_date == due("2026-08-08T17:00:00Z"));
  CHECK(with_date(" 8 Aug 2026 ").due_date == due("2026-08-08"));
  CHECK(with_date("August 8, 2026 17:30").due_date == due("2026-08-08T17:30"));
  CHECK(with_date("daily").recurrence == "FREQ=DAILY");
  CHECK(with_date("every day").recurrence == "FREQ=DAILY");
  CHECK(with_date("Every Weekday").recurrence == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR");
  CHECK(with_date("every other month").recurrence == "FREQ=MONTHLY;INTERVAL=2");
  CHECK(with_date("every 3 years").recurrence == "FREQ=YEARLY;INTERVAL=3");
  CHECK(with_date("every tuesday and fri").recurrence == "FREQ=WEEKLY;BYDAY=TU,FR");
  CHECK(with_date("every other sat").recurrence == "FREQ=WEEKLY;BYDAY=SA;INTERVAL=2");
  CHECK(with_date("every! day").recurrence_from == store::RecurrenceFrom::completion);
  CHECK(with_date("aug 8th 2026 at 5pm").due_date == due("2026-08-08T17:00"));
  CHECK(with_date("2026-08-08 at 12am").due_date == due("2026-08-08T00:00"));
  CHECK(with_date("every 15th").recurrence == "FREQ=MONTHLY;BYMONTHDAY=15");
  CHECK(with_date("every last day").recurrence == "FREQ=MONTHLY;BYMONTHDAY=-1");
  for (const char* text : {"ev day at 9", "every day 9 am", "every day at 9:00", "daily 09:00"}) {
    CAPTURE(text);
    CHECK(with_date(text).recurrence == "FREQ=DAILY");
    CHECK(with_date(text).due_at_import->time == std::chrono::hours(9));
  }
  const auto day = with_date("8 Aug 17:30").due_at_import;
  CHECK(day->day == std::chrono::August / 8);
  CHECK(day->time == std::chrono::minutes(17 * 60 + 30));
  CHECK(!with_date("February 29").due_at_import->time);
  for (const char* text :
       {"", "tomorrow", "every", "every other", "every 2", "every 0 days", "31 Feb 2026", "31 Feb",
        "8 Aug 25:00", "8 Aug 9", "every 32nd", "every day 0am", "every 2 monday", "every hour",
        "every other weekday", "jeden Tag", "\xff"}) {
    CAPTURE(text);
    ImportedTask task;
    CHECK_FALSE(formats::read_todoist_date(text, task));
    CHECK(is_same(task, {}));
    CHECK_FALSE(task.due_at_import);
  }
}

TEST_CASE("formats/todoist: what is wrong is named by its line") {
  CHECK(read_file("todoist", "").fault_lines() == std::vector<std::string>{"0 The file is empty"});
  CHECK(read_file("todoist", "A,B\ntask,x\n").fault_lines() ==
        std::vector<std::string>{"1 There are no columns TYPE and CONTENT"});
  const CollectingSink read = read_file(
      "todoist", "TYPE,CONTENT\nnote,before any task\ntask,A\ntask,\"B\"x\ntask,\xff\ntask\n");
  CHECK(read.faults.size() == 2);
  CHECK(read.faults.at(0).number == 4);
  CHECK(read.faults.at(1).number == 5);
  REQUIRE(read.tasks.size() == 3);
  CHECK(read.tasks[1].task.title == "A");
  CHECK(read.tasks[2].task.title == "Untitled");
}

TEST_CASE("formats/todoist: a comment of the project becomes a task, and no row is passed over") {
  const std::string note = "The plumber: " + std::string(200, '5');
  const CollectingSink read =
      read_file("todoist", "TYPE,CONTENT\nmeta,view_style=board\nnote," + note +
                               "\nnote, \n,\nTask,A\n NOTE ,of A\nSection,S\nnote,of the section\n"
                               "foo,B\n,C\n");
  REQUIRE(read.tasks.size() == 3);
  CHECK(read.tasks[0].number == 3);
  CHECK(read.tasks[0].task.description == note);
  CHECK(read.tasks[1].task.title == "A");
  CHECK(read.tasks[1].task.description == "of A");
  CHECK(read.tasks[2].task.title == "of the section");
  CHECK(read.fault_lines() ==
        std::vector<std::string>{"10 The TYPE must be task, section or note",
                                 "11 The TYPE must be task, section or note"});
}

TEST_CASE("formats/vikunja: projects are imported with nothing of them lost") {
  const std::string text = sample("vikunja.json");
  CHECK(formats::recognise("application/json", {}, text)->name == "vikunja");
  CHECK(formats::recognise({}, {}, text.substr(0, 60))->name == "vikunja");
  const CollectingSink read = read_file("vikunja", text);
  CHECK(read.fault_lines().empty());
  REQUIRE(read.tasks.size() == 3);

  const ImportedTask& rent = read.tasks[0].task;
  CHECK(rent.id == "vikunja 7 2026-01-02T09:00:00Z");
  CHECK(rent.title == "Pay rent");
  CHECK(rent.description ==
        "To the bank & in time\nSee here (https://example.com/r)\n\n"
        "Reminder: 2026-08-31T08:00:00Z\n\nIt has gone up");
  CHECK(rent.tags == Tags{"money  big", "home", "Household"});
  CHECK(rent.priority == store::Priority::urgent);
  CHECK(rent.due_date == due("2026-08-31T10:00:00Z"));
  CHECK(rent.remind_at == time_at("2026-08-30T08:00:00Z"));
  CHECK(rent.recurrence == "FREQ=MONTHLY");
  CHECK(rent.created_at == time_at("2026-01-02T09:00:00Z"));
  CHECK(rent.updated_at == time_at("2026-01-03T09:00:00Z"));
  CHECK(rent.is_completed == false);
  CHECK(!rent.completed_at);

  const ImportedTask& table = read.tasks[1].task;
  CHECK(table.is_completed == true);
  CHECK(table.completed_at == time_at("2026-02-01T12:30:00Z"));
  CHECK(table.recurrence == "FREQ=WEEKLY;INTERVAL=2");
  CHECK(table.recurrence_from == store::RecurrenceFrom::completion);
  CHECK(table.due_at_import);
  CHECK(!table.due_date);
  CHECK(!table.priority);
  CHECK(table.description == "Part of: Pay rent");

  CHECK(read.tasks[2].task.description == "Repeats every 3600 seconds");
  CHECK(read.tasks[2].task.priority == store::Priority::medium);
}

TEST_CASE("formats/vikunja: a file that is none of its own is a fault, and any task is read") {
  CHECK(read_file("vikunja", "[{\"id\":1").faults.size() == 1);
  CHECK(read_file("vikunja", "{}").fault_lines() ==
        std::vector<std::string>{"0 The file has no project with a list of tasks"});
  const CollectingSink read = read_file(
      "vikunja", R"([{"id":1,"title":5,"tasks":[{},7,{"title":[],"labels":{},"reminders":[3]}]}])");
  CHECK(read.fault_lines() == std::vector<std::string>{"2 The task is no JSON object"});
  CHECK(read.tasks.size() == 2);
}

TEST_CASE("formats/vikunja: what is no HTML stays in the description") {
  const CollectingSink read = read_file(
      "vikunja", R"([{"id":1,"tasks":[{"id":1,"title":"A","description":"if x<y then 3 > 2"}]}])");
  REQUIRE(read.tasks.size() == 1);
  CHECK(read.tasks[0].task.description == "if x<y then 3 > 2");
}

TEST_CASE("formats/vikunja: the beginning of the year 1 is no date in any time zone") {
  for (const char* zone : {"Z", "-05:00", "+02:00"}) {
    CAPTURE(zone);
    const CollectingSink read = read_file(
        "vikunja",
        std::string(R"([{"id":1,"tasks":[{"id":1,"title":"A","due_date":"0001-01-01T00:00:00)") +
            zone + "\"}]}]");
    REQUIRE(read.tasks.size() == 1);
    CHECK(!read.tasks[0].task.due_date);
  }
}

TEST_CASE("formats/foreign_text: what a task cannot have as what it was stays in the description") {
  const std::string long_text(300, 'x');
  ImportedTask task;
  formats::set_title(task, long_text);
  CHECK(task.title == std::string(199, 'x') + "…");
  CHECK(task.description == long_text);
  task = {};
  formats::add_tag(task, "Label", long_text);
  formats::add_tag(task, "Label", "a\tb");
  formats::add_tag(task, "Label", " ");
  formats::add_tag(task, "Label", "a,b");
  formats::add_tag(task, "Label", ",");
  CHECK(task.tags == Tags{"a b"});
  CHECK(task.description == "Label: " + long_text + "\n\nLabel: a\tb");
}

TEST_CASE("formats/foreign_text: a text of nothing but beginnings of tags is read at once") {
  for (const char* part : {"<", "<a", "&", "&#"}) {
    CAPTURE(part);
    std::string text;
    while (text.size() < formats::max_task_bytes) text += part;
    CHECK(formats::text_of_html(text) == text);
    CHECK(formats::text_of_html(text + ';') == text + ';');
  }
}

TEST_CASE("formats/foreign_text: HTML becomes what a person would read") {
  using formats::text_of_html;
  CHECK(text_of_html("plain & simple; a < b") == "plain & simple; a < b");
  CHECK(text_of_html("<p>a</p><p>b<br>c</p><ul><li>d</li><li>e</li></ul>") == "a\nb\nc\nd\ne");
  CHECK(text_of_html("&lt;b&gt; &quot;&#39;&nbsp;&unknown;&amp;amp;") == "<b> \"' &unknown;&amp;");
  CHECK(text_of_html("<a href=\"http://x\">http://x</a> <A HREF=\"y\">z</A>") == "http://x z (y)");
  CHECK(text_of_html("<") == "<");
  CHECK(text_of_html("a < b and c > d") == "a < b and c > d");
  CHECK(text_of_html("&#34;&#x27;&#8364;&#0;&#xd800;&#;&#1114112;") ==
        "\"'€&#0;&#xd800;&#;&#1114112;");
  CHECK(text_of_html("<ul><li data-checked=\"true\"><label><input></label><div><p>a</p></div></li>"
                     "<li data-checked=\"false\"><div><p>b</p></div></li></ul>") == "[x] a\n[ ] b");
  CHECK(text_of_html("<script>1</script>") == "1");
  CHECK(text_of_html("<P CLASS='x'>a<br />b<hr/>c</P\n>") == "a\nb\nc");
}

TEST_CASE("formats/foreign_text: of a text that is no HTML nothing is taken for a tag") {
  for (const char* text :
       {"if x<y then z, and 3 < 4 > 2", "<me@x.yy> wrote: hello", "see <https://example.com/a>",
        "if a<b and c>d", "if a<b>c", "</b> then <i", "<b then> c</b>", "<p class=x>a</p>",
        "vector<int> and <unknown>x</unknown>", "<!-- a -->", "<>", "</>"}) {
    CAPTURE(text);
    CHECK(formats::text_of_html(text) == text);
  }
}

}  // namespace taskdock::testing
