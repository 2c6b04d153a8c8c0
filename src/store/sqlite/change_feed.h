#pragma once

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/task_query.h"

namespace taskdock::store::sqlite {

/// The SQL that lists changes, on one connection. Belongs to one thread at a time, like the
/// connection.
class ChangeFeed {
 public:
  /// `numbers` are of the same connection, and outlive this.
  ChangeFeed(SQLite::Database& database, UserNumbers& numbers);

  /// Merges the owner's tasks and tombstones, each in the order of their revisions, and reads one
  /// of them more than it returns. All of one snapshot only inside a transaction.
  ChangePage list(const support::Uuid& owner, std::int64_t since, std::int64_t limit);
  /// As a random UUID (RFC 9562, 5.4).
  support::Uuid epoch();

 private:
  UserNumbers& numbers_;
  PreparedStatement revisions_;
  PreparedStatement tasks_;
  PreparedStatement tombstones_;
  PreparedStatement epoch_;
};

}  // namespace taskdock::store::sqlite
