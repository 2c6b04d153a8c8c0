#pragma once

#include <cstdint>
#include <optional>

#include "store/sqlite/recent_answers.h"
#include "store/sqlite/statement.h"
#include "support/uuid.h"

namespace taskdock::store::sqlite {

/// By what a user is known in the tables of tasks and of what belongs to them, in the column
/// `owner`. Those of users are above zero.
enum class UserNumber : std::int64_t { nobody = 0 };

/// The largest one that a user has, or had of whom something is left; as a term of SQL.
#define LARGEST_USER_NUMBER                           \
  "max((SELECT coalesce(max(number), 0) FROM users)," \
  " (SELECT coalesce(max(number), 0) FROM deleted_users))"

/// Throws SQLite::Exception, with SQLITE_CORRUPT, if the value is no integer.
void read_value(const ColumnValue& value, UserNumber& to);

/// The numbers of users, on one connection. Belongs to one thread at a time, like the connection.
///
/// A user gets a number when they are added. It never changes, and nobody gets it again when they
/// are deleted. So what was read once is right as long as the user's addition is not rolled back.
class UserNumbers {
 public:
  explicit UserNumbers(SQLite::Database& database);

  /// UserNumber::nobody if there is no such user. That of a user who has been deleted may still be
  /// known: whatever is found by it is a leftover (LeftoverTable).
  UserNumber of(const support::Uuid& user);
  /// Nothing if nobody has the number now.
  std::optional<support::Uuid> user_with(UserNumber number);
  /// Forgets all, since an addition may have been rolled back.
  void forget() { known_ = {}; }

 private:
  PreparedStatement find_;
  PreparedStatement find_user_;
  RecentAnswers<support::Uuid, UserNumber, 8> known_;
};

}  // namespace taskdock::store::sqlite
