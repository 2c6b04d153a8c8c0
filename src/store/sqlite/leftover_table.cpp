#include "store/sqlite/leftover_table.h"

namespace taskdock::store::sqlite {

namespace {

constexpr std::int64_t max_rows = 100;
// Of those that can have megabytes each.
constexpr std::int64_t max_answers = 4;

/// What the first row of the query names, if there is one.
template <class Key>
std::optional<Key> read_first(PreparedStatement& query) {
  LentStatement row = query.lend();
  if (!row.step()) return std::nullopt;
  return row.column<Key>();
}

}  // namespace

LeftoverTable::LeftoverTable(SQLite::Database& database, WordIndex& words)
    : words_(words),
      any_(database,
           "SELECT EXISTS (SELECT 1 FROM deleted_users) OR EXISTS (SELECT 1 FROM ended_sessions)"),
      first_user_(database, "SELECT number FROM deleted_users LIMIT 1"),
      // The first ?2 tasks, or all if there are fewer, as one range of the primary key. NOT INDEXED
      // makes SQLite search that.
      remove_tasks_(database,
                    "DELETE FROM tasks NOT INDEXED WHERE owner = ?1 AND id <= coalesce("
                    "(SELECT id FROM tasks NOT INDEXED WHERE owner = ?1 ORDER BY id"
                    " LIMIT 1 OFFSET ?2 - 1), x'ffffffffffffffffffffffffffffffff')"
                    " RETURNING title, description, tags, search_id"),
      remove_trash_(database,
                    "DELETE FROM trash NOT INDEXED WHERE owner = ?1 AND id IN"
                    " (SELECT id FROM trash NOT INDEXED WHERE owner = ?1 LIMIT ?2)"),
      remove_reminders_(database,
                        "DELETE FROM reminders WHERE owner = ?1 AND (remind_at, id) IN"
                        " (SELECT remind_at, id FROM reminders WHERE owner = ?1 LIMIT ?2)"),
      remove_tombstones_(
          database,
          "DELETE FROM tombstones NOT INDEXED WHERE owner = ?1 AND revision IN"
          " (SELECT revision FROM tombstones NOT INDEXED WHERE owner = ?1 LIMIT ?2)"),
      remove_import_keys_(database,
                          "DELETE FROM import_keys NOT INDEXED WHERE owner = ?1 AND key IN"
                          " (SELECT key FROM import_keys NOT INDEXED WHERE owner = ?1 LIMIT ?2)"),
      remove_task_tags_(database,
                        "DELETE FROM task_tags WHERE owner = ?1 AND (key, is_completed, id) IN"
                        " (SELECT key, is_completed, id FROM task_tags WHERE owner = ?1 LIMIT ?2)"),
      remove_tags_(database,
                   "DELETE FROM tags WHERE owner = ?1 AND key IN"
                   " (SELECT key FROM tags WHERE owner = ?1 LIMIT ?2)"),
      remove_answers_(database,
                      "DELETE FROM kept_answers WHERE number IN (SELECT number FROM kept_answers"
                      " INDEXED BY kept_answers_by_user WHERE owner = ? LIMIT ?)"),
      forget_user_(database, "DELETE FROM deleted_users WHERE number = ?"),
      first_session_(database, "SELECT id FROM ended_sessions LIMIT 1"),
      remove_tokens_(database,
                     "DELETE FROM spent_refresh_tokens WHERE hash IN (SELECT hash FROM"
                     " spent_refresh_tokens INDEXED BY spent_refresh_tokens_by_session"
                     " WHERE session_id = ? LIMIT ?)"),
      forget_session_(database, "DELETE FROM ended_sessions WHERE id = ?") {}

bool LeftoverTable::any() {
  LentStatement any = any_.lend();
  return any.step() && any.integer() != 0;
}

std::int64_t LeftoverTable::remove_tasks(UserNumber owner) {
  LentStatement rows = remove_tasks_.lend();
  rows.bind(owner).bind(max_rows);
  std::int64_t count = 0;
  Task task;
  while (rows.step()) {
    rows.read(task.title);
    rows.read(task.description);
    rows.read(task.tags);
    words_.remove(owner, task, rows.integer());
    ++count;
  }
  return count;
}

LeftoverTable::Removed LeftoverTable::remove_some() {
  // Whether there were as many rows of the owner's as are removed at a time.
  const auto remove = [](PreparedStatement& statement, const auto& owner,
                         std::int64_t max = max_rows) {
    LentStatement lent = statement.lend();
    lent.bind(owner).bind(max).step();
    return lent.changed_rows() == max;
  };
  if (const auto user = read_first<UserNumber>(first_user_)) {
    if (remove_tasks(*user) == max_rows) return {.more = true};
    for (PreparedStatement* const statement :
         {&remove_trash_, &remove_reminders_, &remove_tombstones_, &remove_import_keys_,
          &remove_task_tags_, &remove_tags_}) {
      if (remove(*statement, *user)) return {.more = true};
    }
    if (remove(remove_answers_, *user, max_answers)) return {.more = true};
    forget_user_.lend().bind(*user).step();
    return {.more = true, .last_of_a_user = true};
  }
  if (const auto session = read_first<support::Uuid>(first_session_)) {
    if (!remove(remove_tokens_, *session)) forget_session_.lend().bind(*session).step();
    return {.more = true};
  }
  return {};
}

}  // namespace taskdock::store::sqlite
