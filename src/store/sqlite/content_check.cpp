#include "store/sqlite/content_check.h"

#include <SQLiteCpp/Exception.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "store/sqlite/failure.h"
#include "store/sqlite/task_row.h"
#include "support/recurrence.h"
#include "support/text.h"

namespace taskdock::store::sqlite {

namespace {

constexpr std::string_view not_utf8 = "is not UTF-8";

/// What is wrong with the texts of `task`, or nothing.
std::optional<std::string> find_text_fault(const Task& task) {
  const auto fault = [](const char* member) { return std::string(member) + ' ' + not_utf8.data(); };
  if (!support::is_utf8(task.title)) return fault("title");
  if (task.description && !support::is_utf8(*task.description)) return fault("description");
  if (task.recurrence && !support::is_utf8(*task.recurrence)) return fault("recurrence");
  for (const std::string& tag : task.tags) {
    if (!support::is_utf8(tag)) return fault("tags");
  }
  return std::nullopt;
}

/// What is wrong with the recurrence of `task`, or nothing.
std::optional<std::string> find_rule_fault(const Task& task) {
  if (!task.recurrence) return std::nullopt;
  if (!task.due_date) return "recurrence needs a due_date, and there is none";
  try {
    const support::Recurrence rule(*task.recurrence);
    return std::nullopt;
  } catch (const support::InvalidRecurrence& error) {
    return std::string("recurrence is no rule: ") + error.what();
  }
}

}  // namespace

ContentCheck::ContentCheck(SQLite::Database& database)
    : selected_tasks_("SELECT " + selected_task() + " FROM tasks NOT INDEXED WHERE owner = ?"),
      selected_trash_("SELECT " + selected_task() + " FROM trash NOT INDEXED WHERE owner = ?"),
      names_(database,
             "SELECT email || ': the name', name FROM users"
             " UNION ALL SELECT 'the email of a user', email FROM users"
             " UNION ALL SELECT email || ': the name of a tag', tags.name"
             " FROM tags JOIN users ON number = owner"
             " UNION ALL SELECT email || ': the name of a token for scripts', script_tokens.name"
             " FROM script_tokens JOIN users ON users.id = user_id"),
      tasks_(database, selected_tasks_.c_str()),
      trash_(database, selected_trash_.c_str()) {}

void ContentCheck::check_names(const Report& damage) {
  LentStatement names = names_.lend();
  while (names.step()) {
    const std::string what = support::printable(names.text());
    if (!support::is_utf8(names.text())) damage("damaged: " + what + ' ' + not_utf8.data());
  }
}

void ContentCheck::check_user(UserNumber user, const std::string& email, const Report& damage,
                              const Report& fault) {
  check_tasks(tasks_, user, email, damage, fault);
  check_tasks(trash_, user, email, damage, fault);
}

void ContentCheck::check_tasks(PreparedStatement& statement, UserNumber owner,
                               const std::string& email, const Report& damage,
                               const Report& fault) {
  LentStatement rows = statement.lend();
  rows.bind(owner);
  while (rows.step()) {
    Task task;
    const auto name = [&] { return email + ": task " + task.id.to_string() + ": "; };
    try {
      read_task(rows, {}, task);  // whose it is, nobody asks
    } catch (const SQLite::Exception& error) {
      if (!is_damage(error)) throw;
      damage("damaged: " + name() + error.what());
      continue;
    }
    if (const auto found = find_text_fault(task)) {
      damage("damaged: " + name() + *found);
    } else if (const auto wrong = find_rule_fault(task)) {
      fault(name() + *wrong + "; replace it, or set it to null");
    }
  }
}

}  // namespace taskdock::store::sqlite
