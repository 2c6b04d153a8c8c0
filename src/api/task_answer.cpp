#include "api/task_answer.h"

#include "api/task_types.h"
#include "api/write.h"

namespace taskdock::api {

Response task_answer(const store::Task& task, int status) {
  return {.status = status,
          .body = to_json(task),
          .headers = {{"ETag", '"' + std::to_string(task.revision) + '"'}}};
}

std::string path_of_task(const Call& call, const support::Uuid& id) {
  const std::string_view path = call.request.path;
  constexpr std::string_view tasks = "/tasks";
  return call.request.below_prefix(path.substr(0, path.find(tasks) + tasks.size()))
      .append("/")
      .append(id.to_string());
}

}  // namespace taskdock::api
