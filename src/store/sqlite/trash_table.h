#pragma once

#include "store/sqlite/statement.h"
#include "store/sqlite/total_table.h"
#include "store/sqlite/user_numbers.h"
#include "store/task_query.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL about deleted tasks, on one connection. Belongs to one thread at a time, like the
/// connection.
class TrashTable {
 public:
  /// The others are of the same connection, and outlive this.
  TrashTable(SQLite::Database& database, UserNumbers& numbers, TotalTable& totals);

  /// The task's revision, which is that of its removal, becomes the last of its owner, who must be
  /// there.
  void add(const TrashedTask& task);
  /// The task, if it was deleted at `deleted_since` or later.
  std::optional<Task> find(const support::Uuid& owner, const support::Uuid& id,
                           support::Timestamp deleted_since);
  /// Whether it holds a task with this id, of anybody, including leftovers (LeftoverTable).
  bool has_id(const support::Uuid& id);
  /// Removes the task for good. Throws TaskNotFound, NotTheOwner.
  void remove(const support::Uuid& owner, const support::Uuid& id);
  /// Removes for good what was deleted first.
  void remove_oldest(const support::Uuid& owner);
  void remove_all(const support::Uuid& owner);
  bool any_before(support::Timestamp moment);
  /// Removes, of all users, up to `max` tasks that were deleted before. Returns how many.
  std::int64_t remove_before(support::Timestamp moment, std::int64_t max);
  /// How many the user has that were deleted at `deleted_since` or later.
  std::int64_t count(const support::Uuid& owner, support::Timestamp deleted_since);
  std::optional<support::Uuid> largest_id();
  /// Reads the page and the total from one snapshot only inside a transaction.
  TrashPage list(const support::Uuid& owner, const TrashQuery& query);
  /// Throws NotTheOwner if it holds a task with this id that is somebody else's.
  void check_owner(const support::Uuid& owner, const support::Uuid& id);

 private:
  void note_removed(const support::Uuid& owner, std::int64_t count);

  UserNumbers& numbers_;
  TotalTable& totals_;
  PreparedStatement insert_;
  PreparedStatement find_;
  PreparedStatement exists_;
  PreparedStatement has_id_;
  PreparedStatement remove_;
  PreparedStatement remove_oldest_;
  PreparedStatement remove_all_;
  PreparedStatement any_before_;
  PreparedStatement remove_before_;
  PreparedStatement list_;
  PreparedStatement count_;
  PreparedStatement largest_id_;
};

}  // namespace taskdock::store::sqlite
