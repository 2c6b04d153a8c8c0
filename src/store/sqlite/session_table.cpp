#include "store/sqlite/session_table.h"

#include "store/errors.h"
#include "store/sqlite/user_table.h"
#include "support/log.h"

namespace taskdock::store::sqlite {

SessionTable::SessionTable(SQLite::Database& database)
    : insert_(database,
              "INSERT INTO sessions (id, user_id, user_agent, created_at, last_used_at, expires_at,"
              " refresh_hash) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      // NOT INDEXED makes SQLite search the primary key, CROSS JOIN fixes the order: two searches.
      find_caller_(database,
                   "SELECT " USER_COLUMNS
                   ", s.last_used_at FROM sessions AS s NOT INDEXED CROSS JOIN users AS u"
                   " ON u.id = s.user_id WHERE s.id = ? AND s.user_id = ? AND s.expires_at > ?"),
      knows_(database,
             "SELECT 1 FROM sessions WHERE refresh_hash = ?1"
             " UNION ALL SELECT 1 FROM spent_refresh_tokens WHERE hash = ?1"),
      find_by_token_(database,
                     "SELECT " USER_COLUMNS
                     ", s.id, s.expires_at FROM sessions AS s CROSS JOIN users AS u"
                     " ON u.id = s.user_id WHERE s.refresh_hash = ? AND s.expires_at > ?"),
      find_spent_(database, "SELECT " USER_COLUMNS
                            ", s.id, t.spent_at, t.next_seed, t.access_token_id"
                            " FROM spent_refresh_tokens AS t"
                            " CROSS JOIN sessions AS s NOT INDEXED ON s.id = t.session_id"
                            " CROSS JOIN users AS u ON u.id = s.user_id"
                            " WHERE t.hash = ?1 AND t.expires_at > ?2 AND s.expires_at > ?2"),
      spend_(database,
             "INSERT INTO spent_refresh_tokens (hash, session_id, expires_at, spent_at, next_seed,"
             " access_token_id) VALUES (?, ?, ?, ?, ?, ?)"),
      forget_spent_(database,
                    "DELETE FROM spent_refresh_tokens WHERE hash IN (SELECT hash FROM"
                    " spent_refresh_tokens WHERE session_id = ? ORDER BY spent_at DESC"
                    " LIMIT -1 OFFSET 1000)"),
      rotate_(database,
              "UPDATE sessions SET refresh_hash = ?, last_used_at = max(last_used_at, ?),"
              " expires_at = ? WHERE id = ?"),
      touch_(database, "UPDATE sessions SET last_used_at = ?1 WHERE id = ?2 AND last_used_at < ?1"),
      remove_(database, "DELETE FROM sessions WHERE id = ? AND user_id = ? RETURNING id"),
      remove_surplus_(database,
                      "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions"
                      " INDEXED BY sessions_by_user_and_expiry WHERE user_id = ?"
                      " ORDER BY expires_at DESC LIMIT -1 OFFSET 1000)"),
      remove_all_(database, "DELETE FROM sessions WHERE user_id = ? AND id IS NOT ?"),
      largest_id_(database, "SELECT max(id) FROM sessions NOT INDEXED"),
      count_(database,
             "SELECT count(*) FROM sessions INDEXED BY sessions_by_user_and_expiry"
             " WHERE user_id = ? AND expires_at > ?"),
      list_(database,
            "SELECT id, user_id, user_agent, created_at, last_used_at, expires_at FROM sessions"
            " INDEXED BY sessions_by_user WHERE user_id = ? AND expires_at > ?"
            " ORDER BY id DESC LIMIT ? OFFSET ?"),
      sweep_sessions_(database,
                      "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions"
                      " WHERE expires_at <= ? ORDER BY expires_at LIMIT 4)"),
      sweep_spent_(database,
                   "DELETE FROM spent_refresh_tokens WHERE hash IN (SELECT hash FROM"
                   " spent_refresh_tokens WHERE expires_at <= ? ORDER BY expires_at LIMIT 4)") {}

void SessionTable::add(const Session& session, const TokenHash& refresh_hash) {
  sweep(session.created_at);
  insert_.lend()
      .bind(session.id)
      .bind(session.user_id)
      .bind(session.user_agent)
      .bind(session.created_at)
      .bind(session.last_used_at)
      .bind(session.expires_at)
      .bind(refresh_hash)
      .step();
  remove_surplus_.lend().bind(session.user_id).step();
}

std::optional<Caller> SessionTable::find_caller(const support::Uuid& user_id,
                                                const support::Uuid& id, support::Timestamp now) {
  LentStatement find = find_caller_.lend();
  if (!find.bind(id).bind(user_id).bind(now).step()) return std::nullopt;
  Caller caller;
  caller.user = read_user(find);
  caller.grant = {Grant::Kind::session, id};
  caller.last_used_at = find.timestamp();
  return caller;
}

bool SessionTable::knows(const TokenHash& shown) {
  return knows_.lend().bind(shown).step();
}

std::optional<Refreshed> SessionTable::refresh(const TokenHash& shown, const TokenHash& next,
                                               const Rotation& rotation,
                                               support::Timestamp expires_at,
                                               std::chrono::seconds grace) {
  sweep(rotation.at);
  Refreshed refreshed;
  {
    LentStatement find = find_by_token_.lend();
    if (find.bind(shown).bind(rotation.at).step()) {
      refreshed.user = read_user(find);
      refreshed.session_id = find.uuid();
      refreshed.rotation = rotation;
      const support::Timestamp shown_expires_at = find.timestamp();
      spend_.lend()
          .bind(shown)
          .bind(refreshed.session_id)
          .bind(shown_expires_at)
          .bind(rotation.at)
          .bind(rotation.next_seed)
          .bind(rotation.access_token_id)
          .step();
      forget_spent_.lend().bind(refreshed.session_id).step();
      rotate_.lend()
          .bind(next)
          .bind(rotation.at)
          .bind(expires_at)
          .bind(refreshed.session_id)
          .step();
      return refreshed;
    }
  }
  {
    LentStatement find = find_spent_.lend();
    if (!find.bind(shown).bind(rotation.at).step()) return std::nullopt;
    refreshed.user = read_user(find);
    refreshed.session_id = find.uuid();
    refreshed.rotation.at = find.timestamp();
    refreshed.rotation.next_seed = find.bytes<sizeof(Rotation::next_seed)>();
    refreshed.rotation.access_token_id = find.uuid();
  }
  // The absolute value, since the clock may have been set back since then.
  if (std::chrono::abs(rotation.at - refreshed.rotation.at) < grace) return refreshed;
  remove(refreshed.user.id, refreshed.session_id);
  support::log(
      support::LogLevel::warning,
      "session " + refreshed.session_id.to_string() + " of user " + refreshed.user.id.to_string() +
          " was ended: one of its spent refresh tokens was used again, so it may be stolen");
  return std::nullopt;
}

void SessionTable::touch(const support::Uuid& id, support::Timestamp now) {
  touch_.lend().bind(now).bind(id).step();
}

void SessionTable::remove(const support::Uuid& user_id, const support::Uuid& id) {
  if (!remove_.lend().bind(id).bind(user_id).step()) throw SessionNotFound();
}

void SessionTable::remove_all(const support::Uuid& user_id,
                              const std::optional<support::Uuid>& kept) {
  LentStatement remove = remove_all_.lend();
  remove.bind(user_id);
  if (kept) remove.bind(*kept);  // what is not bound is null
  remove.step();
}

std::optional<support::Uuid> SessionTable::largest_id() {
  LentStatement largest = largest_id_.lend();
  largest.step();
  return largest.optional_uuid();
}

SessionPage SessionTable::list(const support::Uuid& user_id, support::Timestamp now,
                               std::int64_t limit, std::int64_t offset) {
  SessionPage page;
  {
    LentStatement count = count_.lend();
    count.bind(user_id).bind(now).step();
    page.total = count.integer();
  }
  LentStatement list = list_.lend();
  list.bind(user_id).bind(now).bind(limit).bind(offset);
  while (list.step()) {
    Session& session = page.sessions.emplace_back();
    session.id = list.uuid();
    session.user_id = list.uuid();
    list.read(session.user_agent);
    session.created_at = list.timestamp();
    session.last_used_at = list.timestamp();
    session.expires_at = list.timestamp();
  }
  return page;
}

/// Deletes a few expired rows: more than one change adds, so that the tables shrink.
void SessionTable::sweep(support::Timestamp now) {
  sweep_spent_.lend().bind(now).step();
  sweep_sessions_.lend().bind(now).step();
}

}  // namespace taskdock::store::sqlite
