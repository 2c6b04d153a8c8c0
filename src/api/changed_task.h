#pragma once

#include <optional>

#include "api/services.h"
#include "api/task_types.h"
#include "store/changes.h"

/// How tasks are changed: one at a time, or as a part of a batch.
namespace taskdock::api {

store::TaskChange::Completion to_completion(std::optional<bool> is_completed,
                                            store::TaskChange::Completion otherwise);

/// Whether nothing is to change.
bool is_empty(const TaskPatch& patch);

/// Makes `change` at `now`, and returns the changed task. If that completes a task that recurs, the
/// next one is added. Throws what Changes::change_task and Changes::add_next_task throw, and
/// ValidationError if the task would recur without a date.
store::Task change_task(const Services& services, store::Changes& changes,
                        const support::Uuid& owner, const support::Uuid& id,
                        const store::TaskChange& change, support::Timestamp now);

/// Adds the task that follows `task`, which was completed at `now`, if it recurs and has none yet.
void add_next_task(const Services& services, store::Changes& changes, store::Task& task,
                   support::Timestamp now);

/// Moves the task to the trash, or removes it for good where there is no trash. Throws what
/// Changes::remove_task throws.
void remove_task(const Services& services, store::Changes& changes, const support::Uuid& owner,
                 const support::Uuid& id, support::Timestamp now);

}  // namespace taskdock::api
