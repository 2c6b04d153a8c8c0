#pragma once

#include "store/sqlite/statement.h"
#include "store/sqlite/word_index.h"

namespace taskdock::store::sqlite {

/// The SQL about leftovers: the tasks and kept answers of deleted users and the spent refresh
/// tokens of ended sessions. No other query finds them; they are removed a few at a time, since
/// there can be millions. On one connection; belongs to one thread at a time, like the connection.
class LeftoverTable {
 public:
  /// `words` is of the same connection, and outlives this.
  LeftoverTable(SQLite::Database& database, WordIndex& words);

  /// Whether anything is left.
  bool any();

  /// The result of remove_some().
  struct Removed {
    bool more = false;            // whether something may still be left
    bool last_of_a_user = false;  // whether nothing is left of a deleted user
  };

  /// Removes at most a hundred rows of one deleted user or ended session, in the caller's
  /// transaction.
  Removed remove_some();

 private:
  std::int64_t remove_tasks(UserNumber owner);

  WordIndex& words_;
  PreparedStatement any_;
  PreparedStatement first_user_;
  PreparedStatement remove_tasks_;
  PreparedStatement remove_trash_;
  PreparedStatement remove_reminders_;
  PreparedStatement remove_tombstones_;
  PreparedStatement remove_import_keys_;
  PreparedStatement remove_task_tags_;
  PreparedStatement remove_tags_;
  PreparedStatement remove_answers_;
  PreparedStatement forget_user_;
  PreparedStatement first_session_;
  PreparedStatement remove_tokens_;
  PreparedStatement forget_session_;
};

}  // namespace taskdock::store::sqlite
