#include "store/sqlite/task_table.h"

#include <doctest/doctest.h>

#include <limits>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;
using Completion = TaskChange::Completion;

struct TasksOfTwo : OpenDatabase {
  User ann = add_user("ann@example.com");
  User bob = add_user("bob@example.com");

  Task change(const Task& task, const TaskChange& to) {
    return connection.tasks.change(ann.id, task.id, to, clock.now()).after;
  }
  TaskPage list(const User& user, std::int64_t limit = 100, std::int64_t offset = 0,
                std::optional<bool> completed = {}) {
    return list(user.id, {limit, offset, completed});
  }

  TaskPage list(const support::Uuid& owner, const TaskQuery& query) {
    return connection.task_list.list(owner, connection.totals.current(owner).value_or(TaskTotals{}),
                                     query);
  }

  /// Whether the totals that are kept are what counting gives, for everybody.
  bool totals_are_right() {
    connection.write_noted();
    return connection.database()
                   .execAndGet(
                       "SELECT count(*) FROM users LEFT JOIN task_totals ON owner = number "
                       "WHERE"
                       " total IS NOT (SELECT count(*) FROM tasks WHERE tasks.owner = number) OR"
                       " completed IS NOT (SELECT count(*) FROM tasks WHERE tasks.owner = number"
                       "                   AND is_completed)")
                   .getInt() == 0 &&
           connection.database()
                   .execAndGet(
                       "SELECT count(*) FROM task_totals WHERE owner NOT IN"
                       " (SELECT number FROM users)")
                   .getInt() == 0;
  }
};

}  // namespace

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: a task is found by owner and id, as it was added") {
  Task task = new_task(ann, "Buy milk \"🥛\"");
  task.description = "line one\nline two";
  task.due_date = support::Date(std::chrono::days(20'000));
  task.remind_at = clock.now() - 1us;
  task.priority = Priority::urgent;
  task.recurrence = "FREQ=DAILY";
  task.recurrence_from = RecurrenceFrom::completion;
  task.parent_task_id = ids.next();
  task.next_task_id = ids.next();
  task.is_completed = true;
  task.completed_at = clock.now();
  task.updated_at += 1s;
  connection.tasks.add(task);
  CHECK(same(connection.tasks.find(ann.id, task.id), task));
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: no description and an empty one are two things") {
  Task with = new_task(ann, "with");
  with.description = "";
  connection.tasks.add(with);
  const Task without = add_task(ann, "without");
  CHECK(connection.tasks.find(ann.id, with.id).description == "");
  CHECK_FALSE(connection.tasks.find(ann.id, without.id).description);
}

TEST_CASE_FIXTURE(
    TasksOfTwo,
    "store/sqlite/task_table: a task of another user is known as that, at every verb, and "
    "stays untouched") {
  const Task task = add_task(ann, "hers");
  CHECK_THROWS_AS(connection.tasks.find(bob.id, task.id), NotTheOwner);
  CHECK_THROWS_AS(
      connection.tasks.change(bob.id, task.id, {.content = {.title = "his"}}, clock.now()),
      NotTheOwner);
  CHECK_THROWS_AS(connection.tasks.remove(bob.id, task.id), NotTheOwner);
  CHECK_THROWS_AS(connection.tasks.find(ids.next(), task.id), NotTheOwner);
  CHECK(same(connection.tasks.find(ann.id, task.id), task));
}

TEST_CASE_FIXTURE(
    TasksOfTwo, "store/sqlite/task_table: a task that does not exist is not found, at every verb") {
  const auto nowhere = ids.next();
  CHECK_THROWS_AS(connection.tasks.find(ann.id, nowhere), TaskNotFound);
  CHECK_THROWS_AS(
      connection.tasks.change(ann.id, nowhere, {.content = {.title = "x"}}, clock.now()),
      TaskNotFound);
  CHECK_THROWS_AS(connection.tasks.remove(ann.id, nowhere), TaskNotFound);
  CHECK_THROWS_AS(connection.tasks.find(ann.id, ann.id), TaskNotFound);
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: a removed task is gone, and only that one") {
  const Task gone = add_task(ann, "gone");
  const Task kept = add_task(ann, "kept");
  connection.tasks.remove(ann.id, gone.id);
  CHECK_THROWS_AS(connection.tasks.find(ann.id, gone.id), TaskNotFound);
  CHECK_THROWS_AS(connection.tasks.remove(ann.id, gone.id), TaskNotFound);
  CHECK(same(connection.tasks.find(ann.id, kept.id), kept));
}

TEST_CASE_FIXTURE(
    TasksOfTwo,
    "store/sqlite/task_table: a change touches what it names, and returns what is kept") {
  Task task = new_task(ann, "old");
  task.description = "words";
  connection.tasks.add(task);
  clock.advance(1s);

  const Task renamed = change(task, {.content = {.title = "new"}});
  CHECK(renamed.title == "new");
  CHECK(renamed.description == "words");
  CHECK_FALSE(renamed.is_completed);
  CHECK(renamed.user_id == ann.id);
  CHECK(renamed.created_at == task.created_at);
  CHECK(renamed.updated_at == clock.now());
  CHECK(same(connection.tasks.find(ann.id, task.id), renamed));

  CHECK(change(task, {.content = {.title = ""}}).title.empty());
}

TEST_CASE_FIXTURE(TasksOfTwo, "store/sqlite/task_table: a description is set, kept and cleared") {
  const Task task = add_task(ann, "title");
  CHECK(change(task, {.content = {.description = "words"}}).description == "words");
  CHECK(change(task, {.content = {.title = "new"}}).description == "words");
  CHECK(change(task, {.content = {.description = ""}}).description == "");
  CHECK_FALSE(change(task, {.content = {.description = std::optional<std::string>()}}).description);
  CHECK(connection.tasks.find(ann.id, task.id).title == "new");
}

TEST_CASE_FIXTURE(
    TasksOfTwo,
    "store/sqlite/task_table: a due date, a reminder and a priority are set, kept and "
    "cleared, each by itself") {
  Task task = add_task(ann, "title");
  const auto check_change = [&](const TaskContentChange& content) {
    task.updated_at += 1us;
    CHECK(same(change(task, {.content = content}), task));
    CHECK(same(connection.tasks.find(ann.id, task.id), task));
  };
  check_change({});
  for (const support::DateOrTime& due : {support::DateOrTime(support::Date(std::chrono::days(-1))),
                                         support::DateOrTime(support::LocalTime(61s)),
                                         support::DateOrTime(support::Timestamp(-1us))}) {
    task.due_date = due;
    check_change({.due_date = due});
  }
  task.remind_at = clock.now();
  check_change({.remind_at = task.remind_at});
  for (const Priority priority :
       {Priority::low, Priority::medium, Priority::high, Priority::urgent}) {
    task.priority = priority;
    check_change({.priority = priority});
  }
  task.recurrence = "FREQ=DAILY";
  check_change({.recurrence = task.recurrence});
  task.recurrence_from = RecurrenceFrom::completion;
  check_change({.recurrence_from = RecurrenceFrom::completion});
  task.recurrence_from = RecurrenceFrom::due;
  check_change({.recurrence_from = RecurrenceFrom::due});
  task.recurrence = {};
  check_change({.recurrence = std::optional<std::string>()});
  task.due_date = {};
  check_change({.due_date = std::optional<support::DateOrTime>()});
  task.priority = {};
  check_change({.priority = std::optional<Priority>()});
  task.remind_at = {};
  check_change({.remind_at = std::optional<support::Timestamp>()});
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: a task knows when it was completed, until it is open "
                  "again") {
  const Task task = add_task(ann, "title");
  const auto after = [&](Completion completion) {
    return change(task, {.completion = completion});
  };
  CHECK_FALSE(after(Completion::keep).completed_at);
  CHECK_FALSE(after(Completion::open).completed_at);
  clock.advance(1h);
  const auto moment = clock.now();
  CHECK(after(Completion::toggle).completed_at == moment);
  clock.advance(1h);
  CHECK(after(Completion::completed).completed_at == moment);
  CHECK(after(Completion::keep).completed_at == moment);
  CHECK_FALSE(after(Completion::toggle).completed_at);
  const Task again = after(Completion::completed);
  CHECK(again.completed_at == again.updated_at);
  CHECK_FALSE(after(Completion::open).completed_at);
}

TEST_CASE_FIXTURE(
    TasksOfTwo, "store/sqlite/task_table: which task follows is noted, and kept through changes") {
  Task task = add_task(ann, "first");
  const Task other = add_task(ann, "other");
  const Task next = add_task(ann, "second");
  task.next_task_id = next.id;
  connection.tasks.set_next(task);
  CHECK(same(connection.tasks.find(ann.id, task.id), task));
  CHECK(same(connection.tasks.find(ann.id, other.id), other));
  CHECK(change(task, {.completion = Completion::toggle}).next_task_id == next.id);
}

TEST_CASE_FIXTURE(TasksOfTwo, "store/sqlite/task_table: completion is set, kept and toggled") {
  const Task task = add_task(ann, "title");
  const auto after = [&](Completion completion) {
    return change(task, {.completion = completion}).is_completed;
  };
  CHECK_FALSE(after(Completion::keep));
  CHECK_FALSE(after(Completion::open));
  CHECK(after(Completion::toggle));
  CHECK(after(Completion::keep));
  CHECK_FALSE(after(Completion::toggle));
  CHECK(after(Completion::completed));
  CHECK(after(Completion::completed));
  CHECK_FALSE(after(Completion::open));
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: the time of change rises though the clock stands still "
                  "or goes back") {
  const Task task = add_task(ann, "title");
  auto last = task.updated_at;
  for (const auto step : {0us, 0us, -1'000'000us, 0us, 500'000us, -3'600'000'000us}) {
    clock.advance(step);
    const Task changed = change(task, {});
    CHECK(changed.updated_at == last + 1us);
    CHECK(changed.created_at == task.created_at);
    last = changed.updated_at;
  }
  clock.set(last + 1h);
  CHECK(change(task, {}).updated_at == last + 1h);
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: the list is the owner's, newest first, though all are "
                  "of one millisecond") {
  for (const char* title : {"a", "b", "c", "d", "e"}) {
    add_task(ann, title);
    add_task(bob, "his");
  }
  CHECK(titles_of(list(ann)) == "e d c b a");
  CHECK(list(ann).total == 5);
  CHECK(titles_of(list(bob)) == "his his his his his");
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: a change does not move a task in the list") {
  const Task first = add_task(ann, "a");
  add_task(ann, "b");
  clock.advance(1h);
  change(first, {.content = {.title = "changed"}});
  CHECK(titles_of(list(ann)) == "b changed");
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: a page can begin after a task, be it there or not") {
  std::vector<Task> tasks;
  for (char c = 'a'; c <= 'g'; ++c) tasks.push_back(add_task(ann, std::string(1, c), c % 2 == 0));
  const auto page_after = [&](const Task& task, std::int64_t limit,
                              std::optional<bool> completed = {}, std::int64_t offset = 0) {
    return list(ann.id, {.limit = limit,
                         .offset = offset,
                         .completed = completed,
                         .after = TaskPlace{.id = task.id}});
  };
  connection.tasks.remove(ann.id, tasks[4].id);
  CHECK(titles_of(page_after(tasks[4], 3)) == "d c b");
  CHECK(page_after(tasks[4], 3).last);
  CHECK(page_after(tasks[4], 3).total == 6);
  CHECK(titles_of(page_after(tasks[4], 4)) == "d c b a");
  CHECK_FALSE(page_after(tasks[4], 4).last);
  CHECK(titles_of(page_after(tasks[4], 100, false)) == "c a");
  CHECK(titles_of(page_after(tasks[6], 1, true)) == "f");
  CHECK(page_after(tasks[6], 1, true).last);
  CHECK_FALSE(page_after(tasks[6], 3, true).last);
  CHECK(titles_of(page_after(tasks[6], 2, {}, 1)) == "d c");
  CHECK(titles_of(page_after(tasks[0], 2)).empty());
  CHECK_FALSE(page_after(tasks[0], 2).last);
  CHECK(titles_of(list(bob.id, {.limit = 2, .after = TaskPlace{.id = tasks[6].id}})).empty());
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: pages follow each other without gap or repetition, and "
                  "know the total") {
  for (char c = 'a'; c <= 'g'; ++c) add_task(ann, std::string(1, c));
  CHECK(titles_of(list(ann, 3, 0)) == "g f e");
  CHECK(titles_of(list(ann, 3, 3)) == "d c b");
  CHECK(titles_of(list(ann, 3, 6)) == "a");
  for (const std::int64_t offset : {std::int64_t{7}, std::int64_t{8}, std::int64_t{1} << 40,
                                    std::numeric_limits<std::int64_t>::max()}) {
    const TaskPage past = list(ann, 3, offset);
    CHECK(past.tasks.empty());
    CHECK(past.total == 7);
  }
}

TEST_CASE_FIXTURE(
    TasksOfTwo,
    "store/sqlite/task_table: the list is filtered by completion, its total and its pages too") {
  for (char c = 'a'; c <= 'g'; ++c) add_task(ann, std::string(1, c), c % 2 == 0);
  CHECK(titles_of(list(ann, 100, 0, true)) == "f d b");
  CHECK(list(ann, 100, 0, true).total == 3);
  CHECK(titles_of(list(ann, 100, 0, false)) == "g e c a");
  CHECK(list(ann, 100, 0, false).total == 4);
  CHECK(titles_of(list(ann, 2, 2, false)) == "c a");
  CHECK(titles_of(list(ann, 2, 1, true)) == "d b");
  CHECK(list(ann, 2, 3, true).tasks.empty());
  CHECK(list(ann, 2, 3, true).total == 3);
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: who has no tasks, or is not there, has an empty list") {
  add_task(ann, "hers");
  for (const auto& user : {bob.id, ids.next()}) {
    for (const std::optional<bool> completed : {std::optional<bool>(), {true}, {false}}) {
      const TaskPage page = list(user, {10, 0, completed});
      CHECK(page.tasks.empty());
      CHECK(page.total == 0);
    }
  }
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: totals stay right through every kind of change") {
  std::vector<Task> tasks;
  for (int i = 0; i < 6; ++i) tasks.push_back(add_task(ann, "task", i % 3 == 0));
  add_task(bob, "his", true);
  REQUIRE(totals_are_right());
  for (const Completion completion :
       {Completion::toggle, Completion::completed, Completion::completed, Completion::keep,
        Completion::open, Completion::open, Completion::toggle}) {
    for (const Task& task : tasks) {
      change(task, {.content = {.title = "changed"}, .completion = completion});
      REQUIRE(totals_are_right());
    }
  }
  for (const Task& task : tasks) {
    connection.tasks.remove(ann.id, task.id);
    REQUIRE(totals_are_right());
  }
  CHECK(list(ann).total == 0);
  CHECK(list(bob, 10, 0, true).total == 1);
}

TEST_CASE_FIXTURE(
    TasksOfTwo,
    "store/sqlite/task_table: with a user go their tasks and totals, and nobody else's") {
  for (int i = 0; i < 5; ++i) add_task(ann, "hers", i % 2 == 0);
  add_task(bob, "his", true);
  connection.database().exec("DELETE FROM users WHERE email = 'ann@example.com'");
  CHECK(count("tasks") == 6);
  remove_leftovers();
  CHECK(count("tasks") == 1);
  CHECK(count("task_totals") == 1);
  CHECK(totals_are_right());
  CHECK(list(bob).total == 1);
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: tasks that are added at once are as if they were added "
                  "one by one") {
  OpenDatabase other;
  other.connection.users.add(ann, "hash");
  std::vector<Task> tasks;
  for (int i = 0; i < 100; ++i) {
    Task task = new_task(ann, "Task \u00c9 " + std::to_string(i % 7), i % 3 == 0);
    if (i % 2 == 0) task.description = "text";
    if (i % 3 == 0) task.completed_at = clock.now();
    if (i % 4 == 0) task.due_date = support::Date(std::chrono::days(i));
    if (i % 5 == 0) task.tags = {i % 2 == 0 ? "Home" : "home", "t" + std::to_string(i)};
    if (i % 6 == 0) task.recurrence = "FREQ=DAILY";
    if (i % 7 == 0) task.parent_task_id = ann.id;
    if (i % 8 == 0) task.priority = Priority::low;
    if (i % 20 == 0) clock.advance(1ms);
    tasks.push_back(task);
  }
  const auto rows_of = [](DatabaseConnection& of) {
    std::string all;
    for (const char* sql :
         {"SELECT quote(id) || quote(title) || quote(description) || is_completed || created_at ||"
          " updated_at || revision || has_details || quote(completed_at) || quote(due_date) ||"
          " quote(priority) || quote(tags) || quote(recurrence) || quote(parent_task_id) ||"
          " quote(title_key) || search_id FROM tasks ORDER BY id",
          "SELECT quote(key) || is_completed || quote(id) FROM task_tags ORDER BY key, id",
          "SELECT key || name || open || ' ' || total FROM tags ORDER BY key",
          "SELECT total || ' ' || completed || ' ' || revision FROM task_totals ORDER BY total",
          "SELECT term || doc || col || offset FROM task_terms ORDER BY term, doc, col, offset"}) {
      SQLite::Statement rows(of.database(), sql);
      while (rows.executeStep()) all += rows.getColumn(0).getString() + '\n';
    }
    return all;
  };
  for (const Task& task : tasks) connection.tasks.add(task);
  connection.write_noted();
  connection.users.remove(bob.id);
  const std::size_t half = tasks.size() / 2;
  std::vector<Task> first(tasks.begin(), tasks.begin() + static_cast<std::ptrdiff_t>(half));
  std::vector<Task> second(tasks.begin() + static_cast<std::ptrdiff_t>(half), tasks.end());
  std::vector<Task> none;
  other.connection.tasks.add_all(none);
  other.connection.tasks.add_all(first);
  other.connection.tasks.add_all(second);
  other.connection.write_noted();
  const std::string expected = rows_of(connection);
  CHECK(rows_of(other.connection) == expected);
  CHECK(std::count(expected.begin(), expected.end(), '\n') > 300);
  CHECK(second.back().revision == 100);
  CHECK(first[15].tags.front() == "Home");

  // Nothing of it where one of them cannot be added, once the transaction is rolled back.
  std::vector<Task> taken = {new_task(ann, "new"), tasks[3]};
  CHECK_THROWS_AS(other.connection.tasks.add_all(taken), SQLite::Exception);
  std::vector<Task> orphans = {new_task(new_user("eve@example.com"), "orphan")};
  CHECK_THROWS_AS(other.connection.tasks.add_all(orphans), UserNotFound);
}

TEST_CASE_FIXTURE(
    TasksOfTwo,
    "store/sqlite/task_table: a task needs an owner who is there, and an id of its own") {
  CHECK_THROWS_AS(connection.tasks.add(new_task(new_user("eve@example.com"), "orphan")),
                  UserNotFound);
  const Task task = add_task(ann, "first");
  Task twin = new_task(bob, "twin");
  twin.id = task.id;
  CHECK_THROWS_AS(connection.tasks.add(twin), SQLite::Exception);
  CHECK(count("tasks") == 1);
  CHECK(totals_are_right());
}

TEST_CASE_FIXTURE(
    TasksOfTwo,
    "store/sqlite/task_table: every query is a search in an index, with no scan and no sorting") {
  const Task task = add_task(ann, "task", true);
  CHECK_THROWS_AS(connection.tasks.find(bob.id, task.id), NotTheOwner);  // "exists"
  change(task, {.content = {.title = "changed"}});
  connection.tasks.set_next(task);
  connection.tasks.remove(ann.id, task.id);
  connection.write_noted();
  connection.users.find_credentials("ann@example.com");
  connection.users.set_password_hash(ann.id, *connection.users.password_hash(ann.id));
  connection.check.lend().step();

  const auto all = plans();
  CHECK(all.size() == 14);
  for (const auto& [sql, plan] : all) {
    CAPTURE(sql);
    CAPTURE(plan);
    CHECK(plan.starts_with("SEARCH"));
    // One step; another one where the owner must be there, too.
    const bool has_second = sql.find("CROSS JOIN users") != std::string::npos;
    CHECK((plan.find('\n') == plan.size() - 1) != has_second);
    CHECK(plan.find("SCAN") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
  }
}

TEST_CASE_FIXTURE(TasksOfTwo,
                  "store/sqlite/task_table: each query uses the key that was made for it") {
  const Task task = add_task(ann, "task", true);
  CHECK_THROWS_AS(connection.tasks.find(bob.id, task.id), NotTheOwner);
  const auto plan_of = [all = plans()](const std::string& part) {
    for (const auto& [sql, plan] : all) {
      if (sql.find(part) != std::string::npos) return plan;
    }
    return std::string("no such query");
  };
  const auto uses = [&](const std::string& query, const std::string& key) {
    CAPTURE(query);
    CAPTURE(plan_of(query));
    CHECK(plan_of(query).find(key) != std::string::npos);
  };
  uses("NOT INDEXED WHERE owner = ? AND id = ?", "PRIMARY KEY (owner=? AND id=?)");
  uses("SELECT 1 FROM tasks AS t", "COVERING INDEX tasks_by_id (id=?)");
  uses("FROM task_totals WHERE owner = ?", "INTEGER PRIMARY KEY (rowid=?)");
  uses("SELECT number FROM users", "PRIMARY KEY (id=?)");
}

TEST_CASE_FIXTURE(
    TasksOfTwo,
    "store/sqlite/task_table: a change writes only the columns that differ, and keeps "
    "a few statements for that") {
  const auto updates = [&] {
    std::vector<std::string> all;
    for (const auto& [sql, plan] : plans()) {
      if (sql.starts_with("UPDATE OR FAIL tasks ")) all.push_back(sql);
    }
    return all;
  };
  const Task task = add_task(ann, "task");
  change(task, {.content = {.title = "task", .description = "new"}});
  REQUIRE(updates().size() == 1);
  CHECK(updates()[0].find("SET updated_at = ?, revision = ?, description = ? WHERE") !=
        std::string::npos);
  for (unsigned set = 0; set < 64; ++set) {
    const std::string value = std::to_string(set);
    TaskChange to;
    if (set & 1) to.content.title = value;
    if (set & 2) to.content.description = value;
    if (set & 4) to.content.tags = std::vector<std::string>{value};
    if (set & 8) to.content.recurrence = value;
    if (set & 16) to.content.remind_at = clock.now() + std::chrono::seconds(set);
    if (set & 32) to.completion = Completion::toggle;
    const Task changed = change(task, to);
    CHECK(same(connection.tasks.find(ann.id, task.id), changed));
    CHECK(connection.tasks.find(ann.id, task.id).revision == changed.revision);
  }
  CHECK(updates().size() == 32);
}

}  // namespace taskdock::store::sqlite
