#include "store/sqlite/trash_table.h"

#include <string>
#include <utility>

#include "store/errors.h"
#include "store/sqlite/task_row.h"

namespace taskdock::store::sqlite {

namespace {

const std::string trash_insert_sql = "INSERT INTO trash (" + task_columns() +
                                     ", owner, deleted_at) VALUES (" + task_parameters() +
                                     ", ?, ?)";

// NOT INDEXED makes SQLite search the primary key, here and below.
const std::string trash_find_sql = "SELECT " + selected_task() +
                                   " FROM trash NOT INDEXED"
                                   " WHERE owner = ? AND id = ? AND deleted_at >= ?";

const std::string trash_list_sql = "SELECT " + selected_task() +
                                   ", deleted_at FROM trash INDEXED BY trash_by_user_and_deletion"
                                   " WHERE owner = ? AND deleted_at >= ?"
                                   " AND (deleted_at, id) < (?, ?)"
                                   " ORDER BY deleted_at DESC, id DESC LIMIT ? OFFSET ?";

}  // namespace

TrashTable::TrashTable(SQLite::Database& database, UserNumbers& numbers, TotalTable& totals)
    : numbers_(numbers),
      totals_(totals),
      insert_(database, trash_insert_sql.c_str()),
      find_(database, trash_find_sql.c_str()),
      exists_(database,
              "SELECT t.owner FROM trash AS t INDEXED BY trash_by_id CROSS JOIN users AS u"
              " ON u.number = t.owner WHERE t.id = ?"),
      has_id_(database, "SELECT 1 FROM trash INDEXED BY trash_by_id WHERE id = ?"),
      remove_(database, "DELETE FROM trash NOT INDEXED WHERE owner = ? AND id = ? RETURNING id"),
      remove_oldest_(database,
                     "DELETE FROM trash NOT INDEXED WHERE owner = ?1 AND id ="
                     " (SELECT id FROM trash INDEXED BY trash_by_user_and_deletion"
                     " WHERE owner = ?1 ORDER BY deleted_at, id LIMIT 1)"),
      remove_all_(database, "DELETE FROM trash NOT INDEXED WHERE owner = ?"),
      any_before_(database,
                  "SELECT 1 FROM trash INDEXED BY trash_by_deletion WHERE deleted_at < ? LIMIT 1"),
      remove_before_(
          database,
          "DELETE FROM trash WHERE id IN (SELECT id FROM trash INDEXED BY trash_by_deletion"
          " WHERE deleted_at < ? ORDER BY deleted_at LIMIT ?) RETURNING owner"),
      list_(database, trash_list_sql.c_str()),
      // What was deleted too long ago is soon removed: there is little of it to count.
      count_(database,
             "SELECT trash - (SELECT count(*) FROM trash INDEXED BY trash_by_user_and_deletion"
             " WHERE owner = ?1 AND deleted_at < ?2)"
             " FROM task_totals WHERE owner = ?1"),
      largest_id_(database, "SELECT max(id) FROM trash INDEXED BY trash_by_id") {}

void TrashTable::add(const TrashedTask& task) {
  TaskTotals totals = totals_.current(task.user_id).value();
  LentStatement insert = insert_.lend();
  bind_task(insert, task);
  insert.bind(numbers_.of(task.user_id)).bind(task.deleted_at).step();
  ++totals.trash;
  totals.revision = task.revision;
  totals_.set(task.user_id, totals);
}

void TrashTable::note_removed(const support::Uuid& owner, std::int64_t count) {
  auto totals = totals_.current(owner);
  // What is left of a deleted owner is not counted.
  if (!totals) return;
  totals->trash -= count;
  totals_.set(owner, *totals);
}

std::optional<Task> TrashTable::find(const support::Uuid& owner, const support::Uuid& id,
                                     support::Timestamp deleted_since) {
  LentStatement find = find_.lend();
  if (find.bind(numbers_.of(owner)).bind(id).bind(deleted_since).step())
    return read_task(find, owner);
  return std::nullopt;
}

bool TrashTable::has_id(const support::Uuid& id) {
  return has_id_.lend().bind(id).step();
}

void TrashTable::remove(const support::Uuid& owner, const support::Uuid& id) {
  if (!remove_.lend().bind(numbers_.of(owner)).bind(id).step()) {
    check_owner(owner, id);
    throw TaskNotFound();
  }
  note_removed(owner, 1);
}

void TrashTable::remove_oldest(const support::Uuid& owner) {
  LentStatement remove = remove_oldest_.lend();
  remove.bind(numbers_.of(owner)).step();
  note_removed(owner, remove.changed_rows());
}

void TrashTable::remove_all(const support::Uuid& owner) {
  LentStatement remove = remove_all_.lend();
  remove.bind(numbers_.of(owner)).step();
  note_removed(owner, remove.changed_rows());
}

bool TrashTable::any_before(support::Timestamp moment) {
  return any_before_.lend().bind(moment).step();
}

std::int64_t TrashTable::remove_before(support::Timestamp moment, std::int64_t max) {
  std::int64_t count = 0;
  LentStatement removed = remove_before_.lend();
  removed.bind(moment).bind(max);
  for (; removed.step(); ++count) {
    const auto owner = numbers_.user_with(removed.column<UserNumber>());
    if (owner) note_removed(*owner, 1);
  }
  return count;
}

std::int64_t TrashTable::count(const support::Uuid& owner, support::Timestamp deleted_since) {
  LentStatement count = count_.lend();
  return count.bind(numbers_.of(owner)).bind(deleted_since).step() ? count.integer() : 0;
}

std::optional<support::Uuid> TrashTable::largest_id() {
  LentStatement largest = largest_id_.lend();
  largest.step();
  return largest.optional_uuid();
}

TrashPage TrashTable::list(const support::Uuid& owner, const TrashQuery& query) {
  TrashPage page;
  page.total = count(owner, query.deleted_since);
  const TrashPlace after = query.after.value_or(TrashPlace{support::Timestamp::max(), {}});
  LentStatement list = list_.lend();
  list.bind(numbers_.of(owner))
      .bind(query.deleted_since)
      .bind(after.deleted_at)
      .bind(after.id)
      .bind(query.limit + 1)
      .bind(query.offset);
  while (list.step()) {
    page.has_more = std::cmp_equal(page.tasks.size(), query.limit);
    if (page.has_more) break;
    TrashedTask& task = page.tasks.emplace_back();
    read_task(list, owner, task);
    task.deleted_at = list.timestamp();
  }
  return page;
}

void TrashTable::check_owner(const support::Uuid& owner, const support::Uuid& id) {
  LentStatement exists = exists_.lend();
  if (!exists.bind(id).step()) return;
  if (exists.column<UserNumber>() != numbers_.of(owner)) throw NotTheOwner();
}

}  // namespace taskdock::store::sqlite
