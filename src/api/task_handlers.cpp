#include "api/handlers.h"
#include "api/next_task.h"
#include "api/task_answer.h"
#include "api/task_types.h"

namespace taskdock::api {

namespace {

using store::TaskChange;

TaskChange::Completion to_completion(std::optional<bool> is_completed,
                                     TaskChange::Completion otherwise) {
  if (!is_completed) return otherwise;
  return *is_completed ? TaskChange::Completion::completed : TaskChange::Completion::open;
}

/// Whether nothing is to change.
bool is_empty(const TaskPatch& patch) {
  bool has_any = false;
  for_each_member<TaskPatch>(
      [&](const auto& member) { has_any = has_any || (patch.*member.pointer).has_value(); });
  return !has_any;
}

/// The change that replaces a task's content.
store::TaskContentChange to_change(store::TaskReplacement replacement) {
  store::TaskContentChange change;
  const auto replace = [&](const auto& from, const auto& to) {
    change.*to.pointer = std::move(replacement.*from.pointer);
  };
  std::apply(
      [&](const auto&... from) {
        std::apply([&](const auto&... to) { (replace(from, to), ...); },
                   task_content<store::TaskContentChange>);
      },
      task_content<store::TaskReplacement>);
  return change;
}

constexpr std::string_view needs_due_date = "a task that recurs needs a due_date";

/// Throws ValidationError if `task`, as `change` has made it, recurs without a date.
void check_recurrence(const store::Task& task, const store::TaskContentChange& change) {
  if (!task.recurrence || task.due_date) return;
  const std::string_view name = change.due_date ? "due_date" : "recurrence";
  throw ValidationError({{{Source::body, {name}},
                          "value_error",
                          "Value error, " + std::string(needs_due_date) +
                              (change.due_date ? "; clear its recurrence, too" : "")}});
}

/// Adds the task that follows `task`, which has just been changed at `now`, if that completed it
/// and it recurs.
void add_next_task(const Services& services, store::Changes& changes, store::Task& task,
                   support::Timestamp now) {
  const bool was_just_completed = task.completed_at == task.updated_at;
  if (!was_just_completed || !task.recurrence || task.next_task_id) return;
  auto next = next_task(task, now);
  if (!next) return;
  next->id = services.ids.next();
  next->created_at = next->updated_at = now;
  changes.add_next_task(task, *std::move(next));
}

/// Changes the task that the path names, and goes on with the next one if it recurs.
Response change_task(Call& call, const support::Uuid& id, const TaskChange& change) {
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  const store::Task task = services.store.change([&](store::Changes& changes) {
    store::Task changed = changes.change_task(call.caller.id, id, change, now);
    check_recurrence(changed, change.content);
    add_next_task(services, changes, changed, now);
    return changed;
  });
  Response response = task_answer(task);
  if (change.completion != TaskChange::Completion::keep && task.is_completed && task.next_task_id) {
    response.headers.emplace_back(
        "Link", '<' + path_of_task(call, *task.next_task_id) + R"(>; rel="next-occurrence")");
  }
  return response;
}

}  // namespace

Response create_task(Call& call) {
  store::Task task{call.body<store::TaskContent>()};
  if (task.recurrence && !task.due_date && !call.has_fault("recurrence") &&
      !call.has_fault("due_date")) {
    call.add_value_error({Source::body, "recurrence"}, needs_due_date);
  }
  call.check_input();
  task.id = call.services.ids.next();
  task.user_id = call.caller.id;
  task.created_at = task.updated_at = call.services.clock.now();
  task = call.services.store.change(
      [&](store::Changes& changes) { return changes.add_task(std::move(task)); });
  Response response = task_answer(task, 201);
  response.headers.emplace_back("Location", path_of_task(call, task.id));
  return response;
}

Response get_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  call.check_input();
  return task_answer(call.snapshot().find_task(call.caller.id, id));
}

Response replace_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  auto replacement = call.body<store::TaskReplacement>();
  call.check_input();
  return change_task(call, id, {.content = to_change(std::move(replacement))});
}

Response update_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  auto patch = call.body<TaskPatch>();
  call.check_input();
  if (is_empty(patch)) return get_task(call);
  const auto completion = to_completion(patch.is_completed, TaskChange::Completion::keep);
  return change_task(call, id, {.content = std::move(patch), .completion = completion});
}

Response set_task_completion(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  const auto wanted = call.body_or(Completion{});
  if (wanted.is_completed && wanted.completed && *wanted.is_completed != *wanted.completed &&
      !call.has_fault("is_completed") && !call.has_fault("completed")) {
    call.add_value_error({Source::body, "completed"},
                         "is_completed and completed contradict each other");
  }
  call.check_input();
  const auto is_completed = wanted.is_completed ? wanted.is_completed : wanted.completed;
  return change_task(call, id,
                     {.completion = to_completion(is_completed, TaskChange::Completion::toggle)});
}

Response delete_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  call.check_input();
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  services.store.change([&](store::Changes& changes) {
    changes.remove_task(call.caller.id, id, now);
    if (services.trash_period == std::chrono::days(0)) changes.purge_task(call.caller.id, id);
  });
  return {.status = 204};
}

}  // namespace taskdock::api
