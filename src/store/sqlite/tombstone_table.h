#pragma once

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL about tombstones, on one connection. Belongs to one thread at a time, like the
/// connection.
class TombstoneTable {
 public:
  /// `numbers` are of the same connection, and outlive this.
  TombstoneTable(SQLite::Database& database, UserNumbers& numbers);

  void add(const support::Uuid& owner, const Tombstone& tombstone);
  /// Whether there is one of a task with this id, of anybody, including leftovers (LeftoverTable).
  bool has_id(const support::Uuid& id);
  std::optional<support::Uuid> largest_id();
  /// Removes the one of the task with this id, which exists again.
  void remove(const support::Uuid& id);
  bool any_before(support::Timestamp moment);
  /// Removes, of all users, up to `max` tombstones of tasks that were deleted before, with the
  /// import keys of those that are not in the trash, and raises the users' pruned revisions.
  /// Returns how many tombstones it has removed.
  std::int64_t remove_before(support::Timestamp moment, std::int64_t max);

 private:
  UserNumbers& numbers_;
  PreparedStatement insert_;
  PreparedStatement has_id_;
  PreparedStatement largest_id_;
  PreparedStatement remove_;
  PreparedStatement any_before_;
  PreparedStatement remove_before_;
  PreparedStatement raise_pruned_revision_;
  PreparedStatement forget_import_;
};

}  // namespace taskdock::store::sqlite
