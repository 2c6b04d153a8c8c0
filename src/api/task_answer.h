#pragma once

#include "api/call.h"
#include "api/response.h"
#include "store/types.h"

namespace taskdock::api {

/// The answer that is this task. Its ETag is its revision.
Response task_answer(const store::Task& task, int status = 200);

/// The path, as clients write it, of the tasks that `request` is about: "/api/tasks", or the one
/// with the owner.
std::string path_of_tasks(const Request& request);

/// The path of the task with this id, as the caller of a call about tasks has to write it.
std::string path_of_task(const Call& call, const support::Uuid& id);

/// Adds the header that names the task which follows `task`, if there is one.
void link_to_next(const Call& call, Response& response, const store::Task& task);

}  // namespace taskdock::api
