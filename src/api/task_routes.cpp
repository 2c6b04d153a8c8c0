#include <algorithm>

#include "api/batch_types.h"
#include "api/change_feed_types.h"
#include "api/handlers.h"
#include "api/move_types.h"
#include "api/route_parts.h"
#include "api/task_list_types.h"
#include "api/task_types.h"

namespace taskdock::api {

namespace {

constexpr HeaderField task_etag = {"ETag", "The task's revision, in quotes"};
constexpr HeaderField location = {"Location",
                                  "The path of what was created, now or by an earlier request"};
constexpr HeaderField next_occurrence = {
    "Link",
    "The path of the task that follows a completed one that recurs, with rel=next-occurrence",
    false};

constexpr RouteError no_room_for_next = {409,
                                         "The caller has the maximum number of tasks, and the "
                                         "completed one recurs; or the maximum number "
                                         "of different tags"};

constexpr RouteError no_room_for_task = {
    409, "The caller has the maximum number of tasks, or of different tags"};
constexpr RouteError no_room_for_tags = {409,
                                         "The caller has the maximum number of different tags"};

PathParameter task_id() {
  return {"task_id",
          "The id of the task",
          Id{},
          {{403, "The task belongs to somebody else"},
           {404, "There is no such task"},
           {422, not_an_id}}};
}

/// `route`, which changes a task: only if that is still as the client has seen it.
Route if_unchanged(Route route) {
  route.request_headers.push_back(
      {"If-Match",
       "The ETag that the task must have, or several with commas between them, or * for any: with "
       "another the answer is 412, and nothing is done"});
  route.errors.push_back({400, "The HTTP message, or its If-Match, is malformed"});
  route.errors.push_back({412, "The task has another revision"});
  return route;
}

/// `route`, which does a request once if that has a key. All that its answers have is kept with it.
Route done_once(Route route) {
  route.request_headers.push_back(
      {"Idempotency-Key",
       "Names this request among the caller's: 1 to 255 visible ASCII characters, in quotation "
       "marks or without. For 24 hours the same request with the same key is not done again, but "
       "answered as it was; another request with it is 422"});
  for (Success& success : route.successes) {
    success.headers.push_back(
        {"Idempotency-Replayed", "true, if the request was done before, and not again", false});
  }
  return route;
}

/// The successes of a route that answers with a task.
std::vector<Success> tasks() {
  return {{.contents = {json<store::Task>()}, .headers = {task_etag}}};
}

/// The successes of a route that can complete a task.
std::vector<Success> completions() {
  return {{.contents = {json<store::Task>()}, .headers = {task_etag, next_occurrence}}};
}

/// The files that tasks are exported as. Each media type is there once.
std::vector<Content> exported_files() {
  std::vector<Content> contents;
  for (const formats::Format& format : formats::all_formats()) {
    if (format.make_writer) contents.push_back({format.media_type, nullptr});
  }
  return contents;
}

/// The media types of the files that can be imported, each once; JSON first.
std::vector<std::string_view> importable_types() {
  std::vector<std::string_view> types = {"application/json"};
  for (const formats::Format& format : formats::all_formats()) {
    if (format.make_reader && std::ranges::find(types, format.media_type) == types.end()) {
      types.push_back(format.media_type);
    }
  }
  return types;
}

}  // namespace

std::vector<Route> task_routes() {
  return {
      done_once(
          {.method = "POST",
           .path = "",
           .handler = create_task,
           .operation_id = "create_task",
           .summary = "Create a task",
           .request_headers =
               {{"If-None-Match",
                 "* creates the task only if there is none with its id: otherwise the "
                 "answer is 412, even if it is the same"}},
           .body = &describe<NewTask>(),
           .successes = {{.status = 201,
                          .contents = {json<store::Task>()},
                          .headers = {task_etag, location, next_occurrence}},
                         {.contents = {json<store::Task>()},
                          .headers = {task_etag, location, next_occurrence}}},
           .errors =
               {{409,
                 "The id is taken (if by a task of the caller, Location has its path), or the "
                 "caller has the maximum number of tasks, or of different tags"},
                {412,
                 "There is a task with this id, and If-None-Match says that there must not be"}}}),
      with_version({.method = "GET",
                    .path = "",
                    .handler = list_tasks,
                    .operation_id = "list_tasks",
                    .summary = "List tasks, filtered and sorted",
                    .query = &describe<ListParameters>(),
                    .successes = answers<TaskList>()},
                   version_of_answer),
      with_version({.method = "GET",
                    .path = "/summary",
                    .handler = summarize_tasks,
                    .operation_id = "summarize_tasks",
                    .summary = "Count tasks: open, completed, due and deleted ones",
                    .query = &describe<SummaryParameters>(),
                    .successes = answers<TaskSummary>()},
                   version_of_answer),
      {.method = "GET",
       .path = "/export",
       .handler = export_tasks,
       .operation_id = "export_tasks",
       .summary = "Export all tasks as a file",
       .query = &describe<ExportParameters>(),
       .successes = {{.contents = exported_files(),
                      .headers = {{"Content-Disposition", "The name of the file"}}}}},
      done_once({.method = "POST",
                 .path = "/import",
                 .handler = import_tasks,
                 .operation_id = "import_tasks",
                 .summary = "Import the tasks of a file, all of them or none",
                 .query = &describe<ImportParameters>(),
                 .body = &describe<TaskFile>(),
                 .file_types = importable_types(),
                 .max_body_bytes = max_file_bytes,
                 .successes = answers<ImportAnswer>(),
                 .errors = {no_room_for_task}}),
      {.method = "GET",
       .path = "/changes",
       .handler = list_changes,
       .operation_id = "list_changes",
       .summary = "List what has changed since, to keep a copy of all tasks",
       .query = &describe<ChangeParameters>(),
       .successes = answers<ChangeList>(),
       .errors = {{410,
                   "What has changed since is not known any more, or the epoch is another one: "
                   "sync again from 0"}}},
      with_version({.method = "GET",
                    .path = "/trash",
                    .handler = list_trash,
                    .operation_id = "list_trash",
                    .summary = "List deleted tasks, newest deletion first",
                    .query = &describe<TrashParameters>(),
                    .successes = answers<TrashList>()},
                   version_of_answer),
      {.method = "DELETE",
       .path = "/trash",
       .handler = empty_trash,
       .operation_id = "empty_trash",
       .summary = "Empty the trash: remove all deleted tasks for good",
       .successes = no_content},
      {.method = "DELETE",
       .path = "/trash/{task_id}",
       .handler = purge_task,
       .operation_id = "purge_task",
       .summary = "Remove a deleted task for good",
       .path_parameters = {task_id()},
       .successes = no_content},
      done_once(
          {.method = "POST",
           .path = "/batch",
           .handler = change_tasks,
           .operation_id = "change_tasks",
           .summary =
               "Create, change, complete, delete and restore many tasks at once, or none of them",
           .body = &describe<Batch>(),
           .successes = answers<BatchAnswer>(),
           .errors = {{403, "An operation is about a task of somebody else"},
                      {404, "An operation is about a task that does not exist"},
                      {409,
                       "An operation makes a task whose id is taken, or there is no room for the "
                       "tasks or tags"},
                      {412, "An operation is about a task that has another revision"}}}),
      with_version({.method = "GET",
                    .path = "/{task_id}",
                    .handler = get_task,
                    .operation_id = "get_task",
                    .summary = "Get a task",
                    .path_parameters = {task_id()},
                    .successes = answers<store::Task>()},
                   task_etag),
      if_unchanged({.method = "PUT",
                    .path = "/{task_id}",
                    .handler = replace_task,
                    .operation_id = "replace_task",
                    .summary = "Replace a task",
                    .path_parameters = {task_id()},
                    .body = &describe<store::TaskReplacement>(),
                    .successes = tasks(),
                    .errors = {no_room_for_tags}}),
      if_unchanged({.method = "PATCH",
                    .path = "/{task_id}",
                    .handler = update_task,
                    .operation_id = "update_task",
                    .summary = "Update a task",
                    .path_parameters = {task_id()},
                    .body = &describe<TaskPatch>(),
                    .successes = completions(),
                    .errors = {no_room_for_next}}),
      if_unchanged({.method = "PATCH",
                    .path = "/{task_id}/complete",
                    .handler = set_task_completion,
                    .operation_id = "set_task_completion",
                    .summary = "Toggle completion",
                    .path_parameters = {task_id()},
                    .body = &describe<Completion>(),
                    .body_required = false,
                    .successes = completions(),
                    .errors = {no_room_for_next}}),
      if_unchanged({.method = "DELETE",
                    .path = "/{task_id}",
                    .handler = delete_task,
                    .operation_id = "delete_task",
                    .summary = "Move a task to the trash",
                    .path_parameters = {task_id()},
                    .successes = no_content}),
      if_unchanged({.method = "POST",
                    .path = "/{task_id}/restore",
                    .handler = restore_task,
                    .operation_id = "restore_task",
                    .summary = "Restore a task from the trash",
                    .path_parameters = {task_id()},
                    .successes = tasks(),
                    .errors = {no_room_for_task}}),
  };
}

std::vector<Route> tag_routes() {
  const PathParameter tag = {"name",
                             "The tag",
                             Tag{},
                             {{404, "No task of the caller has this tag"},
                              {422, "The name in the path is not a tag, or the input is invalid"}}};
  return {
      with_version({.method = "GET",
                    .path = "/api/tags",
                    .handler = list_tags,
                    .access = Access::bearer,
                    .operation_id = "list_tags",
                    .tag = "tags",
                    .summary = "List all tags, most used first",
                    .successes = answers<TagList>()},
                   version_of_answer),
      {.method = "PATCH",
       .path = "/api/tags/{name}",
       .handler = rename_tag,
       .access = Access::bearer,
       .operation_id = "rename_tag",
       .tag = "tags",
       .summary = "Rename a tag in all tasks",
       .path_parameters = {tag},
       .body = &describe<TagName>(),
       .successes = answers<store::Tag>()},
      {.method = "DELETE",
       .path = "/api/tags/{name}",
       .handler = remove_tag,
       .access = Access::bearer,
       .operation_id = "remove_tag",
       .tag = "tags",
       .summary = "Remove a tag from all tasks",
       .path_parameters = {tag},
       .successes = no_content},
  };
}

}  // namespace taskdock::api
