#pragma once

#include <SQLiteCpp/Database.h>

#include <functional>
#include <string>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/types.h"
#include "support/uuid.h"

namespace taskdock::store::sqlite {

/// Reads what users have written, on one connection, and says what could not be read or answered:
/// no statement of Taskdock's has written it so. Nothing of it can be derived from anything else.
class ContentCheck {
 public:
  /// Takes the sentence about something that is wrong.
  using Report = std::function<void(const std::string&)>;

  explicit ContentCheck(SQLite::Database& database);

  /// The names of users, of tags and of tokens for scripts.
  void check_names(const Report& damage);

  /// The tasks of the user with this number and email, those in the trash among them: `damage` is
  /// told of what breaks the answer that it is in, such as a text that is not UTF-8, and `fault` of
  /// a recurrence rule by which no next task can be made, which the user can still replace.
  void check_user(UserNumber user, const std::string& email, const Report& damage,
                  const Report& fault);

 private:
  void check_tasks(PreparedStatement& statement, UserNumber owner, const std::string& email,
                   const Report& damage, const Report& fault);

  const std::string selected_tasks_;
  const std::string selected_trash_;
  PreparedStatement names_;
  PreparedStatement tasks_;
  PreparedStatement trash_;
};

}  // namespace taskdock::store::sqlite
