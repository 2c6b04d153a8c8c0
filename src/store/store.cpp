#include "store/store.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <optional>
#include <string>

#include "store/connection.h"
#include "store/errors.h"
#include "store/migrations.h"
#include "store/reader_pool.h"
#include "store/writer.h"

namespace taskdock::store {

namespace {

/// Whether trying again later may work; anything else is a fault of ours.
bool is_passing(int sqlite_code) {
  switch (sqlite_code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
    case SQLITE_PERM:
      return true;
    default:
      return false;
  }
}

/// Throws WrongPassword unless `verified_hash` is still that of the user's password; UserNotFound.
void check_password_hash(Connection& connection, const support::Uuid& user_id,
                         const std::string& verified_hash) {
  if (connection.users.password_hash(user_id) != verified_hash) throw WrongPassword();
}

/// Calls `function` and turns the errors of SQLite that may pass into Unavailable.
template <class Function>
auto translating(Function function) {
  try {
    return function();
  } catch (const SQLite::Exception& error) {
    if (is_passing(error.getErrorCode())) throw Unavailable(error.getErrorStr());
    throw;
  }
}

}  // namespace

/// A reader with its transaction, which SQLite begins when the first of its queries does.
struct Snapshot::Reading {
  explicit Reading(ReaderPool& readers) : lease(readers.borrow()) { (*lease).begin_reading(); }
  ~Reading() { (*lease).end_reading(); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  template <class Work>
  auto read(Work work) {
    return translating([&] { return work(*lease); });
  }

  const ReaderPool::Lease lease;
};

Snapshot::Snapshot(std::unique_ptr<Reading> reading) : reading_(std::move(reading)) {}

Snapshot::Snapshot(Snapshot&&) noexcept = default;

Snapshot::~Snapshot() = default;

std::optional<Caller> Snapshot::find_caller(const support::Uuid& user_id,
                                            const support::Uuid& session_id,
                                            support::Timestamp now) {
  return reading_->read([&](Connection& connection) {
    return connection.sessions.find_caller(user_id, session_id, now);
  });
}

SessionPage Snapshot::list_sessions(const support::Uuid& user_id, support::Timestamp now,
                                    std::int64_t limit, std::int64_t offset) {
  return reading_->read([&](Connection& connection) {
    return connection.sessions.list(user_id, now, limit, offset);
  });
}

Task Snapshot::find_task(const support::Uuid& owner, const support::Uuid& id) {
  return reading_->read([&](Connection& connection) { return connection.tasks.find(owner, id); });
}

TaskPage Snapshot::list_tasks(const support::Uuid& owner, const TaskQuery& query) {
  return reading_->read(
      [&](Connection& connection) { return connection.tasks.list(owner, query); });
}

struct Store::Parts {
  Parts(const std::filesystem::path& file, std::size_t most_readers)
      : connection(file, Connection::Role::writer) {
    migrate(connection.database(), current_schema());
    connection.start_journal();
    // Whoever had the file before may have ended between a deletion and the end of its traces.
    connection.wants_checkpoint = true;
    readers.emplace(file, most_readers);
    writer.emplace(connection);
  }

  /// The writer's thread ends first, and the readers close, before the one connection that may
  /// touch the write-ahead log folds it in.
  ~Parts() {
    writer.reset();
    readers.reset();
    connection.checkpoint(std::chrono::seconds(5));
  }

  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  template <class Work>
  auto read(Work work) {
    return translating([&] {
      const ReaderPool::Lease lease = readers->borrow();
      return work(*lease);
    });
  }

  template <class Work>
  void write(Work work) {
    translating([&] { writer->run(work); });
  }

  Connection connection;
  std::optional<ReaderPool> readers;
  std::optional<Writer> writer;
};

Store::Store(const std::filesystem::path& file, std::size_t readers)
    : parts_(translating([&] { return std::make_unique<Parts>(file, readers); })) {}

Store::~Store() = default;

void Store::add_user(const User& user, const std::string& password_hash) {
  parts_->write([&](Connection& connection) { connection.users.add(user, password_hash); });
}

void Store::sign_up(const User& user, const std::string& password_hash, const Session& session,
                    const TokenHash& refresh_hash, bool only_first) {
  parts_->write([&](Connection& connection) {
    if (only_first && !connection.users.is_empty()) throw NotTheFirstUser();
    connection.users.add(user, password_hash);
    connection.sessions.add(session, refresh_hash);
  });
}

bool Store::has_users() {
  return parts_->read([](Connection& connection) { return !connection.users.is_empty(); });
}

std::vector<UserSummary> Store::list_users() {
  return parts_->read([](Connection& connection) { return connection.users.list(); });
}

std::optional<Credentials> Store::find_credentials(const std::string& email) {
  return parts_->read(
      [&](Connection& connection) { return connection.users.find_credentials(email); });
}

std::string Store::find_password_hash(const support::Uuid& user_id) {
  return parts_->read(
      [&](Connection& connection) { return connection.users.password_hash(user_id); });
}

void Store::log_in(const Session& session, const TokenHash& refresh_hash,
                   const std::string& verified_hash, const std::optional<std::string>& new_hash) {
  parts_->write([&](Connection& connection) {
    check_password_hash(connection, session.user_id, verified_hash);
    if (new_hash) connection.users.set_password_hash(session.user_id, *new_hash);
    connection.sessions.add(session, refresh_hash);
  });
}

User Store::change_user(const support::Uuid& id, const UserChange& change,
                        const std::optional<std::string>& verified_hash) {
  User changed;
  parts_->write([&](Connection& connection) {
    if (verified_hash) check_password_hash(connection, id, *verified_hash);
    changed = connection.users.change(id, change);
  });
  return changed;
}

void Store::change_password(const support::Uuid& user_id, const std::string& verified_hash,
                            const std::string& new_hash,
                            const std::optional<support::Uuid>& kept_session) {
  parts_->write([&](Connection& connection) {
    check_password_hash(connection, user_id, verified_hash);
    connection.users.set_password_hash(user_id, new_hash);
    connection.sessions.remove_all(user_id, kept_session);
  });
}

void Store::remove_user(const support::Uuid& id, const std::string& verified_hash) {
  parts_->write([&](Connection& connection) {
    check_password_hash(connection, id, verified_hash);
    connection.users.remove(id);
    connection.wants_checkpoint = true;
  });
}

std::optional<Refreshed> Store::refresh_session(const TokenHash& shown, const TokenHash& next,
                                                const Rotation& rotation,
                                                support::Timestamp expires_at,
                                                std::chrono::seconds grace) {
  std::optional<Refreshed> refreshed;
  const bool known =
      parts_->read([&](Connection& connection) { return connection.sessions.knows(shown); });
  if (!known) return refreshed;
  parts_->write([&](Connection& connection) {
    refreshed = connection.sessions.refresh(shown, next, rotation, expires_at, grace);
  });
  return refreshed;
}

void Store::touch_session(const support::Uuid& id, support::Timestamp now) {
  parts_->writer->post([id, now](Connection& connection) { connection.sessions.touch(id, now); });
}

void Store::end_session(const support::Uuid& user_id, const support::Uuid& id) {
  parts_->write([&](Connection& connection) { connection.sessions.remove(user_id, id); });
}

void Store::end_other_sessions(const support::Uuid& user_id, const support::Uuid& kept) {
  parts_->write([&](Connection& connection) { connection.sessions.remove_all(user_id, kept); });
}

void Store::add_task(const Task& task) {
  parts_->write([&](Connection& connection) { connection.tasks.add(task); });
}

Task Store::change_task(const support::Uuid& owner, const support::Uuid& id,
                        const TaskChange& change, support::Timestamp now) {
  Task changed;
  parts_->write(
      [&](Connection& connection) { changed = connection.tasks.change(owner, id, change, now); });
  return changed;
}

void Store::remove_task(const support::Uuid& owner, const support::Uuid& id) {
  parts_->write([&](Connection& connection) { connection.tasks.remove(owner, id); });
}

Snapshot Store::snapshot() {
  return Snapshot(
      translating([&] { return std::make_unique<Snapshot::Reading>(*parts_->readers); }));
}

void Store::check() {
  parts_->read([](Connection& connection) { return connection.check.lend().step(); });
}

const char* sqlite_version() {
  return sqlite3_libversion();
}

}  // namespace taskdock::store
