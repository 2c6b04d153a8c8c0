#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/types.h"

namespace taskdock::store {

/// What the store holds at one moment: whatever others change meanwhile, all of its calls see the
/// same. Belongs to one thread, must end before the store, and does not last: while it does, it
/// takes one of the store's readers, and the database's log cannot shrink. Every call may throw
/// Unavailable besides what it names.
class Snapshot {
 public:
  Snapshot(Snapshot&&) noexcept;
  ~Snapshot();

  bool has_users();
  /// All of them, in the order in which they came.
  std::vector<UserSummary> list_users();
  /// `email` in lower case, as it is kept.
  std::optional<Credentials> find_credentials(const std::string& email);
  /// Throws UserNotFound.
  std::string find_password_hash(const support::Uuid& user_id);

  /// The user and the session, if both are there and the session has not expired at `now`: one
  /// look-up, which every request makes.
  std::optional<Caller> find_caller(const support::Uuid& user_id, const support::Uuid& session_id,
                                    support::Timestamp now);
  /// The user's sessions that have not expired at `now`, newest first.
  SessionPage list_sessions(const support::Uuid& user_id, support::Timestamp now,
                            std::int64_t limit, std::int64_t offset);
  /// Whether Changes::refresh_session would find the token, so that nothing need be written for
  /// those that nobody was given.
  bool knows_refresh_token(const TokenHash& shown);

  /// Of an owner who is in this snapshot. Throws TaskNotFound, NotTheOwner.
  Task find_task(const support::Uuid& owner, const support::Uuid& id);
  TaskPage list_tasks(const support::Uuid& owner, const TaskQuery& query);

  /// The largest id of a user, a session or a task, if there is one: new ids must be above it.
  std::optional<support::Uuid> largest_id();

 private:
  friend class Store;
  struct Reading;
  explicit Snapshot(std::unique_ptr<Reading> reading);

  std::unique_ptr<Reading> reading_;
};

}  // namespace taskdock::store
