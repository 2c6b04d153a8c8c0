#include "store/sqlite/snapshot.h"

namespace taskdock::store {

using sqlite::DatabaseConnection;

Snapshot::Snapshot(std::unique_ptr<Reading> reading) : reading_(std::move(reading)) {}

Snapshot::Snapshot(Snapshot&&) noexcept = default;

Snapshot::~Snapshot() = default;

bool Snapshot::has_users() {
  return reading_->read(
      [](DatabaseConnection& connection) { return connection.users.count() > 0; });
}

std::vector<UserSummary> Snapshot::list_users() {
  return reading_->read([](DatabaseConnection& connection) { return connection.users.list(); });
}

std::optional<Credentials> Snapshot::find_credentials(const std::string& email) {
  return reading_->read(
      [&](DatabaseConnection& connection) { return connection.users.find_credentials(email); });
}

PasswordHash Snapshot::find_password_hash(const support::Uuid& user_id) {
  return reading_->read(
      [&](DatabaseConnection& connection) { return connection.users.password_hash(user_id); });
}

std::optional<Caller> Snapshot::find_caller(const support::Uuid& user_id,
                                            const support::Uuid& session_id,
                                            support::Timestamp now) {
  return reading_->read([&](DatabaseConnection& connection) {
    return connection.sessions.find_caller(user_id, session_id, now);
  });
}

std::optional<Caller> Snapshot::find_caller(const TokenHash& script_token, support::Timestamp now) {
  return reading_->read([&](DatabaseConnection& connection) {
    return connection.script_tokens.find_caller(script_token, now);
  });
}

std::optional<support::Timestamp> Snapshot::find_expiry(const Grant& grant,
                                                        const support::Uuid& user_id,
                                                        support::Timestamp now) {
  return reading_->read([&](DatabaseConnection& connection) {
    return grant.kind == Grant::Kind::session
               ? connection.sessions.find_expiry(user_id, grant.id, now)
               : connection.script_tokens.find_expiry(user_id, grant.id, now);
  });
}

std::vector<ScriptToken> Snapshot::list_script_tokens(const support::Uuid& user_id) {
  return reading_->read(
      [&](DatabaseConnection& connection) { return connection.script_tokens.list(user_id); });
}

SessionPage Snapshot::list_sessions(const support::Uuid& user_id, support::Timestamp now,
                                    std::int64_t limit, std::int64_t offset) {
  return reading_->read([&](DatabaseConnection& connection) {
    return connection.sessions.list(user_id, now, limit, offset);
  });
}

bool Snapshot::knows_refresh_token(const TokenHash& shown) {
  return reading_->read(
      [&](DatabaseConnection& connection) { return connection.sessions.knows(shown); });
}

Task Snapshot::find_task(const support::Uuid& owner, const support::Uuid& id) {
  return reading_->read(
      [&](DatabaseConnection& connection) { return connection.tasks.find(owner, id); });
}

TaskPage Snapshot::list_tasks(const support::Uuid& owner, const TaskTotals& totals,
                              const TaskQuery& query) {
  return reading_->read([&](DatabaseConnection& connection) {
    return connection.task_list.list(owner, totals, query);
  });
}

std::int64_t Snapshot::count_tasks(const support::Uuid& owner, const TaskTotals& totals,
                                   std::optional<bool> completed, const TaskFilter& filter) {
  return reading_->read([&](DatabaseConnection& connection) {
    return connection.task_list.count(owner, totals, completed, filter);
  });
}

TaskTotals Snapshot::task_totals(const support::Uuid& owner) {
  return reading_->read([&](DatabaseConnection& connection) {
    return connection.totals.find(owner).value_or(TaskTotals{});
  });
}

TrashPage Snapshot::list_trash(const support::Uuid& owner, const TrashQuery& query) {
  return reading_->read(
      [&](DatabaseConnection& connection) { return connection.trash.list(owner, query); });
}

std::int64_t Snapshot::count_trash(const support::Uuid& owner, support::Timestamp deleted_since) {
  return reading_->read(
      [&](DatabaseConnection& connection) { return connection.trash.count(owner, deleted_since); });
}

void Snapshot::walk_tasks(const support::Uuid& owner, const std::optional<support::Uuid>& after,
                          const TaskVisitor& visit) {
  reading_->read(
      [&](DatabaseConnection& connection) { connection.task_walk.walk(owner, after, visit); });
}

void Snapshot::walk_trash(const support::Uuid& owner, const std::optional<support::Uuid>& after,
                          support::Timestamp deleted_since, const TrashVisitor& visit) {
  reading_->read([&](DatabaseConnection& connection) {
    connection.task_walk.walk_trash(owner, after, deleted_since, visit);
  });
}

ChangePage Snapshot::list_changes(const support::Uuid& owner, std::int64_t since,
                                  std::int64_t limit) {
  return reading_->read([&](DatabaseConnection& connection) {
    return connection.change_feed.list(owner, since, limit);
  });
}

std::optional<support::Timestamp> Snapshot::find_next_reminder(const support::Uuid& owner) {
  return reading_->read(
      [&](DatabaseConnection& connection) { return connection.reminders.next(owner); });
}

std::vector<Tag> Snapshot::list_tags(const support::Uuid& owner) {
  return reading_->read(
      [&](DatabaseConnection& connection) { return connection.tags.list(owner); });
}

std::optional<support::Uuid> Snapshot::largest_id() {
  return reading_->read([](DatabaseConnection& connection) {
    std::optional<support::Uuid> largest;
    for (const auto& id : {connection.users.largest_id(), connection.sessions.largest_id(),
                           connection.script_tokens.largest_id(), connection.tasks.largest_id(),
                           connection.trash.largest_id()}) {
      if (id && (!largest || largest->bytes < id->bytes)) largest = id;
    }
    return largest;
  });
}

}  // namespace taskdock::store
