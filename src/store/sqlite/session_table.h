#pragma once

#include <cstdint>
#include <optional>

#include "store/change_listener.h"
#include "store/sqlite/statement.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL about sessions, on one connection. Belongs to one thread at a time, like the connection.
///
/// No query finds an expired session; whenever one is added or refreshed, a few expired ones are
/// deleted. A user has at most a thousand: beyond that the one that would expire first is deleted.
class SessionTable {
 public:
  /// Whose sessions end is noted in `changed`, which outlives this.
  SessionTable(SQLite::Database& database, ChangedUsers& changed);

  void add(const Session& session, const TokenHash& refresh_hash);
  std::optional<Caller> find_caller(const support::Uuid& user_id, const support::Uuid& id,
                                    support::Timestamp now);
  /// When the session expires; nothing if it has ended.
  std::optional<support::Timestamp> find_expiry(const support::Uuid& user_id,
                                                const support::Uuid& id, support::Timestamp now);
  /// Whether refresh() can find the token.
  bool knows(const TokenHash& shown);
  /// See Changes::refresh_session.
  std::optional<Refreshed> refresh(const TokenHash& shown, const TokenHash& next,
                                   const Rotation& rotation, support::Timestamp expires_at,
                                   std::chrono::seconds grace);
  /// Moves last_used_at to `now`, and never back.
  void touch(const support::Uuid& id, support::Timestamp now);
  /// Throws SessionNotFound.
  void remove(const support::Uuid& user_id, const support::Uuid& id);
  /// All sessions of the user, except `kept` if there is one.
  void remove_all(const support::Uuid& user_id, const std::optional<support::Uuid>& kept);
  std::optional<support::Uuid> largest_id();
  /// Reads the page and the total from one snapshot only inside a transaction.
  SessionPage list(const support::Uuid& user_id, support::Timestamp now, std::int64_t limit,
                   std::int64_t offset);

 private:
  void sweep(support::Timestamp now);

  ChangedUsers& changed_;
  PreparedStatement insert_;
  PreparedStatement find_caller_;
  PreparedStatement find_expiry_;
  PreparedStatement knows_;
  PreparedStatement find_by_token_;
  PreparedStatement find_spent_;
  PreparedStatement spend_;
  PreparedStatement forget_spent_;
  PreparedStatement rotate_;
  PreparedStatement touch_;
  PreparedStatement remove_;
  PreparedStatement remove_surplus_;
  PreparedStatement remove_all_;
  PreparedStatement largest_id_;
  PreparedStatement count_;
  PreparedStatement list_;
  PreparedStatement sweep_sessions_;
  PreparedStatement sweep_spent_;
};

}  // namespace taskdock::store::sqlite
