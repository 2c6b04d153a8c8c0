#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL about the reminders that have yet to go out, on one connection. Belongs to one thread at
/// a time, like the connection. A task without remind_at has none, and costs nothing here.
class ReminderTable {
 public:
  /// `numbers` are of the same connection, and outlive this.
  ReminderTable(SQLite::Database& database, UserNumbers& numbers);

  /// The task, which has a remind_at, is to be reminded of then. One for another moment stays.
  void set(const Task& task);
  /// Removes that for this moment, if there is one.
  void remove(const support::Uuid& owner, const support::Uuid& id, support::Timestamp moment);

  /// When the owner's next one is due.
  std::optional<support::Timestamp> next(const support::Uuid& owner);
  /// Removes those of the owner that are due at `now`, the first ones, and returns their tasks.
  std::vector<support::Uuid> take(const support::Uuid& owner, support::Timestamp now,
                                  std::int64_t limit);

 private:
  UserNumbers& numbers_;
  PreparedStatement set_;
  PreparedStatement remove_;
  PreparedStatement next_;
  PreparedStatement due_;
};

}  // namespace taskdock::store::sqlite
