#pragma once

#include <optional>
#include <string>

#include "store/statement.h"
#include "store/types.h"

namespace taskdock::store {

/// The SQL about users, on one connection. Belongs to one thread at a time, like the connection.
class UserTable {
 public:
  explicit UserTable(SQLite::Database& database);

  /// Throws EmailTaken.
  void add(const User& user, const std::string& password_hash);
  std::optional<User> find(const support::Uuid& id);
  std::optional<Credentials> find_credentials(const std::string& email);
  void replace_password_hash(const support::Uuid& id, const std::string& old_hash,
                             const std::string& password_hash);

 private:
  PreparedStatement insert_;
  PreparedStatement find_;
  PreparedStatement find_credentials_;
  PreparedStatement replace_password_hash_;
};

}  // namespace taskdock::store
