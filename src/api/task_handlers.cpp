#include "api/changed_task.h"
#include "api/cursor.h"
#include "api/handlers.h"
#include "api/new_task.h"
#include "api/task_types.h"
#include "api/write.h"

namespace taskdock::api {

namespace {

using store::TaskChange;

/// The filter and order of a list, as its cursors know it.
std::string_view list_name(const ListParameters& wanted) {
  if (!wanted.completed) return "-created_at";
  return *wanted.completed ? "-created_at&completed=true" : "-created_at&completed=false";
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

/// Changes the task that the path names, and goes on with the next one if it recurs.
Response change_task(Call& call, const support::Uuid& id, const TaskChange& change) {
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  const store::Task task = services.store.change([&](store::Changes& changes) {
    return change_task(services, changes, call.caller.id, id, change, now);
  });
  Response response{.body = to_json(task)};
  if (change.completion != TaskChange::Completion::keep && task.is_completed) {
    response.headers = link_to_next(call.request, task);
  }
  return response;
}

}  // namespace

Response create_task(Call& call) {
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  auto wanted = call.body<NewTask>();
  check_new_task(wanted, Source::body, now, call.faults());
  call.check_input();
  PreparedTask prepared = prepare_task(services, std::move(wanted), call.caller.id, now);
  const std::string tasks_path = path_of_tasks(call.request);
  const bool is_new = services.store.change(
      [&](store::Changes& changes) { return add_task(services, changes, prepared, tasks_path); });
  const store::Task& task = prepared.task;
  Response response{.status = is_new ? 201 : 200,
                    .body = to_json(task),
                    .headers = link_to_next(call.request, task)};
  response.headers.emplace_back("Location", tasks_path + '/' + task.id.to_string());
  return response;
}

Response list_tasks(Call& call) {
  const auto wanted = call.query<ListParameters>();
  const std::string_view list = list_name(wanted);
  std::optional<Cursor> after;
  if (wanted.cursor && !wanted.cursor->empty()) {
    after = decode_cursor(*wanted.cursor, list);
    if (!after) call.add_value_error({Source::query, "cursor"}, "must be a cursor of this list");
  }
  call.check_input();
  store::TaskPage page = call.snapshot().list_tasks(
      call.caller.id, {.limit = wanted.limit,
                       .offset = wanted.offset,
                       .completed = wanted.completed,
                       .older_than = after ? std::optional(after->id) : std::nullopt});
  TaskList answer{.tasks = std::move(page.tasks),
                  .total = page.total,
                  .limit = wanted.limit,
                  .offset = wanted.offset};
  if (page.has_more) answer.next_cursor = encode_cursor({answer.tasks.back().id}, list);
  return {.body = to_json(answer)};
}

Response get_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  call.check_input();
  return {.body = to_json(call.snapshot().find_task(call.caller.id, id))};
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
  call.services.store.change(
      [&](store::Changes& changes) { changes.remove_task(call.caller.id, id); });
  return {.status = 204};
}

}  // namespace taskdock::api
