#include "store/sqlite/task_row.h"

#include <array>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace taskdock::store::sqlite {

namespace {

constexpr std::array plain_columns = {"id",         "title",      "description", "is_completed",
                                      "created_at", "updated_at", "revision"};

/// Whether the content's column `i` is none of these. Known when this is compiled: a list of tasks
/// asks often.
template <std::size_t i>
constexpr bool is_detail = [] {
  for (const std::string_view plain : plain_columns) {
    if (std::get<i>(task_members<TaskContent>).name == plain) return false;
  }
  return true;
}();

// The columns of what tasks rarely have are those of the content that are not plain, and these.
constexpr std::array other_details = {"completed_at", "parent_task_id", "next_task_id"};

/// Calls `visit` with the name and the member of each of these columns.
template <class Visit>
void for_each_detail(Visit visit) {
  constexpr auto& content = task_members<TaskContent>;
  const auto visit_if_detail = [&]<std::size_t i>(std::integral_constant<std::size_t, i>) {
    if constexpr (is_detail<i>) visit(std::get<i>(content).name, std::get<i>(content).member);
  };
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (visit_if_detail(std::integral_constant<std::size_t, i>()), ...);
  }
  (std::make_index_sequence<std::tuple_size_v<std::decay_t<decltype(content)>>>());
  visit(other_details[0], &Task::completed_at);
  visit(other_details[1], &Task::parent_task_id);
  visit(other_details[2], &Task::next_task_id);
}

}  // namespace

std::string task_columns() {
  std::string columns;
  for (const char* const name : plain_columns) columns.append(name).append(", ");
  for_each_detail([&](const char* name, auto) { columns.append(name).append(", "); });
  columns.resize(columns.size() - 2);
  return columns;
}

std::string task_parameters() {
  std::string parameters;
  for (std::size_t i = 0; i < plain_columns.size(); ++i) parameters += "?, ";
  for_each_detail([&](const char*, auto) { parameters += "?, "; });
  parameters.resize(parameters.size() - 2);
  return parameters;
}

namespace {

template <class Values>
void bind_all(Values& values, const Task& task) {
  values.bind(task.id)
      .bind(task.title)
      .bind(task.description)
      .bind(std::int64_t{task.is_completed})
      .bind(task.created_at)
      .bind(task.updated_at)
      .bind(task.revision);
  for_each_detail([&](const char*, auto member) { values.bind(task.*member); });
}

}  // namespace

void bind_task(LentStatement& statement, const Task& task) {
  bind_all(statement, task);
}

void bind_task(RowValues& values, const Task& task) {
  bind_all(values, task);
}

int task_column_count() {
  auto count = static_cast<int>(plain_columns.size());
  for_each_detail([&](const char*, auto) { ++count; });
  return count;
}

std::string selected_task(const std::string& prefix, const std::string& id_prefix) {
  static_assert(selected_id == 1 && std::string_view(plain_columns.front()) == "id");
  std::string selected;
  for (const char* const name : plain_columns) {
    selected.append(selected.empty() ? id_prefix : prefix).append(name).append(", ");
  }
  selected.append("iif(").append(prefix).append("has_details, taskdock_pack(");
  for_each_detail(
      [&](const char* name, auto) { selected.append(prefix).append(name).append(", "); });
  selected.resize(selected.size() - 2);
  return selected.append("), NULL)");
}

void read_task(LentStatement& row, const support::Uuid& owner, Task& task) {
  task.user_id = owner;
  row.read(task.id);
  row.read(task.title);
  row.read(task.description);
  task.is_completed = row.integer() != 0;
  task.created_at = row.timestamp();
  task.updated_at = row.timestamp();
  task.revision = row.integer();
  const ColumnValue details = row.next();
  if (details.type == ColumnValue::Type::null) return;
  PackedValues values(details.bytes);
  for_each_detail([&](const char*, auto member) { read_value(values.next(), task.*member); });
}

Task read_task(LentStatement& row, const support::Uuid& owner) {
  Task task;
  read_task(row, owner, task);
  return task;
}

}  // namespace taskdock::store::sqlite
