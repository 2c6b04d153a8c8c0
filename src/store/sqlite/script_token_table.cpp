#include "store/sqlite/script_token_table.h"

#include "store/errors.h"
#include "store/sqlite/user_table.h"

namespace taskdock::store::sqlite {

ScriptTokenTable::ScriptTokenTable(SQLite::Database& database)
    : insert_(database,
              "INSERT INTO script_tokens (id, user_id, name, may_write, created_at, expires_at,"
              " hash) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS"
              " (SELECT 1 FROM users WHERE id = ?2) RETURNING id"),
      count_(database,
             "SELECT count(*) FROM script_tokens INDEXED BY script_tokens_by_user"
             " WHERE user_id = ?"),
      remove_expired_(database,
                      "DELETE FROM script_tokens INDEXED BY script_tokens_by_user"
                      " WHERE user_id = ? AND expires_at <= ?"),
      // CROSS JOIN fixes the order: two searches.
      find_caller_(database,
                   "SELECT " USER_COLUMNS
                   ", t.id, t.may_write, t.last_used_at FROM script_tokens AS t CROSS JOIN users"
                   " AS u ON u.id = t.user_id WHERE t.hash = ?"
                   " AND (t.expires_at IS NULL OR t.expires_at > ?)"),
      // NOT INDEXED makes SQLite search the primary key.
      is_valid_(database,
                "SELECT 1 FROM script_tokens NOT INDEXED WHERE id = ? AND user_id = ?"
                " AND (expires_at IS NULL OR expires_at > ?)"),
      touch_(database,
             "UPDATE script_tokens SET last_used_at = ?1 WHERE id = ?2"
             " AND (last_used_at IS NULL OR last_used_at < ?1)"),
      remove_(database,
              "DELETE FROM script_tokens NOT INDEXED WHERE id = ? AND user_id = ? RETURNING id"),
      remove_all_(database, "DELETE FROM script_tokens WHERE user_id = ?"),
      largest_id_(database, "SELECT max(id) FROM script_tokens NOT INDEXED"),
      list_(database,
            "SELECT id, user_id, name, may_write, created_at, expires_at, last_used_at"
            " FROM script_tokens INDEXED BY script_tokens_by_user WHERE user_id = ?"
            " ORDER BY id DESC") {}

void ScriptTokenTable::add(const ScriptToken& token, const TokenHash& hash) {
  if (count(token.user_id) >= max_per_user) {
    remove_expired_.lend().bind(token.user_id).bind(token.created_at).step();
    if (count(token.user_id) >= max_per_user) throw TooManyTokens();
  }
  LentStatement insert = insert_.lend();
  insert.bind(token.id)
      .bind(token.user_id)
      .bind(token.name)
      .bind(token.scope)
      .bind(token.created_at)
      .bind(token.expires_at)
      .bind(hash);
  if (!insert.step()) throw UserNotFound();
}

std::optional<Caller> ScriptTokenTable::find_caller(const TokenHash& hash, support::Timestamp now) {
  LentStatement find = find_caller_.lend();
  if (!find.bind(hash).bind(now).step()) return std::nullopt;
  Caller caller;
  caller.user = read_user(find);
  caller.grant = {Grant::Kind::script_token, find.uuid()};
  find.read(caller.scope);
  find.read(caller.last_used_at);
  return caller;
}

bool ScriptTokenTable::is_valid(const support::Uuid& user_id, const support::Uuid& id,
                                support::Timestamp now) {
  return is_valid_.lend().bind(id).bind(user_id).bind(now).step();
}

void ScriptTokenTable::touch(const support::Uuid& id, support::Timestamp now) {
  touch_.lend().bind(now).bind(id).step();
}

void ScriptTokenTable::remove(const support::Uuid& user_id, const support::Uuid& id) {
  if (!remove_.lend().bind(id).bind(user_id).step()) throw TokenNotFound();
}

void ScriptTokenTable::remove_all(const support::Uuid& user_id) {
  remove_all_.lend().bind(user_id).step();
}

std::optional<support::Uuid> ScriptTokenTable::largest_id() {
  LentStatement largest = largest_id_.lend();
  largest.step();
  return largest.optional_uuid();
}

std::vector<ScriptToken> ScriptTokenTable::list(const support::Uuid& user_id) {
  std::vector<ScriptToken> tokens;
  LentStatement list = list_.lend();
  list.bind(user_id);
  while (list.step()) {
    ScriptToken& token = tokens.emplace_back();
    token.id = list.uuid();
    token.user_id = list.uuid();
    token.name = list.text();
    list.read(token.scope);
    token.created_at = list.timestamp();
    list.read(token.expires_at);
    list.read(token.last_used_at);
  }
  return tokens;
}

std::int64_t ScriptTokenTable::count(const support::Uuid& user_id) {
  LentStatement count = count_.lend();
  count.bind(user_id).step();
  return count.integer();
}

}  // namespace taskdock::store::sqlite
