#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/types.h"

namespace taskdock::store {

/// What the store holds at one moment: whatever others write meanwhile, all of its calls see the
/// same. Belongs to one thread, must end before the store, and does not last: while it does, it
/// takes one of the store's readers, and the write-ahead log cannot shrink. Every call may throw
/// Unavailable besides what it names.
class Snapshot {
 public:
  Snapshot(Snapshot&&) noexcept;
  ~Snapshot();

  /// The user and the session, if both are there and the session has not expired at `now`: one
  /// look-up, which every request makes.
  std::optional<Caller> find_caller(const support::Uuid& user_id, const support::Uuid& session_id,
                                    support::Timestamp now);
  /// The user's sessions that have not expired at `now`, newest first.
  SessionPage list_sessions(const support::Uuid& user_id, support::Timestamp now,
                            std::int64_t limit, std::int64_t offset);

  /// Throws TaskNotFound, NotTheOwner.
  Task find_task(const support::Uuid& owner, const support::Uuid& id);
  TaskPage list_tasks(const support::Uuid& owner, const TaskQuery& query);

 private:
  friend class Store;
  struct Reading;
  explicit Snapshot(std::unique_ptr<Reading> reading);

  std::unique_ptr<Reading> reading_;
};

/// Everything Taskdock keeps: users, their sessions and their tasks, in one SQLite file.
///
/// What a call that writes was given is on the disk when the call returns, and none of it is when
/// it throws. Any thread may call it; every call may throw Unavailable besides what it names.
///
/// One process at a time may have a file open as a Store: the caller sees to that.
class Store {
 public:
  /// Opens `file`, makes it if it is not there, and brings an older schema up to date. At most
  /// `readers` connections serve look-ups at once. Throws Unusable for a file that is no database
  /// of ours or is newer than this version, Unavailable if it cannot be opened or made.
  Store(const std::filesystem::path& file, std::size_t readers);

  /// Finishes the writes under way and folds the write-ahead log into the file.
  ~Store();

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Throws EmailTaken.
  void add_user(const User& user, const std::string& password_hash);
  /// The same with the user's first session. Throws EmailTaken; NotTheFirstUser where there is one
  /// already and `only_first` is set.
  void sign_up(const User& user, const std::string& password_hash, const Session& session,
               const TokenHash& refresh_hash, bool only_first);
  bool has_users();
  /// All of them, in the order in which they came.
  std::vector<UserSummary> list_users();
  /// `email` in lower case, as it is kept.
  std::optional<Credentials> find_credentials(const std::string& email);
  /// Throws UserNotFound.
  std::string find_password_hash(const support::Uuid& user_id);

  // Checking a password takes long, and meanwhile it may be changed, or its user may go. So what
  // needs one is given the hash it was checked against, and throws WrongPassword where that is no
  // longer the user's, UserNotFound where they are gone.

  /// Adds a session of its user; `new_hash` takes the place of `verified_hash`, if it is there.
  void log_in(const Session& session, const TokenHash& refresh_hash,
              const std::string& verified_hash, const std::optional<std::string>& new_hash);
  /// The user as it is afterwards. Throws EmailTaken. Without `verified_hash` no password is
  /// needed.
  User change_user(const support::Uuid& id, const UserChange& change,
                   const std::optional<std::string>& verified_hash);
  /// Ends all of the user's sessions but `kept_session`.
  void change_password(const support::Uuid& user_id, const std::string& verified_hash,
                       const std::string& new_hash,
                       const std::optional<support::Uuid>& kept_session);
  /// Takes the user away, with their sessions and tasks, and nothing of them stays in the file.
  void remove_user(const support::Uuid& id, const std::string& verified_hash);

  /// Replaces the refresh token `shown` by `next`, which expires at `expires_at`, and the session
  /// with it. A token that was replaced less than `grace` ago leads to the rotation that did it;
  /// one that was replaced before that has been stolen, by whoever came first or by whoever comes
  /// now, and its session is ended. Nothing: the token is not good, or no longer.
  std::optional<Refreshed> refresh_session(const TokenHash& shown, const TokenHash& next,
                                           const Rotation& rotation, support::Timestamp expires_at,
                                           std::chrono::seconds grace);
  /// Notes that the session was used at `now`, soon; does not wait for it.
  void touch_session(const support::Uuid& id, support::Timestamp now);
  /// Throws SessionNotFound.
  void end_session(const support::Uuid& user_id, const support::Uuid& id);
  void end_other_sessions(const support::Uuid& user_id, const support::Uuid& kept);

  /// Throws UserNotFound.
  void add_task(const Task& task);
  /// The task as it is afterwards. `updated_at` becomes `now`, or, where that would not be later
  /// than it was, the next microsecond. Throws TaskNotFound, NotTheOwner; so does the next.
  Task change_task(const support::Uuid& owner, const support::Uuid& id, const TaskChange& change,
                   support::Timestamp now);
  void remove_task(const support::Uuid& owner, const support::Uuid& id);

  /// What the store holds now. Waits until there is a reader to spare.
  Snapshot snapshot();

  /// Returns if the database answers a query.
  void check();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The version of the SQLite library, e.g. "3.40.1".
const char* sqlite_version();

}  // namespace taskdock::store
