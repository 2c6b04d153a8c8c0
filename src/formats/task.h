#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <tuple>

#include "store/types.h"

/// Tasks in files: what is exported, and what can be imported.
namespace taskdock::formats {

/// A task as it is exported: all that is kept of it, also of one that is in the trash.
struct ExportedTask : store::Task {
  std::optional<support::Timestamp> deleted_at = {};  // nothing: it is not in the trash
};

/// When a task is due of which the file does not say it without the day of the import.
struct DueAtImport {
  // The nearest day of this name. Nothing: the first day by the task's rule, or that of the import.
  std::optional<std::chrono::month_day> day = {};
  std::optional<std::chrono::minutes> time = {};  // of that day
};

/// A task as a file has it. What is absent, or as it is here, the file does not say. A reader only
/// makes sure that the values are of their types, and that texts are valid UTF-8 without U+0000;
/// the rules of the content, such as the length of a title, are the API's and are checked there.
struct ImportedTask : store::TaskContent {
  // Absent: the file has none. By what the program that has written the file knows the task. It
  // becomes the task's id if it is a UUID of version 7; otherwise the task is known again by it.
  std::optional<std::string> id = {};
  std::optional<bool> is_completed = {};
  std::optional<support::Timestamp> completed_at = {};
  std::optional<support::Timestamp> created_at = {};
  std::optional<support::Timestamp> updated_at = {};
  std::optional<support::Uuid> parent_task_id = {};
  std::optional<support::Uuid> next_task_id = {};
  std::optional<support::Timestamp> deleted_at = {};
  // Where the file has no due_date, but says something of it.
  std::optional<DueAtImport> due_at_import = {};
};

/// The members that our own formats have, in their order there. `Task` is one of the two.
template <class Task>
inline constexpr auto task_members =
    std::tuple_cat(std::tuple{store::Named{"id", &Task::id}}, store::task_members<Task>,
                   std::tuple{store::Named{"is_completed", &Task::is_completed},
                              store::Named{"completed_at", &Task::completed_at},
                              store::Named{"created_at", &Task::created_at},
                              store::Named{"updated_at", &Task::updated_at},
                              store::Named{"parent_task_id", &Task::parent_task_id},
                              store::Named{"next_task_id", &Task::next_task_id},
                              store::Named{"deleted_at", &Task::deleted_at}});

/// Calls `visit(named)` for each of them.
template <class Task, class Visit>
void for_each_member(Visit visit) {
  std::apply([&](const auto&... members) { (visit(members), ...); }, task_members<Task>);
}

}  // namespace taskdock::formats
