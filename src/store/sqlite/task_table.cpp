#include "store/sqlite/task_table.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "store/errors.h"

// The user of a request may have been deleted before its change is made.
#define NOT_A_LEFTOVER(owner) "NOT EXISTS (SELECT 1 FROM deleted_users WHERE id = " owner ")"

namespace taskdock::store::sqlite {

namespace {

// No task has this id (RFC 9562, 5.10).
constexpr support::Uuid beyond_all = [] {
  support::Uuid id;
  id.bytes.fill(0xff);
  return id;
}();

// The columns of a task's content are task_members: what is selected, inserted, changed, bound and
// read follows from that list.

template <class Content, class Visit>
void for_each_content_column(Visit visit) {
  std::apply([&](const auto&... columns) { (visit(columns), ...); }, task_members<Content>);
}

/// What `describe` makes of the name of each of the content's columns, in one string.
template <class Describe>
std::string list_content(Describe describe) {
  std::string list;
  for_each_content_column<TaskContent>(
      [&](const auto& column) { list += describe(std::string(column.name)); });
  return list;
}

/// What read_task reads, in its order: all but the owner, whom the caller knows.
const std::string columns = list_content([](const std::string& name) { return name + ", "; }) +
                            "id, is_completed, created_at, updated_at, completed_at,"
                            " parent_task_id, next_task_id";

const std::string insert_sql = "INSERT INTO tasks (" + columns + ", user_id) VALUES (" +
                               list_content([](const std::string&) { return "?, "; }) +
                               "?, ?, ?, ?, ?, ?, ?, ?)";

// By itself SQLite would search tasks_by_id and then the table, here and below; NOT INDEXED makes
// it search the primary key.
const std::string find_sql =
    "SELECT " + columns + " FROM tasks NOT INDEXED WHERE user_id = ? AND id = ?";

// What a change makes of a task's updated_at and is_completed.
#define TIME_OF_CHANGE "max(?1, updated_at + 1)"
#define COMPLETION_AFTER_CHANGE \
  "CASE ?2 WHEN 0 THEN is_completed WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE 1 - is_completed END"

/// Each column of the content has two parameters: whether it changes, and to what. ?1 is the time,
/// which moves on every change and never back, whatever the clock does; ?2 a
/// TaskChange::Completion; ?3 the owner and ?4 the task.
const std::string change_sql =
    "UPDATE tasks NOT INDEXED SET updated_at = " TIME_OF_CHANGE "," +
    list_content([parameter = 5](const std::string& name) mutable {
      const std::string changes = '?' + std::to_string(parameter++);
      const std::string value = '?' + std::to_string(parameter++);
      return ' ' + name + " = iif(" + changes + ", " + value + ", " + name + "),";
    }) +
    " is_completed = " COMPLETION_AFTER_CHANGE ", completed_at = iif(" COMPLETION_AFTER_CHANGE
    ", coalesce(completed_at, " TIME_OF_CHANGE
    "), NULL)"
    " WHERE user_id = ?3 AND id = ?4 AND " NOT_A_LEFTOVER("?3") " RETURNING " +
    columns;

const std::string list_sql = "SELECT " + columns +
                             " FROM tasks WHERE user_id = ? AND id < ?"
                             " ORDER BY id DESC LIMIT ? OFFSET ?";

// By itself SQLite would read the tasks of both kinds and skip those of the other kind.
const std::string list_by_completion_sql = "SELECT " + columns +
                                           " FROM tasks INDEXED BY tasks_by_completion"
                                           " WHERE user_id = ? AND is_completed = ? AND id < ?"
                                           " ORDER BY id DESC LIMIT ? OFFSET ?";

/// Reads the task in `row`, which is the owner's, into `task`.
void read_task(LentStatement& row, const support::Uuid& owner, Task& task) {
  task.user_id = owner;
  for_each_content_column<TaskContent>([&](const auto& column) { row.read(task.*column.member); });
  task.id = row.uuid();
  task.is_completed = row.integer() != 0;
  task.created_at = row.timestamp();
  task.updated_at = row.timestamp();
  row.read(task.completed_at);
  row.read(task.parent_task_id);
  row.read(task.next_task_id);
}

Task read_task(LentStatement& row, const support::Uuid& owner) {
  Task task;
  read_task(row, owner, task);
  return task;
}

}  // namespace

TaskTable::TaskTable(SQLite::Database& database)
    : insert_(database, insert_sql.c_str()),
      find_(database, find_sql.c_str()),
      // A task whose owner was deleted is a leftover, and does not exist for anybody.
      exists_(database,
              "SELECT 1 FROM tasks AS t INDEXED BY tasks_by_id CROSS JOIN users AS u"
              " ON u.id = t.user_id WHERE t.id = ?"),
      has_id_(database, "SELECT 1 FROM tasks INDEXED BY tasks_by_id WHERE id = ?"),
      change_(database, change_sql.c_str()),
      set_next_(database,
                "UPDATE tasks NOT INDEXED SET next_task_id = ? WHERE user_id = ? AND id = ?"),
      remove_(database,
              "DELETE FROM tasks NOT INDEXED WHERE user_id = ?1 AND id = ?2 AND " NOT_A_LEFTOVER(
                  "?1") " RETURNING id"),
      list_(database, list_sql.c_str()),
      list_by_completion_(database, list_by_completion_sql.c_str()),
      totals_(database, "SELECT total, completed FROM task_totals WHERE user_id = ?"),
      largest_id_(database, "SELECT max(id) FROM tasks INDEXED BY tasks_by_id") {}

void TaskTable::add(const Task& task) {
  LentStatement insert = insert_.lend();
  for_each_content_column<TaskContent>(
      [&](const auto& column) { insert.bind(task.*column.member); });
  insert.bind(task.id)
      .bind(std::int64_t{task.is_completed})
      .bind(task.created_at)
      .bind(task.updated_at)
      .bind(task.completed_at)
      .bind(task.parent_task_id)
      .bind(task.next_task_id)
      .bind(task.user_id);
  try {
    insert.step();
  } catch (const SQLite::Exception& error) {
    // Only tasks_inserted raises it: the owner was deleted after the request came in.
    if (error.getExtendedErrorCode() == SQLITE_CONSTRAINT_TRIGGER) throw UserNotFound();
    throw;
  }
}

std::optional<Task> TaskTable::find_own(const support::Uuid& owner, const support::Uuid& id) {
  LentStatement find = find_.lend();
  if (!find.bind(owner).bind(id).step()) return std::nullopt;
  return read_task(find, owner);
}

bool TaskTable::has_id(const support::Uuid& id) {
  return has_id_.lend().bind(id).step();
}

Task TaskTable::find(const support::Uuid& owner, const support::Uuid& id) {
  LentStatement find = find_.lend();
  if (!find.bind(owner).bind(id).step()) throw_missing(id);
  return read_task(find, owner);
}

Task TaskTable::change(const support::Uuid& owner, const support::Uuid& id,
                       const TaskChange& change, support::Timestamp now) {
  static_assert(static_cast<int>(TaskChange::Completion::keep) == 0 &&
                static_cast<int>(TaskChange::Completion::open) == 1 &&
                static_cast<int>(TaskChange::Completion::completed) == 2);
  LentStatement update = change_.lend();
  update.bind(now).bind(static_cast<std::int64_t>(change.completion)).bind(owner).bind(id);
  for_each_content_column<TaskContentChange>([&](const auto& column) {
    const auto& value = change.content.*column.member;
    update.bind(std::int64_t{value.has_value()});
    if (value) {
      update.bind(*value);
    } else {
      update.bind_null();
    }
  });
  if (!update.step()) throw_missing(id);
  return read_task(update, owner);
}

void TaskTable::set_next(const Task& task, const support::Uuid& next) {
  set_next_.lend().bind(next).bind(task.user_id).bind(task.id).step();
}

void TaskTable::remove(const support::Uuid& owner, const support::Uuid& id) {
  if (!remove_.lend().bind(owner).bind(id).step()) throw_missing(id);
}

std::int64_t TaskTable::count(const support::Uuid& owner) {
  LentStatement totals = totals_.lend();
  return totals.bind(owner).step() ? totals.integer() : 0;
}

std::optional<support::Uuid> TaskTable::largest_id() {
  LentStatement largest = largest_id_.lend();
  largest.step();
  return largest.optional_uuid();
}

TaskPage TaskTable::list(const support::Uuid& owner, const TaskQuery& query) {
  TaskPage page;
  {
    LentStatement totals = totals_.lend();
    if (totals.bind(owner).step()) {
      const std::int64_t total = totals.integer();
      const std::int64_t completed = totals.integer();
      page.total = !query.completed ? total : *query.completed ? completed : total - completed;
    }
  }
  // There is nothing to find, and an offset costs a step for each task that it skips.
  if (query.offset >= page.total) return page;

  const support::Uuid older_than = query.older_than.value_or(beyond_all);
  LentStatement list = (query.completed ? list_by_completion_ : list_).lend();
  list.bind(owner);
  if (query.completed) list.bind(std::int64_t{*query.completed});
  list.bind(older_than).bind(query.limit + 1).bind(query.offset);
  page.tasks.reserve(static_cast<std::size_t>(std::min(query.limit, page.total - query.offset)));
  while (list.step()) {
    page.has_more = std::cmp_equal(page.tasks.size(), query.limit);
    if (page.has_more) break;
    read_task(list, owner, page.tasks.emplace_back());
  }
  return page;
}

void TaskTable::throw_missing(const support::Uuid& id) {
  if (exists_.lend().bind(id).step()) throw NotTheOwner();
  throw TaskNotFound();
}

}  // namespace taskdock::store::sqlite
