#include "store/sqlite/changes.h"

#include "store/errors.h"

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

std::optional<Task> Changes::find_task(const support::Uuid& owner, const support::Uuid& id) {
  return writing_.connection.tasks.find_own(owner, id);
}

bool Changes::is_task_id_taken(const support::Uuid& id) {
  return writing_.connection.tasks.has_id(id);
}

void Changes::add_task(const Task& task) {
  sqlite::TaskTable& tasks = writing_.connection.tasks;
  const auto& limit = writing_.limits.tasks_per_user;
  if (limit && tasks.count(task.user_id) >= *limit) throw TooManyTasks();
  tasks.add(task);
}

Task Changes::change_task(const support::Uuid& owner, const support::Uuid& id,
                          const TaskChange& change, support::Timestamp now) {
  return writing_.connection.tasks.change(owner, id, change, now);
}

void Changes::add_next_task(Task& completed, const Task& next) {
  add_task(next);
  writing_.connection.tasks.set_next(completed, next.id);
  completed.next_task_id = next.id;
}

void Changes::remove_task(const support::Uuid& owner, const support::Uuid& id) {
  writing_.connection.tasks.remove(owner, id);
}

}  // namespace taskdock::store
