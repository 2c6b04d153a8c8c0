#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL about the answers to requests with an Idempotency-Key, on one connection. Belongs to one
/// thread at a time, like the connection.
///
/// No query finds an answer that is too old. One that counts as kept in the future, because the
/// clock was set back meanwhile, is not: the oldest are those that were kept first, whatever the
/// clock said.
class KeptAnswerTable {
 public:
  /// `numbers` are of the same connection, and outlive this.
  KeptAnswerTable(SQLite::Database& database, UserNumbers& numbers);

  /// See Changes::find_answer and Changes::keep_answer.
  std::optional<KeptAnswer> find(const support::Uuid& user_id, const std::string& key,
                                 const RequestHash& request, support::Timestamp now);
  void add(const support::Uuid& user_id, const std::string& key, const RequestHash& request,
           const KeptAnswer& answer, support::Timestamp now);

  /// Whether an answer was kept before `moment`.
  bool any_before(support::Timestamp moment);
  /// Removes at most `max` of those; returns how many.
  std::int64_t remove_before(support::Timestamp moment, std::int64_t max);

 private:
  UserNumbers& numbers_;
  PreparedStatement find_;
  PreparedStatement count_;
  PreparedStatement replace_;
  PreparedStatement insert_;
  PreparedStatement remove_oldest_;
  PreparedStatement any_before_;
  PreparedStatement remove_before_;
};

}  // namespace taskdock::store::sqlite
