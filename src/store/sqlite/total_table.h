#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/task_query.h"
#include "support/uuid.h"

namespace taskdock::store::sqlite {

/// The totals that are kept of each user's tasks (the table task_totals), on one connection.
/// Belongs to one thread at a time, like the connection.
///
/// A transaction that changes tasks reads the totals of their owner once, counts in memory, and
/// writes them once, at its end (DatabaseConnection::write_noted).
class TotalTable {
 public:
  /// `numbers` are of the same connection, and outlive this.
  TotalTable(SQLite::Database& database, UserNumbers& numbers);

  /// As the database has them. Nothing where there is no such user.
  std::optional<TaskTotals> find(const support::Uuid& owner);

  /// As the transaction in progress has changed them.
  std::optional<TaskTotals> current(const support::Uuid& owner);
  /// Notes that they are these from now on, of a user who is there. Throws SQLite::Exception, with
  /// SQLITE_CORRUPT, if that cannot be: the ones before were wrong.
  void set(const support::Uuid& owner, const TaskTotals& totals);
  /// Notes that the user has been removed.
  void forget_user(const support::Uuid& owner);

  /// How many changes are noted; and forgets all but the first `count` of them, when what was done
  /// since is rolled back.
  std::size_t noted() const { return noted_.size(); }
  void forget_since(std::size_t count);
  /// Whether many changes are made in a transaction without savepoints: what is noted then takes
  /// the same memory however many they are, and can be forgotten as a whole only.
  void expect_many(bool expected) { expects_many_ = expected; }
  /// Writes what is noted, in the caller's transaction.
  void write();

 private:
  // What the transaction in progress knows of a user.
  struct Known {
    std::optional<TaskTotals> totals;  // nothing of a user who has been removed
    bool is_changed = false;
  };
  struct Change {
    Known* of;
    Known before;
  };

  void note(const support::Uuid& owner, const Known& now);
  void forget_all();

  UserNumbers& numbers_;
  PreparedStatement find_;
  PreparedStatement update_;
  std::map<support::Uuid, Known> known_;
  std::vector<Change> noted_;
  bool expects_many_ = false;
};

}  // namespace taskdock::store::sqlite
