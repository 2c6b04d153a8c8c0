#pragma once

#include <SQLiteCpp/Database.h>

#include <functional>
#include <string>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "support/clock.h"

namespace taskdock::store::sqlite {

/// What is kept beside the tasks themselves and follows from them, on one connection: compares it
/// with what it is derived from, and makes it again. The search index is WordCheck's.
///
/// Its statements never change a task's content.
class DerivedRows {
 public:
  /// Takes the sentence about something that is wrong.
  using Report = std::function<void(const std::string&)>;

  /// Of `now` on, each reminder of an open task must still be there.
  DerivedRows(SQLite::Database& database, support::Timestamp now);

  /// Compares what is kept of no single user. To be called, as the next one, in a transaction.
  void check_common(const Report& report);
  /// Compares what is kept of the user with this number and email.
  void check_user(UserNumber user, const std::string& email, const Report& report);

  /// Makes all of it again, for all users, in the caller's transaction.
  void rebuild();

 private:
  void check_totals(UserNumber user, const std::string& email, const Report& report);
  void check_tags(UserNumber user, const std::string& email, const Report& report);
  void rebuild_tags(UserNumber user);
  std::int64_t count(PreparedStatement& statement, UserNumber user);

  SQLite::Database& database_;
  const support::Timestamp still_to_come_;
  PreparedStatement kept_;
  PreparedStatement counted_;
  PreparedStatement wrong_tags_;
  PreparedStatement tags_of_tasks_;
  PreparedStatement task_tags_;
  PreparedStatement wrong_keys_;
  PreparedStatement wrong_reminders_;
  PreparedStatement missing_reminders_;
  PreparedStatement remove_task_tags_;
  PreparedStatement add_task_tag_;
  PreparedStatement add_tag_;
};

}  // namespace taskdock::store::sqlite
