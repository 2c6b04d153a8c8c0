#include "store/sqlite/task_row.h"

#include <array>

namespace taskdock::store::sqlite {

namespace {

constexpr std::array other_columns = {"id",       "is_completed", "created_at",     "updated_at",
                                      "revision", "completed_at", "parent_task_id", "next_task_id"};

}  // namespace

std::string task_columns(const std::string& prefix) {
  std::string columns = list_content([&](const std::string& name) { return prefix + name + ", "; });
  for (const char* const name : other_columns) {
    columns.append(prefix).append(name).append(name == other_columns.back() ? "" : ", ");
  }
  return columns;
}

std::size_t task_column_count() {
  return content_column_count + other_columns.size();
}

std::string task_parameters() {
  std::string parameters = list_content([](const std::string&) { return "?, "; });
  for (std::size_t i = 1; i < other_columns.size(); ++i) parameters += "?, ";
  return parameters + '?';
}

void bind_task(LentStatement& statement, const Task& task) {
  for_each_content_column<TaskContent>(
      [&](const auto& column) { statement.bind(task.*column.member); });
  statement.bind(task.id)
      .bind(std::int64_t{task.is_completed})
      .bind(task.created_at)
      .bind(task.updated_at)
      .bind(task.revision)
      .bind(task.completed_at)
      .bind(task.parent_task_id)
      .bind(task.next_task_id);
}

void read_task(LentStatement& row, const support::Uuid& owner, Task& task) {
  task.user_id = owner;
  for_each_content_column<TaskContent>([&](const auto& column) { row.read(task.*column.member); });
  task.id = row.uuid();
  task.is_completed = row.integer() != 0;
  task.created_at = row.timestamp();
  task.updated_at = row.timestamp();
  task.revision = row.integer();
  row.read(task.completed_at);
  row.read(task.parent_task_id);
  row.read(task.next_task_id);
}

Task read_task(LentStatement& row, const support::Uuid& owner) {
  Task task;
  read_task(row, owner, task);
  return task;
}

}  // namespace taskdock::store::sqlite
