#pragma once

#include <SQLiteCpp/Database.h>

#include <chrono>
#include <filesystem>

#include "store/sqlite/leftover_table.h"
#include "store/sqlite/session_table.h"
#include "store/sqlite/statement.h"
#include "store/sqlite/task_table.h"
#include "store/sqlite/user_table.h"

namespace taskdock::store::sqlite {

/// One connection to the database with its prepared statements. Belongs to one thread at a time.
///
/// Where another connection, of this process or of another, is in the way, it tries again every
/// millisecond until its patience is over, and then fails with SQLITE_BUSY.
class DatabaseConnection {
 public:
  enum class Role { writer, reader };

  /// A writer creates the file if it is not there; a reader cannot change anything. Throws
  /// SQLite::Exception.
  DatabaseConnection(const std::filesystem::path& file, Role role);
  DatabaseConnection(const DatabaseConnection&) = delete;
  DatabaseConnection& operator=(const DatabaseConnection&) = delete;

  /// For the writer, once the schema is known to be ours: write-ahead log, every commit on the
  /// disk. Throws Unusable where the file system cannot do it, SQLite::Exception.
  void start_journal();

  /// Commits a transaction that leaves everything as it is, so that what keeps this connection from
  /// writing is known at the start. Throws SQLite::Exception.
  void try_writing();

  /// Folds the write-ahead log into the file and empties it, waiting for others who read no longer
  /// than `patience`; whether it could be done. Nothing is lost where it could not. Logs an error
  /// that is not somebody else's reading.
  bool checkpoint(std::chrono::milliseconds patience) noexcept;

  /// Leaves the log as it is when this closes. Otherwise the last connection folds it into the file
  /// and removes it, by its path, where another database may stand by then.
  void leave_log_on_close();

  /// Whether a transaction is open. SQLite ends one by itself when the disk is full or fails
  /// (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
  bool in_transaction() const;

  /// Ends the transaction, if one is open, and forgets what it did; whether none is open now.
  bool roll_back() noexcept;

  /// Begins a transaction that reads: all its queries see what the first one saw.
  void begin_reading() { begin_.lend().step(); }
  /// Ends it; does not fail.
  void end_reading() noexcept;

  SQLite::Database& database() { return database_; }

  /// What is to be done in the background once the transaction is committed.
  struct BackgroundRequests {
    bool remove_leftovers = false;
    bool empty_log = false;
  };
  BackgroundRequests requests;

 private:
  static int wait_for_others(void* connection, int attempts);
  void checkpoint_on_close(bool wanted);

  std::chrono::milliseconds patience_;
  SQLite::Database database_;  // before all statements, which close before it
  PreparedStatement begin_;

 public:
  UserTable users;
  SessionTable sessions;
  TaskTable tasks;
  LeftoverTable leftovers;
  PreparedStatement begin_immediate;
  PreparedStatement commit;
  PreparedStatement rollback;
  PreparedStatement savepoint;
  PreparedStatement release;
  PreparedStatement rollback_to;
  PreparedStatement check;  // a query that reads the file
};

}  // namespace taskdock::store::sqlite
