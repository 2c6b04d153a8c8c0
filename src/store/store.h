#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "store/types.h"

namespace taskdock::store {

/// Everything Taskdock keeps: users and their tasks, in one SQLite file.
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
  std::optional<User> find_user(const support::Uuid& id);
  /// `email` in lower case, as it is kept.
  std::optional<Credentials> find_credentials(const std::string& email);
  /// Puts `password_hash` in the place of `old_hash`; does nothing if that is no longer the user's,
  /// so that a password changed meanwhile stays changed.
  void replace_password_hash(const support::Uuid& user_id, const std::string& old_hash,
                             const std::string& password_hash);

  void add_task(const Task& task);
  /// Throws TaskNotFound, NotTheOwner; so do the next two.
  Task find_task(const support::Uuid& owner, const support::Uuid& id);
  /// The task as it is afterwards. `updated_at` becomes `now`, or, where that would not be later
  /// than it was, the next microsecond.
  Task change_task(const support::Uuid& owner, const support::Uuid& id, const TaskChange& change,
                   support::Timestamp now);
  void remove_task(const support::Uuid& owner, const support::Uuid& id);
  TaskPage list_tasks(const support::Uuid& owner, const TaskQuery& query);

  /// Returns if the database answers a query.
  void check();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The version of the SQLite library, e.g. "3.40.1".
const char* sqlite_version();

}  // namespace taskdock::store
