#include "store/sqlite/user_numbers.h"

namespace taskdock::store::sqlite {

void read_value(const ColumnValue& value, UserNumber& to) {
  std::int64_t number = 0;
  read_value(value, number);
  to = UserNumber{number};
}

UserNumbers::UserNumbers(SQLite::Database& database)
    : find_(database, "SELECT number FROM users WHERE id = ?"),
      find_user_(database, "SELECT id FROM users WHERE number = ?") {}

UserNumber UserNumbers::of(const support::Uuid& user) {
  if (const UserNumber* const known = known_.find(user)) return *known;
  LentStatement found = find_.lend();
  if (!found.bind(user).step()) return UserNumber::nobody;
  const auto number = found.column<UserNumber>();
  known_.keep(user, number);
  return number;
}

std::optional<support::Uuid> UserNumbers::user_with(UserNumber number) {
  LentStatement found = find_user_.lend();
  if (!found.bind(number).step()) return std::nullopt;
  return found.uuid();
}

}  // namespace taskdock::store::sqlite
