#include "store/connection.h"

#include <sqlite3.h>

#include <string>

#include "store/errors.h"
#include "store/zeroing_vfs.h"
#include "support/log.h"

namespace taskdock::store {

namespace {

// Long enough for another program that looks into the file for a moment, a backup for instance.
constexpr int busy_timeout_milliseconds = 5000;

SQLite::Database open(const std::filesystem::path& file, Connection::Role role) {
  // NOMUTEX: a connection belongs to one thread at a time, so SQLite need not lock it at each call.
  int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX;
  if (role == Connection::Role::writer) flags |= SQLite::OPEN_CREATE;
  return {file.string(), flags, busy_timeout_milliseconds, zeroing_vfs()};
}

}  // namespace

Connection::Connection(const std::filesystem::path& file, Role role)
    : database_(open(file, role)),
      begin_(database_, "BEGIN"),
      users(database_),
      sessions(database_),
      tasks(database_),
      begin_immediate(database_, "BEGIN IMMEDIATE"),
      commit(database_, "COMMIT"),
      savepoint(database_, "SAVEPOINT job"),
      release(database_, "RELEASE job"),
      rollback_to(database_, "ROLLBACK TO job"),
      check(database_, "SELECT count(*) FROM task_totals WHERE user_id = x'00'") {
  // A file that turns out not to be ours is left as it is, with a log that stands beside it.
  std::error_code none;
  checkpoint_on_close(!std::filesystem::exists(file.string() + "-wal", none));
  database_.exec("PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON");
  if (role == Role::reader) database_.exec("PRAGMA query_only = ON");
}

void Connection::start_journal() {
  if (database_.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal") {
    throw Unusable(
        "the file system cannot hold a write-ahead log; choose a local --data directory");
  }
  // What is deleted is overwritten with zeros (sqlite.org/pragma.html#pragma_secure_delete).
  database_.exec(
      "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;"
      " PRAGMA secure_delete = ON; PRAGMA max_page_count = " +
      std::to_string(most_pages));
  checkpoint_on_close(true);
}

void Connection::checkpoint_on_close(bool wanted) {
  sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1,
                    nullptr);
}

bool Connection::checkpoint(std::chrono::milliseconds patience) noexcept {
  bool done = false;
  sqlite3_busy_timeout(database_.getHandle(), static_cast<int>(patience.count()));
  try {
    // The first column says whether another connection was in the way.
    done = database_.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)").getInt() == 0;
    // Of what the file no longer has nothing stays in memory, either, or it would go to the log
    // again with the next change of its page.
    if (done) sqlite3_db_release_memory(database_.getHandle());
  } catch (const std::exception& error) {
    support::log(support::LogLevel::warning,
                 "the write-ahead log could not be emptied; the cause:");
    support::log(support::LogLevel::warning, error.what());
  }
  sqlite3_busy_timeout(database_.getHandle(), busy_timeout_milliseconds);
  return done;
}

void Connection::roll_back() noexcept {
  if (in_transaction()) database_.tryExec("ROLLBACK");
}

void Connection::end_reading() noexcept {
  try {
    commit.lend().step();  // prepared, unlike what roll_back() does
  } catch (const std::exception&) {
    roll_back();
  }
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_.getHandle()) == 0;
}

}  // namespace taskdock::store
