#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "api/schema.h"
#include "store/types.h"

/// The requests and responses about tasks.
namespace taskdock::api {

inline constexpr Text task_title{.min = 1, .max = 200, .not_blank = true};
inline constexpr Text task_description{.max = 2000};

/// What a new task, or one written anew, is given.
struct TaskContent {
  std::string title;
  std::optional<std::string> description;
};

template <>
inline constexpr auto schema<TaskContent> = object(
    "TaskContent", member("title", &TaskContent::title, task_title, "What is to be done"),
    member("description", &TaskContent::description, task_description, "Anything more to say"));

/// What to change of a task.
struct TaskPatch {
  std::optional<std::string> title;
  std::optional<std::optional<std::string>> description;
  std::optional<bool> is_completed;
};

template <>
inline constexpr auto schema<TaskPatch> =
    object("TaskPatch", member("title", &TaskPatch::title, task_title, "What is to be done"),
           member("description", &TaskPatch::description, task_description,
                  "Anything more to say; null takes it away"),
           member("is_completed", &TaskPatch::is_completed, Flag{}, "Whether it is done"));

/// Whether a task is done, by either of the names clients use; without one it is turned over.
struct Completion {
  std::optional<bool> is_completed;
  std::optional<bool> completed;
};

template <>
inline constexpr auto schema<Completion> =
    object("Completion",
           member("is_completed", &Completion::is_completed, Flag{},
                  "Whether it is done; without it, done becomes not done and the other way round"),
           member("completed", &Completion::completed, Flag{}, "Another name for is_completed"));

/// Which tasks to list.
struct ListParameters {
  std::int64_t limit = 50;
  std::int64_t offset = 0;
  std::optional<bool> completed;
};

template <>
inline constexpr auto schema<ListParameters> = object(
    "ListParameters",
    member("limit", &ListParameters::limit, Whole{.min = 1, .max = 100}, "The most tasks to list"),
    member("offset", &ListParameters::offset, Whole{.min = 0},
           "How many of the newest to pass over"),
    member("completed", &ListParameters::completed, Flag{},
           "Only those that are done, or are not"));

template <>
inline constexpr auto schema<store::Task> =
    object("Task", member("id", &store::Task::id, Id{}, "Sorts by creation"),
           member("title", &store::Task::title, task_title, "What is to be done"),
           member("description", &store::Task::description, task_description,
                  "Anything more to say; null when there is nothing"),
           member("is_completed", &store::Task::is_completed, Flag{}, "Whether it is done"),
           member("user_id", &store::Task::user_id, Id{}, "Whose it is"),
           member("created_at", &store::Task::created_at, Moment{}, "Never moves"),
           member("updated_at", &store::Task::updated_at, Moment{},
                  "Moves with every change, and never back"));

struct TaskList {
  std::vector<store::Task> tasks;
  std::int64_t total = 0;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
};

template <>
inline constexpr auto schema<TaskList> =
    object("TaskList", member("tasks", &TaskList::tasks, ListOfNested{}, "Newest first"),
           member("total", &TaskList::total, Whole{.min = 0}, "How many match, whatever the page"),
           member("limit", &TaskList::limit, Whole{.min = 1, .max = 100}, "As asked for"),
           member("offset", &TaskList::offset, Whole{.min = 0}, "As asked for"));

}  // namespace taskdock::api
