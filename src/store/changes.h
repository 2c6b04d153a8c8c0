#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "store/task_query.h"
#include "store/task_walk.h"
#include "store/types.h"

namespace taskdock::store {

/// The calls of one change: all are committed together or none is, and each sees the effects of
/// those before it. Valid only until the `work` of Store::change returns. A call that throws an
/// error which it names has changed nothing, so that the change can catch the error and continue.
class Changes {
 public:
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  /// Throws NotTheFirstUser if there is a user.
  void require_no_users();
  /// Throws EmailTaken, TooManyUsers.
  void add_user(const User& user, const std::string& password_hash);
  /// The local user, who logs in with the launch token. If there is none yet, `otherwise` is added
  /// as the local user, without a password and whatever the limits are. Throws EmailTaken.
  User find_or_add_local_user(const User& otherwise);
  /// Throws WrongPassword if `verified_hash`, against which a password was checked, is no longer
  /// the user's; UserNotFound. A change that needs a password begins with this: checking one takes
  /// long, and meanwhile it can be changed, or its user be deleted. For a user without a password
  /// there was nothing to check, but meanwhile one can have been set.
  void check_password_hash(const support::Uuid& user_id, const PasswordHash& verified_hash);
  /// Returns the changed user. Throws EmailTaken, UserNotFound.
  User change_user(const support::Uuid& id, const UserChange& change);
  /// Throws UserNotFound.
  void set_password_hash(const support::Uuid& user_id, const std::string& password_hash);
  /// Removes the user, with their sessions, tokens and tasks: no call finds any of them from now
  /// on. They are overwritten in the database by background work soon after. Throws UserNotFound.
  void remove_user(const support::Uuid& id);

  /// Adds a session of a user, who must exist.
  void add_session(const Session& session, const TokenHash& refresh_hash);
  /// Replaces the refresh token `shown` by `next`, which expires at `expires_at`, as does the
  /// session. If `shown` was already replaced less than `grace` ago, returns the rotation that
  /// replaced it. If it was replaced earlier, one of the two who have used it has stolen it: the
  /// session is ended. Returns nothing if the token is not valid.
  std::optional<Refreshed> refresh_session(const TokenHash& shown, const TokenHash& next,
                                           const Rotation& rotation, support::Timestamp expires_at,
                                           std::chrono::seconds grace);
  /// Throws SessionNotFound.
  void end_session(const support::Uuid& user_id, const support::Uuid& id);
  /// Ends all sessions of the user, except `kept` if there is one.
  void end_sessions(const support::Uuid& user_id, const std::optional<support::Uuid>& kept);

  /// Adds a token for scripts. A user has at most a hundred, of which those that have expired make
  /// room for others. Throws UserNotFound, TooManyTokens.
  void add_script_token(const ScriptToken& token, const TokenHash& hash);
  /// Throws TokenNotFound.
  void remove_script_token(const support::Uuid& user_id, const support::Uuid& id);
  /// Removes all tokens for scripts of the user.
  void remove_script_tokens(const support::Uuid& user_id);

  /// The owner's task; nothing if they have none with this id.
  std::optional<Task> find_own_task(const support::Uuid& owner, const support::Uuid& id);
  /// Whether a task of anybody has the id, or had it and that is not forgotten yet, so that a new
  /// one cannot have it.
  bool is_task_id_taken(const support::Uuid& id);
  /// The owner's task with this id that is in the trash, if there is one.
  std::optional<Task> find_in_trash(const support::Uuid& owner, const support::Uuid& id,
                                    support::Timestamp deleted_since);

  /// Throws UserNotFound.
  TaskTotals task_totals(const support::Uuid& owner);
  /// Who has the id, in whatever way (is_task_id_taken).
  IdHolder holder_of_task_id(const support::Uuid& owner, const support::Uuid& id);
  /// Nobody has an id above this one, in whatever way (is_task_id_taken). Nothing if nobody has
  /// any.
  std::optional<support::Uuid> largest_task_id();
  /// Forgets that the task with this id, which is not in the trash either, was deleted: then a task
  /// can have the id again. That must come in the same change, since devices that know of the
  /// deletion learn of it by the task's revision.
  void forget_deletion(const support::Uuid& id);

  /// The id of the owner's task that was imported with this key; nothing if none was, or if its
  /// deletion is forgotten.
  std::optional<support::Uuid> find_imported(const support::Uuid& owner, const support::Uuid& key);
  /// Notes that the owner's task `id` was imported with this key, which is of no other task from
  /// now on.
  void note_imported(const support::Uuid& owner, const support::Uuid& key, const support::Uuid& id);

  // Each of the next calls makes one change of a task, and gives it the next revision of its owner.

  /// Adds the task, whose id must not be taken, and returns it with its revision, and with its tags
  /// as they are spelled. Throws UserNotFound, TooManyTasks, TooManyTags.
  Task add_task(Task task);
  /// Adds tasks of one owner as they were made elsewhere, with all their times, in their order.
  /// Their ids must not be taken. They are reminded of if that moment is after `now`. Throws
  /// UserNotFound, TooManyTasks, TooManyTags; then some may have been added, and the change must
  /// not go on.
  void import_tasks(std::vector<Task> tasks, support::Timestamp now);
  /// Adds a task that was made and deleted elsewhere to the trash. Its id must not be taken. Throws
  /// UserNotFound, TooManyTasks.
  void import_to_trash(Task task, support::Timestamp deleted_at, support::Timestamp now);
  /// Returns the changed task. Its `updated_at` becomes `now`, or one microsecond more than before
  /// if `now` is not later. Throws TaskNotFound, NotTheOwner, TooManyTags.
  Task change_task(const support::Uuid& owner, const support::Uuid& id, const TaskChange& change,
                   support::Timestamp now);
  /// Adds `next`, with which `completed` goes on, and notes that in `completed`. Throws
  /// UserNotFound, TooManyTasks.
  void add_next_task(Task& completed, Task next);
  /// Moves the task to the trash, and notes the deletion. Throws TaskNotFound, NotTheOwner.
  void remove_task(const support::Uuid& owner, const support::Uuid& id, support::Timestamp now);
  /// Moves the task back from the trash, if it was deleted at `deleted_since` or later, and forgets
  /// the deletion. Its `updated_at` moves as when it is changed. A task that is not in the trash
  /// stays as it is, so that to restore it twice is no error. Throws TaskNotFound, NotTheOwner,
  /// TooManyTasks, TooManyTags.
  Task restore_task(const support::Uuid& owner, const support::Uuid& id,
                    support::Timestamp deleted_since, support::Timestamp now);

  /// Removes the task from the trash for good; that it was deleted stays known. Throws
  /// TaskNotFound, NotTheOwner.
  void purge_task(const support::Uuid& owner, const support::Uuid& id);
  /// Removes all of the owner's tasks in the trash for good.
  void empty_trash(const support::Uuid& owner);

  /// The owner's tasks that are due to be reminded of at `now`, a few of them. Each is returned
  /// once: it is due again only when its remind_at is changed. A task that is opened again or
  /// restored is reminded of if its moment is still to come.
  DueReminders take_reminders(const support::Uuid& owner, support::Timestamp now);

  /// Gives the tag another name, in all tasks, each of which is changed thereby; if there is a tag
  /// of that name, the two become one. Throws TagNotFound.
  Tag rename_tag(const support::Uuid& owner, const std::string& name, const std::string& to,
                 support::Timestamp now);
  /// Removes the tag from all tasks, each of which is changed thereby. Throws TagNotFound.
  void remove_tag(const support::Uuid& owner, const std::string& name, support::Timestamp now);

  /// The owner's task, as this change sees it. Throws TaskNotFound, NotTheOwner.
  Task find_task(const support::Uuid& owner, const support::Uuid& id);

  /// The answer that was kept for the user's `key` and this request, unless it is too old at `now`.
  /// Throws KeyTaken if the key was used for another request.
  std::optional<KeptAnswer> find_answer(const support::Uuid& user_id, const std::string& key,
                                        const RequestHash& request, support::Timestamp now);
  /// Keeps the answer, which find_answer has not found. Throws UserNotFound.
  void keep_answer(const support::Uuid& user_id, const std::string& key, const RequestHash& request,
                   const KeptAnswer& answer, support::Timestamp now);

 private:
  void require_room(const support::Uuid& owner, std::size_t count);
  Task insert_task(Task task);
  void note_reminder(const Task& changed, bool has_new_time, support::Timestamp now);

  friend class Store;
  struct Writing;
  explicit Changes(const Writing& writing) : writing_(writing) {}

  const Writing& writing_;
};

}  // namespace taskdock::store
