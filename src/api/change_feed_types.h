#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "api/page.h"
#include "api/schema.h"
#include "api/task_types.h"
#include "store/types.h"

/// The request and the response about what has changed since.
namespace taskdock::api {

inline constexpr Integer change_count{.min = 1, .max = 1000};

/// Since when, and how much of it.
struct ChangeParameters {
  std::int64_t since = 0;
  std::int64_t limit = 500;
  std::optional<support::Uuid> epoch;
};

template <>
inline constexpr auto schema<ChangeParameters> = object(
    "ChangeParameters",
    member("since", &ChangeParameters::since, Integer{.min = 0},
           "The revision of the last answer, as it is; 0 for a first sync, which gets all tasks"),
    member("limit", &ChangeParameters::limit, change_count,
           "The maximum number of changes in the answer; of very long tasks there are fewer"),
    member("epoch", &ChangeParameters::epoch, Id{},
           "The epoch of the answers so far: if the server has another one now, the answer is "
           "410"));

/// A task that was created, changed or restored.
struct ChangedTask {
  std::int64_t revision = 0;
  store::Task task = {};
};

/// A task that was deleted.
struct TaskDeletion {
  std::int64_t revision = 0;
  store::Tombstone deleted = {};
};

template <class Owner>
inline constexpr auto change_revision = member("revision", &Owner::revision, Integer{.min = 1},
                                               "The number of the change among the user's changes",
                                               "7");

template <>
inline constexpr auto schema<ChangedTask> = object("ChangedTask", change_revision<ChangedTask>,
                                                   member("task", &ChangedTask::task, Nested{},
                                                          "The task as it is now"));

template <>
inline constexpr auto schema<store::Tombstone> =
    object("DeletedTask",
           member("id", &store::Tombstone::id, Id{}, "The id that the task had",
                  R"("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f")"),
           member("deleted_at", &store::Tombstone::deleted_at, Instant{},
                  "When the task was deleted", R"("2026-01-07T09:00:00.000000Z")"));

template <>
inline constexpr auto schema<TaskDeletion> = object("TaskDeletion", change_revision<TaskDeletion>,
                                                    member("deleted", &TaskDeletion::deleted,
                                                           Nested{}, "Which task is no more"));

struct ChangeList {
  std::vector<std::variant<ChangedTask, TaskDeletion>> changes = {};
  std::int64_t revision = 0;
  support::Uuid epoch = {};
  bool has_more = false;
};

template <>
inline constexpr auto schema<ChangeList> = object(
    "ChangeList",
    member("changes", &ChangeList::changes, List<OneOf>{},
           "What to apply, in this order: of each task one change, its last"),
    member("revision", &ChangeList::revision, count,
           "What to pass as since in the next call: take it as it is, even if it is larger than "
           "every revision, as it can be in a first sync of more than one page",
           "7"),
    member("epoch", &ChangeList::epoch, Id{},
           "Another one than before means that the server's database is another one, such as a "
           "backup of it: sync again from 0",
           R"("5f0c6f0e-93a1-4d0b-8a53-6a1d9f6f3c1e")"),
    member("has_more", &ChangeList::has_more, Boolean{}, "Whether more changes follow already",
           "false"));

}  // namespace taskdock::api
