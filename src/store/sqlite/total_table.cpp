#include "store/sqlite/total_table.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

namespace taskdock::store::sqlite {

TotalTable::TotalTable(SQLite::Database& database, UserNumbers& numbers)
    : numbers_(numbers),
      find_(database, "SELECT total, completed, trash, revision FROM task_totals WHERE owner = ?"),
      update_(database,
              "UPDATE task_totals SET total = ?, completed = ?, trash = ?, revision = ?"
              " WHERE owner = ?") {}

std::optional<TaskTotals> TotalTable::find(const support::Uuid& owner) {
  LentStatement row = find_.lend();
  if (!row.bind(numbers_.of(owner)).step()) return std::nullopt;
  TaskTotals totals;
  totals.total = row.integer();
  totals.completed = row.integer();
  totals.trash = row.integer();
  totals.revision = row.integer();
  return totals;
}

std::optional<TaskTotals> TotalTable::current(const support::Uuid& owner) {
  const auto known = known_.find(owner);
  if (known != known_.end()) return known->second.totals;
  auto found = find(owner);
  if (found) known_[owner].totals = found;
  return found;
}

void TotalTable::set(const support::Uuid& owner, const TaskTotals& totals) {
  // Here, and not when they are written, which concerns all changes that share the transaction.
  if (totals.completed < 0 || totals.completed > totals.total || totals.trash < 0) {
    throw SQLite::Exception("the kept totals of a user are wrong", SQLITE_CORRUPT);
  }
  note(owner, {totals, true});
}

void TotalTable::forget_user(const support::Uuid& owner) {
  note(owner, {std::nullopt, true});
}

void TotalTable::note(const support::Uuid& owner, const Known& now) {
  Known& known = known_[owner];
  if (!expects_many_) noted_.push_back({&known, known});  // first: there may be no memory for it
  known = now;
}

void TotalTable::forget_since(std::size_t count) {
  if (count == 0) return forget_all();
  for (; noted_.size() > count; noted_.pop_back()) *noted_.back().of = noted_.back().before;
  // What has only been read may be of a user whose addition is rolled back as well.
  std::erase_if(known_, [](const auto& entry) { return !entry.second.is_changed; });
}

void TotalTable::write() {
  for (const auto& [owner, known] : known_) {
    if (!known.is_changed || !known.totals) continue;
    update_.lend()
        .bind(known.totals->total)
        .bind(known.totals->completed)
        .bind(known.totals->trash)
        .bind(known.totals->revision)
        .bind(numbers_.of(owner))
        .step();
  }
  forget_all();
}

void TotalTable::forget_all() {
  noted_.clear();
  known_.clear();
}

}  // namespace taskdock::store::sqlite
