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
#include "support/log.h"

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

struct Store::Parts {
  Parts(const std::filesystem::path& file, std::size_t most_readers)
      : connection(file, Connection::Role::writer) {
    migrate(connection.database(), current_schema());
    connection.start_journal();
    readers.emplace(file, most_readers);
    writer.emplace(connection);
  }

  /// The writer's thread ends first, and the readers close, before the one connection that may
  /// touch the write-ahead log folds it in.
  ~Parts() {
    writer.reset();
    readers.reset();
    try {
      connection.checkpoint();
    } catch (const SQLite::Exception& error) {
      // Nothing is lost: the next start finds the log and reads it.
      support::log(support::LogLevel::warning, std::string("checkpoint: ") + error.what());
    }
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

std::optional<User> Store::find_user(const support::Uuid& id) {
  return parts_->read([&](Connection& connection) { return connection.users.find(id); });
}

std::optional<Credentials> Store::find_credentials(const std::string& email) {
  return parts_->read(
      [&](Connection& connection) { return connection.users.find_credentials(email); });
}

void Store::replace_password_hash(const support::Uuid& user_id, const std::string& old_hash,
                                  const std::string& password_hash) {
  parts_->write([&](Connection& connection) {
    connection.users.replace_password_hash(user_id, old_hash, password_hash);
  });
}

void Store::add_task(const Task& task) {
  parts_->write([&](Connection& connection) { connection.tasks.add(task); });
}

Task Store::find_task(const support::Uuid& owner, const support::Uuid& id) {
  return parts_->read([&](Connection& connection) { return connection.tasks.find(owner, id); });
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

TaskPage Store::list_tasks(const support::Uuid& owner, const TaskQuery& query) {
  return parts_->read([&](Connection& connection) {
    return connection.in_snapshot([&] { return connection.tasks.list(owner, query); });
  });
}

void Store::check() {
  parts_->read([](Connection& connection) { return connection.check.lend().step(); });
}

const char* sqlite_version() {
  return sqlite3_libversion();
}

}  // namespace taskdock::store
