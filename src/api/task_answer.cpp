#include "api/task_answer.h"

#include "api/conditions.h"
#include "api/task_types.h"
#include "api/write.h"

namespace taskdock::api {

Response task_answer(const store::Task& task, int status) {
  return {.status = status, .body = to_json(task), .headers = {{"ETag", etag_of(task.revision)}}};
}

std::string path_of_tasks(const Request& request) {
  const std::string_view path = request.path;
  constexpr std::string_view tasks = "/tasks";
  return request.below_prefix(path.substr(0, path.find(tasks) + tasks.size()));
}

std::string path_of_task(const Call& call, const support::Uuid& id) {
  return path_of_tasks(call.request).append("/").append(id.to_string());
}

void link_to_next(const Call& call, Response& response, const store::Task& task) {
  if (!task.next_task_id) return;
  response.headers.emplace_back(
      "Link", '<' + path_of_task(call, *task.next_task_id) + R"(>; rel="next-occurrence")");
}

}  // namespace taskdock::api
