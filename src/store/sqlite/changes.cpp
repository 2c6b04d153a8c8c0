#include "store/sqlite/changes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "store/errors.h"
#include "support/unicode.h"

namespace taskdock::store {

void Changes::require_no_users() {
  if (writing_.connection.users.count() > 0) throw NotTheFirstUser();
}

void Changes::add_user(const User& user, const std::string& password_hash) {
  sqlite::UserTable& users = writing_.connection.users;
  const auto& limit = writing_.limits.users;
  if (limit && users.count() >= *limit) throw TooManyUsers();
  users.add(user, password_hash);
}

User Changes::find_or_add_local_user(const User& otherwise) {
  sqlite::UserTable& users = writing_.connection.users;
  if (auto known = users.find_local()) return *std::move(known);
  users.add(otherwise, std::nullopt);
  users.mark_as_local(otherwise.id);
  return otherwise;
}

void Changes::check_password_hash(const support::Uuid& user_id, const PasswordHash& verified_hash) {
  if (writing_.connection.users.password_hash(user_id) != verified_hash) throw WrongPassword();
}

User Changes::change_user(const support::Uuid& id, const UserChange& change) {
  return writing_.connection.users.change(id, change);
}

void Changes::set_password_hash(const support::Uuid& user_id, const std::string& password_hash) {
  writing_.connection.users.set_password_hash(user_id, password_hash);
}

void Changes::remove_user(const support::Uuid& id) {
  writing_.connection.users.remove(id);
  writing_.connection.totals.forget_user(id);
  writing_.connection.changed.note_grants(id);
  writing_.connection.requests.remove_leftovers = true;
}

// Each of the next four can end sessions, whose spent refresh tokens then remain as leftovers.

void Changes::add_session(const Session& session, const TokenHash& refresh_hash) {
  writing_.connection.sessions.add(session, refresh_hash);
  writing_.connection.requests.remove_leftovers = true;
}

std::optional<Refreshed> Changes::refresh_session(const TokenHash& shown, const TokenHash& next,
                                                  const Rotation& rotation,
                                                  support::Timestamp expires_at,
                                                  std::chrono::seconds grace) {
  auto refreshed = writing_.connection.sessions.refresh(shown, next, rotation, expires_at, grace);
  writing_.connection.requests.remove_leftovers = true;
  return refreshed;
}

void Changes::end_session(const support::Uuid& user_id, const support::Uuid& id) {
  writing_.connection.sessions.remove(user_id, id);
  writing_.connection.requests.remove_leftovers = true;
}

void Changes::end_sessions(const support::Uuid& user_id, const std::optional<support::Uuid>& kept) {
  writing_.connection.sessions.remove_all(user_id, kept);
  writing_.connection.requests.remove_leftovers = true;
}

void Changes::add_script_token(const ScriptToken& token, const TokenHash& hash) {
  writing_.connection.script_tokens.add(token, hash);
}

void Changes::remove_script_token(const support::Uuid& user_id, const support::Uuid& id) {
  writing_.connection.script_tokens.remove(user_id, id);
  writing_.connection.changed.note_grants(user_id);
}

void Changes::remove_script_tokens(const support::Uuid& user_id) {
  writing_.connection.script_tokens.remove_all(user_id);
  writing_.connection.changed.note_grants(user_id);
}

std::optional<Task> Changes::find_own_task(const support::Uuid& owner, const support::Uuid& id) {
  return writing_.connection.tasks.find_own(owner, id);
}

std::optional<Task> Changes::find_in_trash(const support::Uuid& owner, const support::Uuid& id,
                                           support::Timestamp deleted_since) {
  return writing_.connection.trash.find(owner, id, deleted_since);
}

bool Changes::is_task_id_taken(const support::Uuid& id) {
  sqlite::DatabaseConnection& connection = writing_.connection;
  return connection.tasks.has_id(id) || connection.trash.has_id(id) ||
         connection.tombstones.has_id(id);
}

/// Throws TooManyTasks unless the owner may have so many more.
void Changes::require_room(const support::Uuid& owner, std::size_t count) {
  const auto& limit = writing_.limits.tasks_per_user;
  if (!limit) return;
  const auto totals = writing_.connection.totals.current(owner);
  if (totals && totals->total + static_cast<std::int64_t>(count) > *limit) throw TooManyTasks();
}

/// Adds the task without a reminder.
Task Changes::insert_task(Task task) {
  require_room(task.user_id, 1);
  Task added = writing_.connection.tasks.add(std::move(task));
  writing_.connection.changed.note_tasks(added.user_id);
  return added;
}

Task Changes::add_task(Task task) {
  Task added = insert_task(std::move(task));
  if (added.remind_at && !added.is_completed) writing_.connection.reminders.set(added);
  return added;
}

TaskTotals Changes::task_totals(const support::Uuid& owner) {
  const auto totals = writing_.connection.totals.current(owner);
  if (!totals) throw UserNotFound();
  return *totals;
}

IdHolder Changes::holder_of_task_id(const support::Uuid& owner, const support::Uuid& id) {
  return writing_.connection.task_walk.holder_of(owner, id);
}

std::optional<support::Uuid> Changes::largest_task_id() {
  sqlite::DatabaseConnection& connection = writing_.connection;
  return std::max({connection.tasks.largest_id(), connection.trash.largest_id(),
                   connection.tombstones.largest_id()});
}

void Changes::forget_deletion(const support::Uuid& id) {
  writing_.connection.tombstones.remove(id);
}

std::optional<support::Uuid> Changes::find_imported(const support::Uuid& owner,
                                                    const support::Uuid& key) {
  return writing_.connection.import_keys.find(owner, key);
}

void Changes::note_imported(const support::Uuid& owner, const support::Uuid& key,
                            const support::Uuid& id) {
  writing_.connection.import_keys.set(owner, key, id);
}

void Changes::import_tasks(std::vector<Task> tasks, support::Timestamp now) {
  if (tasks.empty()) return;
  const support::Uuid owner = tasks.front().user_id;
  require_room(owner, tasks.size());
  writing_.connection.changed.note_tasks(owner);
  writing_.connection.tasks.add_all(tasks);
  for (const Task& task : tasks) note_reminder(task, false, now);
}

void Changes::import_to_trash(Task task, support::Timestamp deleted_at, support::Timestamp now) {
  const TaskTotals totals = task_totals(task.user_id);
  const auto& limit = writing_.limits.tasks_per_user;
  if (limit && totals.trash >= *limit) throw TooManyTasks();
  task.revision = totals.revision + 1;
  // Devices learn of it now, whenever it was deleted elsewhere.
  writing_.connection.tombstones.add(task.user_id, {task.id, task.revision, now});
  writing_.connection.changed.note_tasks(task.user_id);
  writing_.connection.trash.add({std::move(task), deleted_at});
}

Task Changes::change_task(const support::Uuid& owner, const support::Uuid& id,
                          const TaskChange& change, support::Timestamp now) {
  writing_.connection.changed.note_tasks(owner);
  sqlite::ReminderTable& reminders = writing_.connection.reminders;
  auto [before, changed] = writing_.connection.tasks.change(owner, id, change, now);
  const bool has_new_time = changed.remind_at != before.remind_at;
  if (has_new_time && before.remind_at) reminders.remove(owner, id, *before.remind_at);
  if (has_new_time || (changed.remind_at && change.completion != TaskChange::Completion::keep)) {
    note_reminder(changed, has_new_time, now);
  }
  return std::move(changed);
}

/// Keeps of a changed task, or one that comes back, whether it is to be reminded of.
/// `has_new_time`: its remind_at is another one than before; the moment of the old one may be over,
/// and the reminder have gone out.
void Changes::note_reminder(const Task& changed, bool has_new_time, support::Timestamp now) {
  sqlite::ReminderTable& reminders = writing_.connection.reminders;
  const auto& moment = changed.remind_at;
  if (!moment) return;
  if (changed.is_completed) {
    reminders.remove(changed.user_id, changed.id, *moment);
  } else if (has_new_time || *moment > now) {
    reminders.set(changed);
  }
}

DueReminders Changes::take_reminders(const support::Uuid& owner, support::Timestamp now) {
  constexpr std::int64_t max_at_once = 8;
  DueReminders due;
  for (const support::Uuid& id : writing_.connection.reminders.take(owner, now, max_at_once)) {
    if (auto task = find_own_task(owner, id)) due.tasks.push_back(*std::move(task));
  }
  due.next = writing_.connection.reminders.next(owner);
  return due;
}

void Changes::add_next_task(Task& completed, Task next) {
  completed.next_task_id = add_task(std::move(next)).id;
  writing_.connection.tasks.set_next(completed);
}

void Changes::remove_task(const support::Uuid& owner, const support::Uuid& id,
                          support::Timestamp now) {
  writing_.connection.changed.note_tasks(owner);
  sqlite::TrashTable& trash = writing_.connection.trash;
  const TrashedTask removed{writing_.connection.tasks.remove(owner, id), now};
  trash.add(removed);
  if (removed.remind_at) writing_.connection.reminders.remove(owner, id, *removed.remind_at);
  writing_.connection.tombstones.add(owner, {removed.id, removed.revision, removed.deleted_at});
  // A list and a trash have room for as many tasks.
  const auto& limit = writing_.limits.tasks_per_user;
  if (limit && writing_.connection.totals.current(owner)->trash > *limit)
    trash.remove_oldest(owner);
}

Task Changes::restore_task(const support::Uuid& owner, const support::Uuid& id,
                           support::Timestamp deleted_since, support::Timestamp now) {
  sqlite::TrashTable& trash = writing_.connection.trash;
  auto task = trash.find(owner, id, deleted_since);
  if (!task) {
    trash.check_owner(owner, id);
    return find_task(owner, id);
  }
  task->updated_at = std::max(now, task->updated_at + std::chrono::microseconds(1));
  Task restored = insert_task(*std::move(task));
  note_reminder(restored, false, now);
  trash.remove(owner, id);
  writing_.connection.tombstones.remove(id);
  return restored;
}

void Changes::purge_task(const support::Uuid& owner, const support::Uuid& id) {
  writing_.connection.trash.remove(owner, id);
  writing_.connection.requests.empty_log = true;
}

void Changes::empty_trash(const support::Uuid& owner) {
  writing_.connection.trash.remove_all(owner);
  writing_.connection.requests.empty_log = true;
}

Task Changes::find_task(const support::Uuid& owner, const support::Uuid& id) {
  return writing_.connection.tasks.find(owner, id);
}

Tag Changes::rename_tag(const support::Uuid& owner, const std::string& name, const std::string& to,
                        support::Timestamp now) {
  sqlite::TagTable& tags = writing_.connection.tags;
  const std::string old_key = support::fold(name);
  const std::string new_key = support::fold(to);
  const auto tasks = tags.tasks_with(owner, old_key);
  if (old_key == new_key) {
    tags.respell(owner, old_key, to);
  } else {
    tags.add_unless_known(owner, new_key, to);
  }
  for (const support::Uuid& id : tasks) {
    std::vector<std::string> kept;
    bool has_new = false;
    for (const std::string& tag : find_task(owner, id).tags) {
      const std::string key = support::fold(tag);
      const bool is_new = key == old_key || key == new_key;
      if (is_new && std::exchange(has_new, true)) continue;
      kept.push_back(is_new ? to : tag);
    }
    change_task(owner, id, {.content = {.tags = std::move(kept)}}, now);
  }
  return tags.find(owner, new_key);
}

void Changes::remove_tag(const support::Uuid& owner, const std::string& name,
                         support::Timestamp now) {
  const std::string removed = support::fold(name);
  for (const support::Uuid& id : writing_.connection.tags.tasks_with(owner, removed)) {
    std::vector<std::string> kept = find_task(owner, id).tags;
    std::erase_if(kept, [&](const std::string& tag) { return support::fold(tag) == removed; });
    change_task(owner, id, {.content = {.tags = std::move(kept)}}, now);
  }
}

std::optional<KeptAnswer> Changes::find_answer(const support::Uuid& user_id, const std::string& key,
                                               const RequestHash& request, support::Timestamp now) {
  return writing_.connection.kept_answers.find(user_id, key, request, now);
}

void Changes::keep_answer(const support::Uuid& user_id, const std::string& key,
                          const RequestHash& request, const KeptAnswer& answer,
                          support::Timestamp now) {
  writing_.connection.kept_answers.add(user_id, key, request, answer, now);
}

}  // namespace taskdock::store
