#include "store/user_table.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "store/errors.h"

namespace taskdock::store {

namespace {

/// Reads id, email, name, created_at, in this order.
User read_user(LentStatement& row) {
  User user;
  user.id = row.uuid();
  user.email = row.text();
  user.name = row.text();
  user.created_at = row.timestamp();
  return user;
}

}  // namespace

UserTable::UserTable(SQLite::Database& database)
    : insert_(database,
              "INSERT INTO users (id, email, name, created_at, password_hash)"
              " VALUES (?, ?, ?, ?, ?)"),
      find_(database, "SELECT id, email, name, created_at FROM users WHERE id = ?"),
      find_credentials_(database,
                        "SELECT id, email, name, created_at, password_hash FROM users"
                        " WHERE email = ?"),
      replace_password_hash_(database,
                             "UPDATE users SET password_hash = ?"
                             " WHERE id = ? AND password_hash = ?") {}

void UserTable::add(const User& user, const std::string& password_hash) {
  LentStatement insert = insert_.lend();
  insert.bind(user.id).bind(user.email).bind(user.name).bind(user.created_at).bind(password_hash);
  try {
    insert.step();
  } catch (const SQLite::Exception& error) {
    // The email is the only UNIQUE column; an id twice would be SQLITE_CONSTRAINT_PRIMARYKEY.
    if (error.getExtendedErrorCode() == SQLITE_CONSTRAINT_UNIQUE) throw EmailTaken();
    throw;
  }
}

std::optional<User> UserTable::find(const support::Uuid& id) {
  LentStatement find = find_.lend();
  if (!find.bind(id).step()) return std::nullopt;
  return read_user(find);
}

std::optional<Credentials> UserTable::find_credentials(const std::string& email) {
  LentStatement find = find_credentials_.lend();
  if (!find.bind(email).step()) return std::nullopt;
  Credentials credentials;
  credentials.user = read_user(find);
  credentials.password_hash = find.text();
  return credentials;
}

void UserTable::replace_password_hash(const support::Uuid& id, const std::string& old_hash,
                                      const std::string& password_hash) {
  replace_password_hash_.lend().bind(password_hash).bind(id).bind(old_hash).step();
}

}  // namespace taskdock::store
