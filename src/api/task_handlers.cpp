#include "api/handlers.h"
#include "api/task_types.h"
#include "api/write.h"

namespace taskdock::api {

namespace {

using store::TaskChange;

TaskChange::Completion to_completion(std::optional<bool> is_completed,
                                     TaskChange::Completion otherwise) {
  if (!is_completed) return otherwise;
  return *is_completed ? TaskChange::Completion::completed : TaskChange::Completion::open;
}

/// Changes the task the path names.
Response change_task(Call& call, const support::Uuid& id, const TaskChange& change) {
  const Services& services = call.services;
  return {.body = to_json(
              services.store.change_task(call.caller.id, id, change, services.clock.now()))};
}

}  // namespace

Response create_task(Call& call) {
  auto content = call.body<TaskContent>();
  call.check_input();
  const support::Timestamp now = call.services.clock.now();
  const store::Task task{.id = call.services.ids.next(),
                         .title = std::move(content.title),
                         .description = std::move(content.description),
                         .user_id = call.caller.id,
                         .created_at = now,
                         .updated_at = now};
  call.services.store.add_task(task);
  return {.status = 201,
          .body = to_json(task),
          .headers = {{"Location", call.request.path + '/' + task.id.to_string()}}};
}

Response list_tasks(Call& call) {
  const auto wanted = call.query<ListParameters>();
  call.check_input();
  store::TaskPage page = call.snapshot().list_tasks(call.caller.id, {.limit = wanted.limit,
                                                                     .offset = wanted.offset,
                                                                     .completed = wanted.completed,
                                                                     .older_than = wanted.cursor});
  TaskList list{.tasks = std::move(page.tasks),
                .total = page.total,
                .limit = wanted.limit,
                .offset = wanted.offset};
  if (page.has_more) list.next_cursor = list.tasks.back().id;
  return {.body = to_json(list)};
}

Response get_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  call.check_input();
  return {.body = to_json(call.snapshot().find_task(call.caller.id, id))};
}

Response replace_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  auto content = call.body<TaskContent>();
  call.check_input();
  return change_task(
      call, id, {.title = std::move(content.title), .description = std::move(content.description)});
}

Response update_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  auto patch = call.body<TaskPatch>();
  call.check_input();
  if (!patch.title && !patch.description && !patch.is_completed) return get_task(call);
  return change_task(
      call, id,
      {.title = std::move(patch.title),
       .description = std::move(patch.description),
       .completion = to_completion(patch.is_completed, TaskChange::Completion::keep)});
}

Response set_task_completion(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  const auto wanted = call.body_or(Completion{});
  if (wanted.is_completed && wanted.completed && *wanted.is_completed != *wanted.completed) {
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
  call.services.store.remove_task(call.caller.id, id);
  return {.status = 204};
}

}  // namespace taskdock::api
