#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "store/types.h"

namespace taskdock::store {

/// What one change does to the store: all of its calls are committed together, or none is, and each
/// sees what those before it did. Lives for the length of one call of Store::change. A call that
/// throws what it names has done nothing, so that the change may catch it and go on.
class Changes {
 public:
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  /// Throws NotTheFirstUser if there is a user.
  void require_no_users();
  /// Throws EmailTaken, TooManyUsers.
  void add_user(const User& user, const std::string& password_hash);
  /// Checking a password takes long, and meanwhile it may be changed, or its user may go. So what
  /// needs a password begins with this: it throws WrongPassword unless `verified_hash`, which the
  /// password was checked against, is still the user's; UserNotFound where they are gone.
  void check_password_hash(const support::Uuid& user_id, const std::string& verified_hash);
  /// The user as it is afterwards. Throws EmailTaken, UserNotFound.
  User change_user(const support::Uuid& id, const UserChange& change);
  /// Throws UserNotFound.
  void set_password_hash(const support::Uuid& user_id, const std::string& password_hash);
  /// Removes the user, with their sessions and tasks: from now on nobody finds any of them. What
  /// they occupied is overwritten in the background, soon. Throws UserNotFound.
  void remove_user(const support::Uuid& id);

  /// Adds a session of a user that must be there.
  void add_session(const Session& session, const TokenHash& refresh_hash);
  /// Replaces the refresh token `shown` by `next`, which expires at `expires_at`, and the session
  /// with it. A token that was replaced less than `grace` ago leads to the rotation that did it;
  /// one that was replaced before that has been stolen, by whoever came first or by whoever comes
  /// now, and its session is ended. Nothing: the token is not good, or no longer.
  std::optional<Refreshed> refresh_session(const TokenHash& shown, const TokenHash& next,
                                           const Rotation& rotation, support::Timestamp expires_at,
                                           std::chrono::seconds grace);
  /// Throws SessionNotFound.
  void end_session(const support::Uuid& user_id, const support::Uuid& id);
  /// All of the user's but `kept`; without one, all.
  void end_sessions(const support::Uuid& user_id, const std::optional<support::Uuid>& kept);

  /// Throws UserNotFound, TooManyTasks.
  void add_task(const Task& task);
  /// The task as it is afterwards. `updated_at` becomes `now`, or, where that would not be later
  /// than it was, the next microsecond. Throws TaskNotFound, NotTheOwner; so does the next.
  Task change_task(const support::Uuid& owner, const support::Uuid& id, const TaskChange& change,
                   support::Timestamp now);
  void remove_task(const support::Uuid& owner, const support::Uuid& id);

 private:
  friend class Store;
  struct Writing;
  explicit Changes(const Writing& writing) : writing_(writing) {}

  const Writing& writing_;
};

}  // namespace taskdock::store
