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
template <class Content, class Visit>
void for_each_content_column(Visit visit) {
  std::apply([&](const auto&... columns) { (visit(columns), ...); }, task_members<Content>);
}

/// What `describe` makes of the name of each of the content's columns, in one string.
template <class Describe>
std::string list_content(Describe describe) {
  std::string list;
  for_each_content_column<TaskContent>(
      [&](const auto& column) { list += describe(std::string(column.name)); });
  return list;
}

/// The names of what read_task reads, in its order: all columns but the owner, whom the caller
/// knows. `prefix` stands before each: the table's name and a dot, or nothing.
std::string task_columns(const std::string& prefix = {});

/// How many columns these are, and how many of them, the first, are the content's: the next one is
/// the id.
std::size_t task_column_count();
inline constexpr std::size_t content_column_count =
    std::tuple_size_v<std::remove_const_t<decltype(task_members<TaskContent>)>>;

/// A parameter for each of these columns: "?, ?, ?".
std::string task_parameters();

/// Binds the values of these columns.
void bind_task(LentStatement& statement, const Task& task);

/// Reads the task in the next columns of `row`, which is the owner's, into `task`.
void read_task(LentStatement& row, const support::Uuid& owner, Task& task);
Task read_task(LentStatement& row, const support::Uuid& owner);

}  // namespace taskdock::store::sqlite
