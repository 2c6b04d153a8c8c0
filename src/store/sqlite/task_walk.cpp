#include "store/sqlite/task_walk.h"

#include <string>
#include <utility>

#include "store/sqlite/task_row.h"

namespace taskdock::store::sqlite {

namespace {

// NOT INDEXED makes SQLite walk along the primary key. No id is below that of zeros, with which a
// walk begins, and none is it.
const std::string walk_sql =
    "SELECT " + selected_task() + " FROM tasks NOT INDEXED WHERE owner = ? AND id > ? ORDER BY id";

const std::string walk_trash_sql = "SELECT " + selected_task() +
                                   ", deleted_at FROM trash NOT INDEXED"
                                   " WHERE owner = ? AND id > ? AND deleted_at >= ? ORDER BY id";

}  // namespace

TaskWalk::TaskWalk(SQLite::Database& database, UserNumbers& numbers)
    : numbers_(numbers),
      tasks_(database, walk_sql.c_str()),
      trash_(database, walk_trash_sql.c_str()),
      holder_(database,
              "SELECT (SELECT owner FROM tasks INDEXED BY tasks_by_id WHERE id = ?1),"
              " (SELECT owner FROM trash INDEXED BY trash_by_id WHERE id = ?1),"
              " (SELECT owner FROM tombstones INDEXED BY tombstones_by_id WHERE id = ?1)") {}

void TaskWalk::walk(const support::Uuid& owner, const std::optional<support::Uuid>& after,
                    const TaskVisitor& visit) {
  const support::Uuid start = after.value_or(support::Uuid{});
  LentStatement row = tasks_.lend();
  row.bind(numbers_.of(owner)).bind(start);
  while (row.step()) {
    if (!visit(read_task(row, owner))) break;
  }
}

void TaskWalk::walk_trash(const support::Uuid& owner, const std::optional<support::Uuid>& after,
                          support::Timestamp deleted_since, const TrashVisitor& visit) {
  const support::Uuid start = after.value_or(support::Uuid{});
  LentStatement row = trash_.lend();
  row.bind(numbers_.of(owner)).bind(start).bind(deleted_since);
  while (row.step()) {
    TrashedTask task{read_task(row, owner), {}};
    task.deleted_at = row.timestamp();
    if (!visit(std::move(task))) break;
  }
}

IdHolder TaskWalk::holder_of(const support::Uuid& owner, const support::Uuid& id) {
  const UserNumber number = numbers_.of(owner);
  LentStatement holder = holder_.lend();
  holder.bind(id).step();
  for (const IdHolder own : {IdHolder::own_task, IdHolder::own_trash, IdHolder::own_deleted}) {
    const auto user = holder.column<std::optional<UserNumber>>();
    if (user) return *user == number ? own : IdHolder::another;
  }
  return IdHolder::nobody;
}

}  // namespace taskdock::store::sqlite
