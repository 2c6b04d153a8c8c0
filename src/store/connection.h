#pragma once

#include <SQLiteCpp/Database.h>

#include <chrono>
#include <filesystem>

#include "store/session_table.h"
#include "store/statement.h"
#include "store/task_table.h"
#include "store/user_table.h"

namespace taskdock::store {

/// One connection to the database with its prepared statements. Belongs to one thread at a time.
class Connection {
 public:
  enum class Role { writer, reader };

  /// A writer makes the file if it is not there; a reader cannot change anything. Throws
  /// SQLite::Exception.
  Connection(const std::filesystem::path& file, Role role);

  /// For the writer, once the schema is known to be ours: write-ahead log, every commit on the
  /// disk.
  /// Throws Unusable where the file system cannot do it.
  void start_journal();

  /// Folds the write-ahead log into the file and empties it, waiting for others who read no longer
  /// than `patience`; whether it could be done. Nothing is lost where it could not.
  bool checkpoint(std::chrono::milliseconds patience) noexcept;

  /// Whether the writer is to empty the write-ahead log, as a job of it wants whose deletions must
  /// not stay there.
  bool wants_checkpoint = false;

  /// Whether a transaction is open. SQLite ends one by itself when the disk is full or fails
  /// (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
  bool in_transaction() const;

  /// Ends the transaction, if one is open, and forgets what it did. Does not fail.
  void roll_back() noexcept;

  /// Begins a transaction that reads: all its queries see what the first one saw.
  void begin_reading() { begin_.lend().step(); }
  /// Ends it; does not fail.
  void end_reading() noexcept;

  SQLite::Database& database() { return database_; }

 private:
  void checkpoint_on_close(bool wanted);

  SQLite::Database database_;  // before all statements, which close before it
  PreparedStatement begin_;

 public:
  UserTable users;
  SessionTable sessions;
  TaskTable tasks;
  PreparedStatement begin_immediate;
  PreparedStatement commit;
  PreparedStatement savepoint;
  PreparedStatement release;
  PreparedStatement rollback_to;
  PreparedStatement check;  // a query that reads the file
};

}  // namespace taskdock::store
