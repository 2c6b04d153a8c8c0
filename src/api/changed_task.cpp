#include "api/changed_task.h"

#include <utility>

#include "api/errors.h"
#include "api/new_task.h"
#include "api/next_task.h"

namespace taskdock::api {

namespace {

using store::TaskChange;

/// Throws ValidationError if `task`, as `change` has made it, recurs without a date.
void check_recurrence(const store::Task& task, const store::TaskContentChange& change) {
  if (!task.recurrence || task.due_date) return;
  const std::string_view name = change.due_date ? "due_date" : "recurrence";
  throw ValidationError({{{Source::body, {name}},
                          "value_error",
                          "Value error, " + std::string(needs_due_date) +
                              (change.due_date ? "; clear its recurrence, too" : "")}});
}

}  // namespace

TaskChange::Completion to_completion(std::optional<bool> is_completed,
                                     TaskChange::Completion otherwise) {
  if (!is_completed) return otherwise;
  return *is_completed ? TaskChange::Completion::completed : TaskChange::Completion::open;
}

bool is_empty(const TaskPatch& patch) {
  bool has_any = false;
  for_each_member<TaskPatch>(
      [&](const auto& member) { has_any = has_any || (patch.*member.pointer).has_value(); });
  return !has_any;
}

store::Task change_task(const Services& services, store::Changes& changes,
                        const support::Uuid& owner, const support::Uuid& id,
                        const TaskChange& change, support::Timestamp now) {
  store::Task changed = changes.change_task(owner, id, change, now);
  check_recurrence(changed, change.content);
  const bool was_just_completed = change.completion != TaskChange::Completion::keep &&
                                  changed.completed_at == changed.updated_at;
  if (was_just_completed) add_next_task(services, changes, changed, now);
  return changed;
}

void add_next_task(const Services& services, store::Changes& changes, store::Task& task,
                   support::Timestamp now) {
  if (!task.recurrence || task.next_task_id) return;
  auto next = next_task(task, now);
  if (!next) return;
  next->id = services.ids.next();
  next->created_at = next->updated_at = now;
  changes.add_next_task(task, *std::move(next));
}

void remove_task(const Services& services, store::Changes& changes, const support::Uuid& owner,
                 const support::Uuid& id, support::Timestamp now) {
  changes.remove_task(owner, id, now);
  if (services.trash_period == std::chrono::days(0)) changes.purge_task(owner, id);
}

}  // namespace taskdock::api
