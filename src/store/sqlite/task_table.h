#pragma once

#include "store/sqlite/statement.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL about tasks, on one connection. Belongs to one thread at a time, like the connection.
class TaskTable {
 public:
  explicit TaskTable(SQLite::Database& database);

  /// Throws UserNotFound.
  void add(const Task& task);
  /// Nothing if the owner has no such task.
  std::optional<Task> find_own(const support::Uuid& owner, const support::Uuid& id);
  /// Whether a task of anybody has the id, including leftovers (LeftoverTable).
  bool has_id(const support::Uuid& id);
  /// Throws TaskNotFound, NotTheOwner; so do the next two.
  Task find(const support::Uuid& owner, const support::Uuid& id);
  Task change(const support::Uuid& owner, const support::Uuid& id, const TaskChange& change,
              support::Timestamp now);
  /// Notes which task continues `task`.
  void set_next(const Task& task, const support::Uuid& next);
  void remove(const support::Uuid& owner, const support::Uuid& id);
  /// How many the user has: kept, not counted. None where there is no such user.
  std::int64_t count(const support::Uuid& owner);
  /// Of the tasks of all users, including leftovers (LeftoverTable).
  std::optional<support::Uuid> largest_id();
  /// Reads the page and the total from one snapshot only inside a transaction.
  TaskPage list(const support::Uuid& owner, const TaskQuery& query);

 private:
  [[noreturn]] void throw_missing(const support::Uuid& id);

  PreparedStatement insert_;
  PreparedStatement find_;
  PreparedStatement exists_;
  PreparedStatement has_id_;
  PreparedStatement change_;
  PreparedStatement set_next_;
  PreparedStatement remove_;
  PreparedStatement list_;
  PreparedStatement list_by_completion_;
  PreparedStatement totals_;
  PreparedStatement largest_id_;
};

}  // namespace taskdock::store::sqlite
