#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/sqlite/statement.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// What read_user() reads, in its order, of the table users AS u.
#define USER_COLUMNS "u.id, u.email, u.name, u.created_at"

User read_user(LentStatement& row);

/// The SQL about users, on one connection. Belongs to one thread at a time, like the connection.
class UserTable {
 public:
  explicit UserTable(SQLite::Database& database);

  /// Throws EmailTaken.
  void add(const User& user, const PasswordHash& password_hash);
  std::optional<User> find_local();
  /// Makes the user the local one; there must be none yet.
  void mark_as_local(const support::Uuid& id);
  /// How many there are: kept, not counted.
  std::int64_t count();
  std::optional<support::Uuid> largest_id();
  std::optional<Credentials> find_credentials(const std::string& email);
  /// The hash of the user's password. Throws UserNotFound.
  PasswordHash password_hash(const support::Uuid& id);
  /// Throws EmailTaken, UserNotFound.
  User change(const support::Uuid& id, const UserChange& change);
  /// Throws UserNotFound; so does the next.
  void set_password_hash(const support::Uuid& id, const std::string& password_hash);
  /// With their sessions and tokens; their tasks are leftovers (LeftoverTable).
  void remove(const support::Uuid& id);
  /// All of them, oldest first.
  std::vector<UserSummary> list();

 private:
  PreparedStatement insert_;
  PreparedStatement find_local_;
  PreparedStatement mark_as_local_;
  PreparedStatement count_;
  PreparedStatement largest_id_;
  PreparedStatement find_credentials_;
  PreparedStatement password_hash_;
  PreparedStatement change_;
  PreparedStatement set_password_hash_;
  PreparedStatement remove_;
  PreparedStatement list_;
};

}  // namespace taskdock::store::sqlite
