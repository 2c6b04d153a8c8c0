#include "store/store.h"

#include <sqlite3.h>

#include <atomic>
#include <optional>
#include <string>

#include "store/errors.h"
#include "store/sqlite/changes.h"
#include "store/sqlite/database_connection.h"
#include "store/sqlite/database_files.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/reader_pool.h"
#include "store/sqlite/snapshot.h"
#include "store/sqlite/writer.h"

namespace taskdock::store {

namespace {

using sqlite::DatabaseConnection;

}  // namespace

struct Store::Parts {
  Parts(const std::filesystem::path& file, const StoreOptions& options)
      : files(file), limits(options.limits) {
    files.check_kinds();
    files.check_log();
    std::error_code none;
    if (!options.may_migrate && !std::filesystem::exists(file, none)) {
      throw Unusable("there is no database");
    }
    sqlite::opened([&] { connection.emplace(file, DatabaseConnection::Role::writer); });
    sqlite::translating(connection->database(), [&] {
      sqlite::migrate(
          connection->database(), sqlite::current_schema(),
          options.may_migrate ? sqlite::MayMigrate::with_backup : sqlite::MayMigrate::no);
      epoch =
          connection->change_feed.epoch();  // before anything is written, since it may be damaged
      connection->start_journal();
      connection->try_writing();
      files.remember(connection->may_shrink());
      readers.emplace(files, options.readers);
      writer.emplace(*connection, files);
    });
  }

  /// The writer's thread ends first, and the readers close, before the one connection that folds
  /// the write-ahead log into the file, if no other process has it open.
  ~Parts() {
    writer.reset();
    readers.reset();
    if (files.are_unchanged()) return;
    connection->leave_log_on_close();
    connection.reset();
    files.set_log_aside();
  }

  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  /// Makes `moment` one of the background requests, soon.
  void request(
      std::optional<support::Timestamp> DatabaseConnection::BackgroundRequests::*pruned_before,
      support::Timestamp moment) noexcept {
    try {
      writer->post([pruned_before, moment](DatabaseConnection& of_writer) {
        of_writer.requests.*pruned_before = moment;
      });
    } catch (const std::bad_alloc&) {
      // The next call does it.
    }
  }

  sqlite::DatabaseFiles files;
  const Limits limits;
  support::Uuid epoch;
  std::optional<DatabaseConnection> connection;
  std::optional<sqlite::ReaderPool> readers;
  std::optional<sqlite::Writer> writer;
  std::atomic<bool> is_damaged{false};
};

Store::Store(const std::filesystem::path& file, const StoreOptions& options)
    : parts_(std::make_unique<Parts>(file, options)) {}

Store::~Store() = default;

void Store::run(Callback callback, void* callee, ChangeSize size) {
  parts_->writer->run(
      [this, callback, callee](DatabaseConnection& connection) {
        const Changes::Writing writing{connection, parts_->limits};
        Changes changes(writing);
        callback(callee, changes);
      },
      size);
}

void Store::touch(const Grant& grant, support::Timestamp now) noexcept {
  try {
    parts_->writer->post([grant, now](DatabaseConnection& connection) {
      if (grant.kind == Grant::Kind::session) {
        connection.sessions.touch(grant.id, now);
      } else {
        connection.script_tokens.touch(grant.id, now);
      }
    });
  } catch (const std::bad_alloc&) {
    // The next request records it.
  }
}

void Store::prune_trash(support::Timestamp deleted_before) noexcept {
  parts_->request(&DatabaseConnection::BackgroundRequests::prune_trash_before, deleted_before);
}

void Store::prune_tombstones(support::Timestamp deleted_before) noexcept {
  parts_->request(&DatabaseConnection::BackgroundRequests::prune_tombstones_before, deleted_before);
}

void Store::prune_answers(support::Timestamp now) noexcept {
  parts_->request(&DatabaseConnection::BackgroundRequests::prune_answers_before,
                  now - answer_lifetime);
}

const support::Uuid& Store::epoch() const {
  return parts_->epoch;
}

void Store::set_listener(ChangeListener* listener) {
  parts_->writer->set_listener(listener);
}

void Store::watch(bool wanted) {
  parts_->writer->watch(wanted);
}

Snapshot Store::snapshot() {
  return Snapshot(std::make_unique<Snapshot::Reading>(*parts_->readers));
}

void Store::check() {
  parts_->files.require_unchanged();
  const sqlite::ReaderPool::Lease lease = parts_->readers->borrow();
  DatabaseConnection& connection = *lease;
  sqlite::translating(connection.database(), [&] { connection.check.lend().step(); });
  if (parts_->is_damaged) throw Damaged("a call has found the database damaged");
}

void Store::note_damage() noexcept {
  parts_->is_damaged = true;
}

Statistics Store::statistics() {
  const sqlite::Writer& writer = *parts_->writer;
  return {.changes_waiting = parts_->writer->waiting(),
          .batch_sizes = writer.batch_sizes(),
          .commits = writer.commits(),
          .database_bytes = parts_->files.database_bytes(),
          .log_bytes = parts_->files.log_bytes()};
}

bool Store::finish_background_work(std::chrono::milliseconds patience) {
  return parts_->writer->finish_background_work(patience);
}

std::string engine_version() {
  return std::string("SQLite ") + sqlite3_libversion();
}

}  // namespace taskdock::store
