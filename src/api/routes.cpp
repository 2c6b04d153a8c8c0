#include "api/routes.h"

#include "api/account_types.h"
#include "api/handlers.h"
#include "api/service_types.h"
#include "api/task_types.h"

namespace taskdock::api {

namespace {

/// A call about tasks, without the part of the path that may name the owner.
struct TaskRoute {
  std::string_view method;
  std::string_view path;
  Response (*handler)(Call&);
  std::string_view operation_id;
  std::string_view summary;
  const TypeDescription* query;
  const TypeDescription* body;
  bool body_required;
  int success;
  const TypeDescription* answer;
};

std::vector<TaskRoute> task_routes() {
  const TypeDescription* const content = &describe<TaskContent>();
  const TypeDescription* const task = &describe<store::Task>();
  return {
      {"POST", "", create_task, "create_task", "Create a task", nullptr, content, true, 201, task},
      {"GET", "", list_tasks, "list_tasks", "List tasks, newest first", &describe<ListParameters>(),
       nullptr, false, 200, &describe<TaskList>()},
      {"GET", "/{task_id}", get_task, "get_task", "Get a task", nullptr, nullptr, false, 200, task},
      {"PUT", "/{task_id}", replace_task, "replace_task", "Write a task anew", nullptr, content,
       true, 200, task},
      {"PATCH", "/{task_id}", update_task, "update_task", "Change parts of a task", nullptr,
       &describe<TaskPatch>(), true, 200, task},
      {"PATCH", "/{task_id}/complete", set_task_completion, "set_task_completion",
       "Mark a task done or not done, or turn it over", nullptr, &describe<Completion>(), false,
       200, task},
      {"DELETE", "/{task_id}", delete_task, "delete_task", "Delete a task", nullptr, nullptr, false,
       204, nullptr},
  };
}

std::vector<Route> make_routes() {
  const TypeDescription* const user = &describe<store::User>();
  std::vector<Route> table = {
      {"GET", "/", welcome, Access::anyone, "get_welcome", "service", "Say what this is", nullptr,
       nullptr, false, 200, &describe<Welcome>()},
      {"GET", "/health", check_health, Access::anyone, "get_health", "service",
       "Say whether the database answers", nullptr, nullptr, false, 200, &describe<Health>()},
      {"POST", "/api/auth/signup", signup, Access::anyone, "signup", "accounts", "Sign up", nullptr,
       &describe<SignupRequest>(), true, 201, &describe<SignupSession>()},
      {"POST", "/api/auth/login", login, Access::anyone, "login", "accounts", "Log in", nullptr,
       &describe<LoginRequest>(), true, 200, &describe<Session>()},
      {"GET", "/api/auth/me", get_me, Access::bearer, "get_me", "accounts", "Say who is logged in",
       nullptr, nullptr, false, 200, user},
  };
  // Every call about tasks has two addresses: the owner is the caller, or is named in the path for
  // clients that put it there.
  for (const auto& [prefix, suffix] :
       {std::pair{"/api/tasks", ""}, std::pair{"/api/{user_id}/tasks", "_of_user"}}) {
    for (const TaskRoute& route : task_routes()) {
      table.push_back({route.method, prefix + std::string(route.path), route.handler,
                       Access::bearer, std::string(route.operation_id) + suffix, "tasks",
                       route.summary, route.query, route.body, route.body_required, route.success,
                       route.answer});
    }
  }
  return table;
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> table = make_routes();
  return table;
}

}  // namespace taskdock::api
