#pragma once

#include <SQLiteCpp/Database.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>

#include "store/change_listener.h"
#include "store/sqlite/change_feed.h"
#include "store/sqlite/import_key_table.h"
#include "store/sqlite/kept_answer_table.h"
#include "store/sqlite/leftover_table.h"
#include "store/sqlite/reminder_table.h"
#include "store/sqlite/script_token_table.h"
#include "store/sqlite/session_table.h"
#include "store/sqlite/statement.h"
#include "store/sqlite/tag_table.h"
#include "store/sqlite/task_list.h"
#include "store/sqlite/task_table.h"
#include "store/sqlite/task_walk.h"
#include "store/sqlite/tombstone_table.h"
#include "store/sqlite/total_table.h"
#include "store/sqlite/trash_table.h"
#include "store/sqlite/user_numbers.h"
#include "store/sqlite/user_table.h"
#include "store/sqlite/word_index.h"

namespace taskdock::store::sqlite {

/// One connection to the database with its prepared statements. Belongs to one thread at a time.
///
/// Where another connection, of this process or another, holds a lock that it needs, it tries again
/// every millisecond for a limited time, and then fails with SQLITE_BUSY.
class DatabaseConnection {
 public:
  enum class Role { writer, reader };

  /// A writer creates the file if it is not there; a reader cannot change anything. Throws
  /// SQLite::Exception.
  DatabaseConnection(const std::filesystem::path& file, Role role);
  DatabaseConnection(const DatabaseConnection&) = delete;
  DatabaseConnection& operator=(const DatabaseConnection&) = delete;

  /// For the writer, after its schema was checked: turns on the write-ahead log, and makes every
  /// commit wait for the disk. Throws Unusable if the file system does not support it;
  /// SQLite::Exception.
  void start_journal();

  /// Commits a transaction that changes nothing, so that an error which prevents writing is found
  /// at the start. Throws SQLite::Exception.
  void try_writing();

  /// Whether the file can become smaller while it is used: with auto_vacuum it does when rows are
  /// deleted. Throws SQLite::Exception.
  bool may_shrink();

  /// Moves the content of the write-ahead log into the file and empties the log. Returns false if
  /// another connection used the log for longer than `patience`. Throws SQLite::Exception. Nothing
  /// is lost if it fails.
  bool checkpoint(std::chrono::milliseconds patience);

  /// Leaves the log unchanged when this closes. Otherwise the last connection moves its content
  /// into the file and removes the log by its path, where another database may be by then.
  void leave_log_on_close();

  /// Whether a transaction is open. SQLite ends one by itself when the disk is full or fails
  /// (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
  bool in_transaction() const;

  /// How many rows this connection has inserted, changed or deleted so far, rolled back or not
  /// (sqlite.org/c3ref/total_changes.html).
  std::int64_t total_changes() const;

  /// Rolls the transaction back, if one is open. Returns whether none is open afterwards: SQLite
  /// may lack the memory for it.
  bool roll_back() noexcept;

  /// From now on, until end_large_change(), as many changed pages are kept in memory as 32 MB hold,
  /// instead of SQLite's usual 2: those that do not fit are written to the log more than once. The
  /// transaction must have no savepoints. Throws SQLite::Exception.
  void expect_large_change();
  void end_large_change() noexcept;

  /// What the transaction in progress has noted so far, and not written yet.
  struct Noted {
    std::size_t totals = 0;
    std::size_t tags = 0;
    std::size_t words = 0;
  };
  Noted noted() const;
  /// Forgets what was noted after this, when what was done since is rolled back; or everything.
  /// With it goes what is known of users who may have been added since.
  void forget_noted_since(const Noted& noted);
  void forget_noted() { forget_noted_since({}); }
  /// Writes what is noted. To be called before the transaction is committed. Throws
  /// SQLite::Exception.
  void write_noted();

  /// Begins a transaction that reads: all its queries see the state that the first one saw.
  void begin_reading() { begin_.lend().step(); }
  /// Ends that transaction. in_transaction() is true afterwards if SQLite could not do it.
  void end_reading() noexcept;

  /// A number that is another one once other connections, of this process or another, have changed
  /// the database: the changes of this one do not count (sqlite.org/pragma.html,
  /// "data_version"). Throws SQLite::Exception.
  std::int64_t version_of_others();

  SQLite::Database& database() { return database_; }

  /// What is to be done in the background once the transaction is committed.
  struct BackgroundRequests {
    bool remove_leftovers = false;
    bool empty_log = false;
    // Tasks in the trash and tombstones, of what was deleted before, and answers that were kept
    // before, are to be removed for good.
    std::optional<support::Timestamp> prune_trash_before = {};
    std::optional<support::Timestamp> prune_tombstones_before = {};
    std::optional<support::Timestamp> prune_answers_before = {};
  };
  BackgroundRequests requests;

  /// Whom the changes of the transaction concern.
  ChangedUsers changed;

 private:
  static int wait_for_others(void* connection, int attempts);
  void checkpoint_on_close(bool wanted);

  std::chrono::milliseconds patience_;
  SQLite::Database database_;  // before all statements, which close before it
  PreparedStatement begin_;
  PreparedStatement data_version_;

 public:
  UserTable users;
  SessionTable sessions;
  ScriptTokenTable script_tokens;
  UserNumbers user_numbers;  // most of the following refer to it
  TotalTable totals;
  TagTable tags;
  WordIndex words;
  TaskTable tasks;  // refers to the three before
  TaskList task_list;
  TaskWalk task_walk;
  TrashTable trash;  // refers to the totals
  ReminderTable reminders;
  TombstoneTable tombstones;
  ImportKeyTable import_keys;
  ChangeFeed change_feed;
  KeptAnswerTable kept_answers;
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
