#include "store/sqlite/task_table.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <utility>

#include "store/errors.h"

// What read_task reads, in its order.
#define TASK_COLUMNS "id, title, description, is_completed, user_id, created_at, updated_at"

// Whoever was there when the request came in may be gone when the change is made.
#define NOT_A_LEFTOVER(owner) "NOT EXISTS (SELECT 1 FROM deleted_users WHERE id = " owner ")"

namespace taskdock::store::sqlite {

namespace {

// No task has this id (RFC 9562, 5.10).
constexpr support::Uuid beyond_all = [] {
  support::Uuid id;
  id.bytes.fill(0xff);
  return id;
}();

Task read_task(LentStatement& row) {
  Task task;
  task.id = row.uuid();
  task.title = row.text();
  task.description = row.optional_text();
  task.is_completed = row.integer() != 0;
  task.user_id = row.uuid();
  task.created_at = row.timestamp();
  task.updated_at = row.timestamp();
  return task;
}

}  // namespace

TaskTable::TaskTable(SQLite::Database& database)
    : insert_(database, "INSERT INTO tasks (" TASK_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)"),
      // Left to itself SQLite would go by tasks_by_id and search the table after it, here and
      // below; NOT INDEXED leaves the table's own key.
      find_(database,
            "SELECT " TASK_COLUMNS " FROM tasks NOT INDEXED WHERE user_id = ? AND id = ?"),
      // A task whose owner has gone is a leftover: it exists for nobody.
      exists_(database,
              "SELECT 1 FROM tasks AS t INDEXED BY tasks_by_id CROSS JOIN users AS u"
              " ON u.id = t.user_id WHERE t.id = ?"),
      // ?4 is a TaskChange::Completion. The time moves on every change and never back, whatever the
      // clock does.
      change_(
          database,
          "UPDATE tasks NOT INDEXED SET"
          " title = coalesce(?1, title),"
          " description = iif(?2, ?3, description),"
          " is_completed = CASE ?4 WHEN 0 THEN is_completed WHEN 1 THEN 0 WHEN 2 THEN 1"
          " ELSE 1 - is_completed END,"
          " updated_at = max(?5, updated_at + 1)"
          " WHERE user_id = ?6 AND id = ?7 AND " NOT_A_LEFTOVER("?6") " RETURNING " TASK_COLUMNS),
      remove_(database,
              "DELETE FROM tasks NOT INDEXED WHERE user_id = ?1 AND id = ?2 AND " NOT_A_LEFTOVER(
                  "?1") " RETURNING id"),
      list_(database, "SELECT " TASK_COLUMNS
                      " FROM tasks WHERE user_id = ? AND id < ?"
                      " ORDER BY id DESC LIMIT ? OFFSET ?"),
      // Left to itself SQLite would walk the list of both kinds and pass over the other one.
      list_by_completion_(database, "SELECT " TASK_COLUMNS
                                    " FROM tasks INDEXED BY tasks_by_completion"
                                    " WHERE user_id = ? AND is_completed = ? AND id < ?"
                                    " ORDER BY id DESC LIMIT ? OFFSET ?"),
      totals_(database, "SELECT total, completed FROM task_totals WHERE user_id = ?"),
      largest_id_(database, "SELECT max(id) FROM tasks INDEXED BY tasks_by_id") {}

void TaskTable::add(const Task& task) {
  LentStatement insert = insert_.lend();
  insert.bind(task.id)
      .bind(task.title)
      .bind(task.description)
      .bind(std::int64_t{task.is_completed})
      .bind(task.user_id)
      .bind(task.created_at)
      .bind(task.updated_at);
  try {
    insert.step();
  } catch (const SQLite::Exception& error) {
    // Raised by tasks_inserted alone. The owner was there when the request came in.
    if (error.getExtendedErrorCode() == SQLITE_CONSTRAINT_TRIGGER) throw UserNotFound();
    throw;
  }
}

Task TaskTable::find(const support::Uuid& owner, const support::Uuid& id) {
  LentStatement find = find_.lend();
  if (!find.bind(owner).bind(id).step()) throw_missing(id);
  return read_task(find);
}

Task TaskTable::change(const support::Uuid& owner, const support::Uuid& id,
                       const TaskChange& change, support::Timestamp now) {
  static_assert(static_cast<int>(TaskChange::Completion::keep) == 0 &&
                static_cast<int>(TaskChange::Completion::open) == 1 &&
                static_cast<int>(TaskChange::Completion::completed) == 2);
  static const std::optional<std::string> none;
  LentStatement update = change_.lend();
  update.bind(change.title)
      .bind(std::int64_t{change.description.has_value()})
      .bind(change.description ? *change.description : none)
      .bind(static_cast<std::int64_t>(change.completion))
      .bind(now)
      .bind(owner)
      .bind(id);
  if (!update.step()) throw_missing(id);
  return read_task(update);
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
  // Nothing to find there, and an offset costs a step for each task it passes over.
  if (query.offset >= page.total) return page;

  const support::Uuid older_than = query.older_than.value_or(beyond_all);
  LentStatement list = (query.completed ? list_by_completion_ : list_).lend();
  list.bind(owner);
  if (query.completed) list.bind(std::int64_t{*query.completed});
  list.bind(older_than).bind(query.limit + 1).bind(query.offset);
  while (list.step()) {
    page.has_more = std::cmp_equal(page.tasks.size(), query.limit);
    if (page.has_more) break;
    page.tasks.push_back(read_task(list));
  }
  return page;
}

void TaskTable::throw_missing(const support::Uuid& id) {
  if (exists_.lend().bind(id).step()) throw NotTheOwner();
  throw TaskNotFound();
}

}  // namespace taskdock::store::sqlite
