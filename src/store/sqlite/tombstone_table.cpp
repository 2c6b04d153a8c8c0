#include "store/sqlite/tombstone_table.h"

namespace taskdock::store::sqlite {

TombstoneTable::TombstoneTable(SQLite::Database& database, UserNumbers& numbers)
    : numbers_(numbers),
      insert_(database,
              "INSERT INTO tombstones (owner, revision, id, deleted_at) VALUES (?, ?, ?, ?)"),
      has_id_(database, "SELECT 1 FROM tombstones INDEXED BY tombstones_by_id WHERE id = ?"),
      largest_id_(database, "SELECT max(id) FROM tombstones INDEXED BY tombstones_by_id"),
      remove_(database, "DELETE FROM tombstones INDEXED BY tombstones_by_id WHERE id = ?"),
      any_before_(database,
                  "SELECT 1 FROM tombstones INDEXED BY tombstones_by_deletion"
                  " WHERE deleted_at < ? LIMIT 1"),
      remove_before_(
          database,
          "DELETE FROM tombstones WHERE (owner, revision) IN (SELECT owner, revision"
          " FROM tombstones INDEXED BY tombstones_by_deletion"
          " WHERE deleted_at < ? ORDER BY deleted_at LIMIT ?) RETURNING owner, revision, id"),
      raise_pruned_revision_(
          database,
          "UPDATE task_totals SET pruned_revision = max(pruned_revision, ?) WHERE owner = ?"),
      // That of a task in the trash goes with it: see trash_deleted in schema.sql.
      forget_import_(database,
                     "DELETE FROM import_keys INDEXED BY import_keys_by_id WHERE id = ?1 AND NOT"
                     " EXISTS (SELECT 1 FROM trash INDEXED BY trash_by_id WHERE id = ?1)") {}

void TombstoneTable::add(const support::Uuid& owner, const Tombstone& tombstone) {
  insert_.lend()
      .bind(numbers_.of(owner))
      .bind(tombstone.revision)
      .bind(tombstone.id)
      .bind(tombstone.deleted_at)
      .step();
}

bool TombstoneTable::has_id(const support::Uuid& id) {
  return has_id_.lend().bind(id).step();
}

std::optional<support::Uuid> TombstoneTable::largest_id() {
  LentStatement largest = largest_id_.lend();
  largest.step();
  return largest.optional_uuid();
}

void TombstoneTable::remove(const support::Uuid& id) {
  remove_.lend().bind(id).step();
}

bool TombstoneTable::any_before(support::Timestamp moment) {
  return any_before_.lend().bind(moment).step();
}

std::int64_t TombstoneTable::remove_before(support::Timestamp moment, std::int64_t max) {
  std::int64_t count = 0;
  LentStatement removed = remove_before_.lend();
  removed.bind(moment).bind(max);
  while (removed.step()) {
    const auto owner = removed.column<UserNumber>();
    raise_pruned_revision_.lend().bind(removed.integer()).bind(owner).step();
    const support::Uuid id = removed.uuid();
    forget_import_.lend().bind(id).step();
    ++count;
  }
  return count;
}

}  // namespace taskdock::store::sqlite
