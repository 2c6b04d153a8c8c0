#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "store/sqlite/statement.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL about tokens for scripts, on one connection. Belongs to one thread at a time, like the
/// connection.
class ScriptTokenTable {
 public:
  /// How many a user may have, so that the list needs no pages.
  static constexpr std::int64_t max_per_user = 100;

  explicit ScriptTokenTable(SQLite::Database& database);

  /// Of a user who has max_per_user, those that have expired when the new one is created are
  /// removed. Throws UserNotFound, TooManyTokens.
  void add(const ScriptToken& token, const TokenHash& hash);
  std::optional<Caller> find_caller(const TokenHash& hash, support::Timestamp now);
  /// Whether the user has the token, and it has not expired at `now`.
  bool is_valid(const support::Uuid& user_id, const support::Uuid& id, support::Timestamp now);
  /// Moves last_used_at to `now`, and never back.
  void touch(const support::Uuid& id, support::Timestamp now);
  /// Throws TokenNotFound.
  void remove(const support::Uuid& user_id, const support::Uuid& id);
  void remove_all(const support::Uuid& user_id);
  std::optional<support::Uuid> largest_id();
  /// All tokens of the user, newest first.
  std::vector<ScriptToken> list(const support::Uuid& user_id);

 private:
  std::int64_t count(const support::Uuid& user_id);

  PreparedStatement insert_;
  PreparedStatement count_;
  PreparedStatement remove_expired_;
  PreparedStatement find_caller_;
  PreparedStatement is_valid_;
  PreparedStatement touch_;
  PreparedStatement remove_;
  PreparedStatement remove_all_;
  PreparedStatement largest_id_;
  PreparedStatement list_;
};

}  // namespace taskdock::store::sqlite
