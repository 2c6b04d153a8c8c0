#include "store/sqlite/database_connection.h"

#include <sqlite3.h>

#include <string>
#include <thread>

#include "store/errors.h"
#include "store/sqlite/functions.h"

namespace taskdock::store::sqlite {

namespace {

// Long enough for a short transaction of another process.
constexpr std::chrono::seconds usual_patience{5};

int open_flags(DatabaseConnection::Role role) {
  // NOMUTEX: a connection belongs to one thread at a time, so SQLite need not lock it at each call.
  return SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX |
         (role == DatabaseConnection::Role::writer ? SQLite::OPEN_CREATE : 0);
}

}  // namespace

DatabaseConnection::DatabaseConnection(const std::filesystem::path& file, Role role)
    : patience_(usual_patience),
      database_(file.string(), open_flags(role)),
      begin_(database_, "BEGIN"),
      data_version_(database_, "PRAGMA data_version"),
      users(database_),
      sessions(database_, changed),
      script_tokens(database_),
      user_numbers(database_),
      totals(database_, user_numbers),
      tags(database_, user_numbers),
      words(database_),
      tasks(database_, user_numbers, totals, tags, words),
      task_list(database_, user_numbers, words),
      task_walk(database_, user_numbers),
      trash(database_, user_numbers, totals),
      reminders(database_, user_numbers),
      tombstones(database_, user_numbers),
      import_keys(database_, user_numbers),
      change_feed(database_, user_numbers),
      kept_answers(database_, user_numbers),
      leftovers(database_, words),
      begin_immediate(database_, "BEGIN IMMEDIATE"),
      commit(database_, "COMMIT"),
      rollback(database_, "ROLLBACK"),
      savepoint(database_, "SAVEPOINT job"),
      release(database_, "RELEASE job"),
      rollback_to(database_, "ROLLBACK TO job"),
      check(database_, "SELECT count(*) FROM task_totals WHERE owner = 0") {
  add_functions(database_);
  add_row_sources(database_);
  // SQLite's own busy timeout sleeps up to 100 milliseconds at a time, and can miss the moments in
  // which a busy writer in another process releases the lock.
  sqlite3_busy_handler(database_.getHandle(), wait_for_others, this);
  // If the file turns out not to be ours, it and the log beside it are left unchanged.
  std::error_code none;
  checkpoint_on_close(role == Role::writer &&
                      !std::filesystem::exists(file.string() + "-wal", none));
  rollback.prepare();
  if (role == Role::reader) database_.exec("PRAGMA query_only = ON");
}

int DatabaseConnection::wait_for_others(void* connection, int attempts) {
  if (std::chrono::milliseconds(attempts) >=
      static_cast<DatabaseConnection*>(connection)->patience_) {
    return 0;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return 1;
}

void DatabaseConnection::start_journal() {
  if (database_.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal") {
    throw Unusable(
        "the file system cannot hold a write-ahead log; choose a local --data directory");
  }
  // What is deleted is overwritten with zeros (sqlite.org/pragma.html#pragma_secure_delete).
  database_.exec(
      "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = ON");
  checkpoint_on_close(true);
}

void DatabaseConnection::try_writing() {
  // Setting the version writes a page, even if the value is the same.
  const std::string version = database_.execAndGet("PRAGMA user_version").getString();
  begin_immediate.lend().step();
  try {
    database_.exec("PRAGMA user_version = " + version);
    commit.lend().step();
  } catch (...) {
    roll_back();
    throw;
  }
}

void DatabaseConnection::expect_large_change() {
  database_.exec("PRAGMA cache_size = -32000");
  totals.expect_many(true);
  tags.expect_many(true);
  words.expect_many(true);
}

void DatabaseConnection::end_large_change() noexcept {
  totals.expect_many(false);
  tags.expect_many(false);
  words.expect_many(false);
  try {
    database_.exec("PRAGMA cache_size = -2000");
  } catch (const std::exception&) {
    // Then it stays as it was, and its memory is used at the next large change.
  }
}

DatabaseConnection::Noted DatabaseConnection::noted() const {
  return {.totals = totals.noted(), .tags = tags.noted(), .words = words.noted()};
}

void DatabaseConnection::forget_noted_since(const Noted& noted) {
  totals.forget_since(noted.totals);
  tags.forget_since(noted.tags);
  words.forget_since(noted.words);
  user_numbers.forget();
}

void DatabaseConnection::write_noted() {
  totals.write();
  tags.write();
  words.write();
}

bool DatabaseConnection::may_shrink() {
  return database_.execAndGet("PRAGMA auto_vacuum").getInt() != 0;
}

void DatabaseConnection::checkpoint_on_close(bool wanted) {
  sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1,
                    nullptr);
}

void DatabaseConnection::leave_log_on_close() {
  checkpoint_on_close(false);
}

bool DatabaseConnection::checkpoint(std::chrono::milliseconds patience) {
  patience_ = patience;
  bool is_blocked = true;
  try {
    is_blocked = database_.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)").getInt() != 0;
  } catch (...) {
    patience_ = usual_patience;
    throw;
  }
  patience_ = usual_patience;
  // What the file no longer contains must not stay in memory either: it would be written to the log
  // again with the next change of its page.
  if (!is_blocked) sqlite3_db_release_memory(database_.getHandle());
  return !is_blocked;
}

bool DatabaseConnection::roll_back() noexcept {
  try {
    if (in_transaction()) rollback.lend().step();
  } catch (const std::exception&) {
    // The return value says so.
  }
  return !in_transaction();
}

void DatabaseConnection::end_reading() noexcept {
  try {
    commit.lend().step();
  } catch (const std::exception&) {
    roll_back();
  }
}

std::int64_t DatabaseConnection::version_of_others() {
  LentStatement version = data_version_.lend();
  version.step();
  return version.integer();
}

std::int64_t DatabaseConnection::total_changes() const {
  return sqlite3_total_changes64(database_.getHandle());
}

bool DatabaseConnection::in_transaction() const {
  return sqlite3_get_autocommit(database_.getHandle()) == 0;
}

}  // namespace taskdock::store::sqlite
