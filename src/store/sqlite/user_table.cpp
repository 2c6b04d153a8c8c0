#include "store/sqlite/user_table.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "store/errors.h"
#include "store/sqlite/user_numbers.h"

namespace taskdock::store::sqlite {

namespace {

/// Steps a statement that writes an email; whether there is a row. Of the UNIQUE columns only the
/// email can be there already: a number is above all others, and an id twice would be
/// SQLITE_CONSTRAINT_PRIMARYKEY.
bool step_with_email(LentStatement& statement) {
  try {
    return statement.step();
  } catch (const SQLite::Exception& error) {
    if (error.getExtendedErrorCode() == SQLITE_CONSTRAINT_UNIQUE) throw EmailTaken();
    throw;
  }
}

}  // namespace

User read_user(LentStatement& row) {
  User user;
  user.id = row.uuid();
  user.email = row.text();
  user.name = row.text();
  user.created_at = row.timestamp();
  return user;
}

UserTable::UserTable(SQLite::Database& database)
    : insert_(database,
              "INSERT INTO users (id, email, name, created_at, password_hash, number)"
              " VALUES (?, ?, ?, ?, ?, (SELECT 1 + max(last_number, " LARGEST_USER_NUMBER
              ") FROM user_total))"),
      find_local_(database, "SELECT " USER_COLUMNS
                            " FROM local_user AS l JOIN users AS u ON u.id = l.user_id"),
      mark_as_local_(database, "INSERT INTO local_user VALUES (1, ?)"),
      count_(database, "SELECT total FROM user_total"),
      largest_id_(database, "SELECT max(id) FROM users"),
      find_credentials_(database,
                        "SELECT " USER_COLUMNS ", password_hash FROM users AS u WHERE email = ?"),
      password_hash_(database, "SELECT password_hash FROM users WHERE id = ?"),
      change_(database,
              "UPDATE users AS u SET email = coalesce(?, email), name = coalesce(?, name)"
              " WHERE id = ? RETURNING id, email, name, created_at"),
      set_password_hash_(database, "UPDATE users SET password_hash = ? WHERE id = ? RETURNING id"),
      remove_(database, "DELETE FROM users WHERE id = ? RETURNING id"),
      list_(database,
            "SELECT " USER_COLUMNS
            ", t.total FROM users AS u JOIN task_totals AS t ON t.owner = u.number ORDER BY u.id") {
}

void UserTable::add(const User& user, const PasswordHash& password_hash) {
  LentStatement insert = insert_.lend();
  insert.bind(user.id).bind(user.email).bind(user.name).bind(user.created_at).bind(password_hash);
  step_with_email(insert);
}

std::optional<User> UserTable::find_local() {
  LentStatement find = find_local_.lend();
  if (!find.step()) return std::nullopt;
  return read_user(find);
}

void UserTable::mark_as_local(const support::Uuid& id) {
  mark_as_local_.lend().bind(id).step();
}

std::int64_t UserTable::count() {
  LentStatement count = count_.lend();
  count.step();
  return count.integer();
}

std::optional<support::Uuid> UserTable::largest_id() {
  LentStatement largest = largest_id_.lend();
  largest.step();
  return largest.optional_uuid();
}

std::optional<Credentials> UserTable::find_credentials(const std::string& email) {
  LentStatement find = find_credentials_.lend();
  if (!find.bind(email).step()) return std::nullopt;
  Credentials credentials;
  credentials.user = read_user(find);
  find.read(credentials.password_hash);
  return credentials;
}

PasswordHash UserTable::password_hash(const support::Uuid& id) {
  LentStatement find = password_hash_.lend();
  if (!find.bind(id).step()) throw UserNotFound();
  PasswordHash hash;
  find.read(hash);
  return hash;
}

User UserTable::change(const support::Uuid& id, const UserChange& change) {
  LentStatement update = change_.lend();
  update.bind(change.email).bind(change.name).bind(id);
  if (!step_with_email(update)) throw UserNotFound();
  return read_user(update);
}

void UserTable::set_password_hash(const support::Uuid& id, const std::string& password_hash) {
  if (!set_password_hash_.lend().bind(password_hash).bind(id).step()) throw UserNotFound();
}

void UserTable::remove(const support::Uuid& id) {
  if (!remove_.lend().bind(id).step()) throw UserNotFound();
}

std::vector<UserSummary> UserTable::list() {
  std::vector<UserSummary> users;
  LentStatement list = list_.lend();
  while (list.step()) {
    User user = read_user(list);
    users.push_back({std::move(user), list.integer()});
  }
  return users;
}

}  // namespace taskdock::store::sqlite
