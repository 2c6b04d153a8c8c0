#include "api/changed_task.h"
#include "api/conditions.h"
#include "api/handlers.h"
#include "api/idempotency.h"
#include "api/new_task.h"
#include "api/task_answer.h"
#include "api/task_types.h"

namespace taskdock::api {

namespace {

using store::TaskChange;

/// The change that replaces a task's content.
store::TaskContentChange to_change(store::TaskReplacement replacement) {
  store::TaskContentChange change;
  store::for_each_task_member<store::TaskReplacement, store::TaskContentChange>(
      [&](auto from, auto to) { change.*to = std::move(replacement.*from); });
  return change;
}

/// A change after which nothing can be refused any more: neither because the task recurs without a
/// date, nor because there is no room for its next one. That there is none for a new tag is found
/// before anything is changed.
bool is_single(const TaskChange& change) {
  const auto& due_date = change.content.due_date;
  const auto& recurrence = change.content.recurrence;
  const bool keeps_both = !due_date && !recurrence;
  const bool sets_date = due_date && *due_date;
  const bool clears_recurrence = recurrence && !*recurrence;
  return change.completion == TaskChange::Completion::keep &&
         (keeps_both || sets_date || clears_recurrence);
}

/// Changes the task that the path names, and goes on with the next one if it recurs.
Response change_task(Call& call, const support::Uuid& id, const TaskChange& change) {
  const Services& services = call.services;
  const Conditions conditions(call.request);
  const support::Timestamp now = services.clock.now();
  const store::Task task = services.store.change(
      [&](store::Changes& changes) {
        conditions.check(changes, call.caller.id, id);
        return change_task(services, changes, call.caller.id, id, change, now);
      },
      is_single(change) ? store::ChangeSize::single : store::ChangeSize::usual);
  Response response = task_answer(task);
  if (change.completion != TaskChange::Completion::keep && task.is_completed) {
    link_to_next(call, response, task);
  }
  return response;
}

}  // namespace

Response create_task(Call& call) {
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  auto wanted = call.body<NewTask>();
  check_new_task(wanted, Source::body, now, call.faults());
  const auto key = read_idempotency_key(call);
  call.check_input();
  const Conditions conditions(call.request);
  PreparedTask prepared = prepare_task(services, std::move(wanted), call.caller.id, now);
  const std::string tasks_path = path_of_tasks(call.request);
  // One that is completed may recur, and there may be no room for the next one.
  const auto size =
      prepared.task.is_completed ? store::ChangeSize::usual : store::ChangeSize::single;
  return change_once(
      call, key,
      [&](store::Changes& changes) {
        return add_task(services, changes, prepared, tasks_path, &conditions);
      },
      [&](bool is_new) {
        const store::Task& task = prepared.task;
        Response response = task_answer(task, is_new ? 201 : 200);
        response.headers.emplace_back("Location", path_of_task(call, task.id));
        link_to_next(call, response, task);
        return response;
      },
      size);
}

Response get_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  call.check_input();
  const store::Task task = call.snapshot().find_task(call.caller.id, id);
  std::string etag = etag_of(task.revision);
  if (has_current(call.request, etag)) return not_modified(std::move(etag));
  return task_answer(task);
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
  if (is_empty(patch)) {
    const store::Task task = call.snapshot().find_task(call.caller.id, id);
    Conditions(call.request).check(&task);
    return task_answer(task);
  }
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
  const Conditions conditions(call.request);
  const support::Timestamp now = services.clock.now();
  services.store.change([&](store::Changes& changes) {
    conditions.check(changes, call.caller.id, id);
    remove_task(services, changes, call.caller.id, id, now);
  });
  return {.status = 204};
}

}  // namespace taskdock::api
