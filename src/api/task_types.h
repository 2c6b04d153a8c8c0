#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/page.h"
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
inline constexpr auto schema<TaskContent> =
    object("TaskContent",
           member("title", &TaskContent::title, task_title, "What is to be done", R"("Buy milk")"),
           member("description", &TaskContent::description, task_description,
                  "Anything more to say", R"("Two bottles")"));

/// What to change of a task.
struct TaskPatch {
  std::optional<std::string> title;
  std::optional<std::optional<std::string>> description;
  std::optional<bool> is_completed;
};

template <>
inline constexpr auto schema<TaskPatch> = patch(
    "TaskPatch",
    member("title", &TaskPatch::title, task_title, "What is to be done", R"("Buy oat milk")"),
    member("description", &TaskPatch::description, task_description,
           "Anything more to say; null takes it away", "null"),
    member("is_completed", &TaskPatch::is_completed, Boolean{}, "Whether it is done", "true"));

/// Whether a task is done, by either of the names clients use; without one it is turned over.
struct Completion {
  std::optional<bool> is_completed;
  std::optional<bool> completed;
};

template <>
inline constexpr auto schema<Completion> = patch(
    "Completion",
    member("is_completed", &Completion::is_completed, Boolean{},
           "Whether it is done; without it, done becomes not done and the other way round", "true"),
    member("completed", &Completion::completed, Boolean{},
           "Another name for is_completed; if both are there, they must agree", "true"));

/// Which tasks to list.
struct ListParameters {
  std::int64_t limit = default_page_size;
  std::int64_t offset = 0;
  std::optional<bool> completed;
  std::optional<support::Uuid> cursor;
};

template <>
inline constexpr auto schema<ListParameters> = object(
    "ListParameters",
    member("limit", &ListParameters::limit, page_size, "The most tasks to list", "20"),
    member("offset", &ListParameters::offset, count,
           "How many to pass over, which costs a step for each: deep in a list take a cursor", "0"),
    member("completed", &ListParameters::completed, Boolean{},
           "Only those that are done, or are not", "false"),
    member("cursor", &ListParameters::cursor, Id{},
           "The next_cursor of another page: begin after that one",
           R"("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f")"));

template <>
inline constexpr auto schema<store::Task> = object(
    "Task",
    member("id", &store::Task::id, Id{}, "Sorts by creation",
           R"("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f")"),
    member("title", &store::Task::title, task_title, "What is to be done", R"("Buy milk")"),
    member("description", &store::Task::description, task_description,
           "Anything more to say; null when there is nothing", R"("Two bottles")"),
    member("is_completed", &store::Task::is_completed, Boolean{}, "Whether it is done", "false"),
    member("user_id", &store::Task::user_id, Id{}, "Whose it is",
           R"("019b92c4-3c2d-7b1a-9f0e-1d2c3b4a5f6e")"),
    member("created_at", &store::Task::created_at, Instant{}, "Never moves",
           R"("2026-01-06T10:30:00.123456Z")"),
    member("updated_at", &store::Task::updated_at, Instant{},
           "Moves with every change, and never back", R"("2026-01-06T10:30:00.123456Z")"));

struct TaskList {
  std::vector<store::Task> tasks;
  std::int64_t total = 0;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
  std::optional<support::Uuid> next_cursor = {};
};

template <>
inline constexpr auto schema<TaskList> =
    object("TaskList", member("tasks", &TaskList::tasks, ListOfNested{}, "Newest first"),
           member("total", &TaskList::total, count, "How many match, whatever the page", "1"),
           member("limit", &TaskList::limit, page_size, "As asked for", "20"),
           member("offset", &TaskList::offset, count, "As asked for", "0"),
           member("next_cursor", &TaskList::next_cursor, Id{},
                  "Leads to the page after this one, at the cost of any other; null on the last",
                  R"("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f")"));

}  // namespace taskdock::api
