#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/task_query.h"
#include "store/task_walk.h"
#include "store/types.h"

namespace taskdock::store {

/// The content of the store at one moment: all calls see the same, whatever is changed meanwhile.
/// Belongs to one thread and must end before the store. It should be short: while it exists it
/// occupies one of the store's readers, and the database's log cannot shrink. Every call may throw
/// Unavailable besides what it names.
class Snapshot {
 public:
  Snapshot(Snapshot&&) noexcept;
  ~Snapshot();

  bool has_users();
  /// All users, oldest first.
  std::vector<UserSummary> list_users();
  /// `email` must be in lower case, as it is stored.
  std::optional<Credentials> find_credentials(const std::string& email);
  /// Throws UserNotFound.
  PasswordHash find_password_hash(const support::Uuid& user_id);

  /// The user and the session, if both exist and the session has not expired at `now`. One query,
  /// which every request makes.
  std::optional<Caller> find_caller(const support::Uuid& user_id, const support::Uuid& session_id,
                                    support::Timestamp now);
  /// The same for the token for scripts with this hash.
  std::optional<Caller> find_caller(const TokenHash& script_token, support::Timestamp now);
  /// When `grant`, which has let somebody act for the user, expires, unless it is a session that is
  /// refreshed before; the maximum if it does not. Nothing if it has ended or expired at `now`.
  std::optional<support::Timestamp> find_expiry(const Grant& grant, const support::Uuid& user_id,
                                                support::Timestamp now);
  /// The user's sessions that have not expired at `now`, newest first.
  SessionPage list_sessions(const support::Uuid& user_id, support::Timestamp now,
                            std::int64_t limit, std::int64_t offset);
  /// All tokens for scripts that the user has, newest first, also those that have expired.
  std::vector<ScriptToken> list_script_tokens(const support::Uuid& user_id);
  /// Whether Changes::refresh_session can find the token: an unknown one can be refused without a
  /// change.
  bool knows_refresh_token(const TokenHash& shown);

  /// `owner` must be in this snapshot. Throws TaskNotFound, NotTheOwner.
  Task find_task(const support::Uuid& owner, const support::Uuid& id);
  TaskPage list_tasks(const support::Uuid& owner, const TaskQuery& query) {
    return list_tasks(owner, task_totals(owner), query);
  }
  /// The same for who has the owner's totals in this snapshot already.
  TaskPage list_tasks(const support::Uuid& owner, const TaskTotals& totals, const TaskQuery& query);
  TaskTotals task_totals(const support::Uuid& owner);
  /// How many of the owner's tasks match, counted up to max_counted; `totals` are those of the
  /// owner in this snapshot.
  std::int64_t count_tasks(const support::Uuid& owner, const TaskTotals& totals,
                           std::optional<bool> completed, const TaskFilter& filter);
  TrashPage list_trash(const support::Uuid& owner, const TrashQuery& query);
  std::int64_t count_trash(const support::Uuid& owner, support::Timestamp deleted_since);
  /// Calls `visit` for each of the owner's tasks whose id comes after `after`, in the order of the
  /// ids, until it returns false; or for each in the trash that was deleted at `deleted_since` or
  /// later. Whoever has a part of them can go on in another snapshot.
  void walk_tasks(const support::Uuid& owner, const std::optional<support::Uuid>& after,
                  const TaskVisitor& visit);
  void walk_trash(const support::Uuid& owner, const std::optional<support::Uuid>& after,
                  support::Timestamp deleted_since, const TrashVisitor& visit);
  /// What the owner's changes after the one numbered `since` have led to: the first `limit`, or
  /// fewer, but at least one, if their texts are longer than a megabyte.
  ChangePage list_changes(const support::Uuid& owner, std::int64_t since, std::int64_t limit);
  /// When the next reminder of the owner is due; nothing if there is none.
  std::optional<support::Timestamp> find_next_reminder(const support::Uuid& owner);
  /// The owner's tags, most used first.
  std::vector<Tag> list_tags(const support::Uuid& owner);

  /// The largest id of a user, a session, a token for scripts or a task, if there is one: new ids
  /// must be above it.
  std::optional<support::Uuid> largest_id();

 private:
  friend class Store;
  struct Reading;
  explicit Snapshot(std::unique_ptr<Reading> reading);

  std::unique_ptr<Reading> reading_;
};

}  // namespace taskdock::store
