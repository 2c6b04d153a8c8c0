#pragma once

#include <string>
#include <tuple>
#include <type_traits>

#include "store/sqlite/statement.h"
#include "store/types.h"

/// The columns of a task, which the tables of tasks and of deleted tasks have in common.
namespace taskdock::store::sqlite {

/// Calls `visit(column)` for each column of a task's content, which are task_members: what is
/// selected, inserted, changed, bound and read follows from that list.
template <class Visit>
void for_each_content_column(Visit visit) {
  std::apply([&](const auto&... columns) { (visit(columns), ...); }, task_members<TaskContent>);
}

/// The names of a task's columns but for the owner, whom the caller knows; a parameter for each:
/// "?, ?, ?"; and their values.
std::string task_columns();
std::string task_parameters();
void bind_task(LentStatement& statement, const Task& task);
void bind_task(RowValues& values, const Task& task);
/// How many columns these are.
int task_column_count();

/// What read_task reads, in its order. The columns that most tasks have nothing in are one value,
/// null if there is nothing in any (the column has_details): a list of tasks reads many. `prefix`
/// stands before each name: the table's name and a dot, or nothing; `id_prefix` before that of the
/// id, which another table may have, too.
std::string selected_task(const std::string& prefix, const std::string& id_prefix);
inline std::string selected_task(const std::string& prefix = {}) {
  return selected_task(prefix, prefix);
}

/// How many values that are, and the place of the id among them, from one on.
inline constexpr int selected_count = 8;
inline constexpr int selected_id = 1;

/// Reads the task in the next columns of `row`, which is the owner's, into `task`.
void read_task(LentStatement& row, const support::Uuid& owner, Task& task);
Task read_task(LentStatement& row, const support::Uuid& owner);

}  // namespace taskdock::store::sqlite
