#include "api/routes.h"

#include "api/account_types.h"
#include "api/handlers.h"
#include "api/service_types.h"
#include "api/session_types.h"
#include "api/task_types.h"

namespace taskdock::api {

namespace {

template <class T>
std::vector<Content> json() {
  return {{"application/json", &describe<T>()}};
}

std::vector<Route> service_routes() {
  return {
      {.method = "GET",
       .path = "/",
       .handler = welcome,
       .operation_id = "get_welcome",
       .tag = "service",
       .summary = "Say what this is",
       .answers = {{"application/json", &describe<Welcome>()}, {"text/html", nullptr}},
       .needs_database = false},
      {.method = "GET",
       .path = "/health",
       .handler = check_health,
       .operation_id = "get_health",
       .tag = "service",
       .summary = "Say whether the database answers",
       .answers = json<Health>()},
      {.method = "GET",
       .path = "/openapi.json",
       .handler = get_openapi,
       .operation_id = "get_openapi",
       .tag = "service",
       .summary = "Describe the API (OpenAPI 3.1)",
       .answers = {{"application/json", nullptr}},
       .needs_database = false,
       .has_etag = true},
      {.method = "GET",
       .path = "/docs",
       .handler = get_docs,
       .operation_id = "get_docs",
       .tag = "service",
       .summary = "Try the API (Swagger UI)",
       .answers = {{"text/html", nullptr}},
       .needs_database = false},
      {.method = "GET",
       .path = "/redoc",
       .handler = get_redoc,
       .operation_id = "get_redoc",
       .tag = "service",
       .summary = "Read the API (Redoc)",
       .answers = {{"text/html", nullptr}},
       .needs_database = false},
      {.method = "GET",
       .path = "/assets/{name}",
       .handler = get_asset,
       .operation_id = "get_asset",
       .tag = "service",
       .summary = "Get a part of a page",
       .answers = {{"image/svg+xml", nullptr}, {"text/css", nullptr}, {"text/javascript", nullptr}},
       .errors = {{404, "There is no such file"}},
       .needs_database = false},
  };
}

std::vector<Route> account_routes() {
  const OwnError throttled = {429, "Too many attempts; Retry-After says when to try again"};
  const OwnError wrong_password = {403, "The current password is wrong"};
  return {
      {.method = "POST",
       .path = "/api/auth/signup",
       .handler = signup,
       .operation_id = "signup",
       .tag = "accounts",
       .summary = "Sign up",
       .body = &describe<SignupRequest>(),
       .max_body_bytes = anonymous_max_body_bytes,
       .success = 201,
       .answers = json<SignupSession>(),
       .errors = {{403, "Sign-up is closed"},
                  {409, "Another user has this email, or there are as many users as there may be"},
                  throttled}},
      {.method = "POST",
       .path = "/api/auth/login",
       .handler = login,
       .operation_id = "login",
       .tag = "accounts",
       .summary = "Log in",
       .body = &describe<LoginRequest>(),
       .max_body_bytes = anonymous_max_body_bytes,
       .answers = json<Session>(),
       .errors = {{401, "The email or the password is wrong"}, throttled}},
      {.method = "POST",
       .path = "/api/auth/refresh",
       .handler = refresh_session,
       .operation_id = "refresh_session",
       .tag = "accounts",
       .summary = "Get new tokens for a refresh token",
       .body = &describe<RefreshRequest>(),
       .max_body_bytes = anonymous_max_body_bytes,
       .answers = json<Session>(),
       .errors = {{401, "The refresh token is not good, or its session is over"}, throttled}},
      {.method = "POST",
       .path = "/api/auth/logout",
       .handler = log_out,
       .access = Access::bearer,
       .operation_id = "log_out",
       .tag = "accounts",
       .summary = "Log out: end this session",
       .success = 204},
      {.method = "GET",
       .path = "/api/auth/sessions",
       .handler = list_sessions,
       .access = Access::bearer,
       .operation_id = "list_sessions",
       .tag = "accounts",
       .summary = "List the sessions of the caller, newest first",
       .query = &describe<SessionListParameters>(),
       .answers = json<SessionList>()},
      {.method = "DELETE",
       .path = "/api/auth/sessions",
       .handler = end_other_sessions,
       .access = Access::bearer,
       .operation_id = "end_other_sessions",
       .tag = "accounts",
       .summary = "End all other sessions of the caller",
       .success = 204},
      {.method = "DELETE",
       .path = "/api/auth/sessions/{session_id}",
       .handler = end_session,
       .access = Access::bearer,
       .operation_id = "end_session",
       .tag = "accounts",
       .summary = "End a session of the caller",
       .success = 204,
       .errors = {{404, "The caller has no such session"}}},
      {.method = "GET",
       .path = "/api/auth/me",
       .handler = get_me,
       .access = Access::bearer,
       .operation_id = "get_me",
       .tag = "accounts",
       .summary = "Say who is logged in",
       .answers = json<store::User>()},
      {.method = "PATCH",
       .path = "/api/auth/me",
       .handler = update_me,
       .access = Access::bearer,
       .operation_id = "update_me",
       .tag = "accounts",
       .summary = "Change the caller's name or email",
       .body = &describe<ProfileChange>(),
       .answers = json<store::User>(),
       .errors = {wrong_password, {409, "Another user has this email"}, throttled}},
      {.method = "DELETE",
       .path = "/api/auth/me",
       .handler = delete_me,
       .access = Access::bearer,
       .operation_id = "delete_me",
       .tag = "accounts",
       .summary = "Delete the caller, with all sessions and tasks",
       .body = &describe<AccountDeletion>(),
       .success = 204,
       .errors = {wrong_password, throttled}},
      {.method = "PUT",
       .path = "/api/auth/password",
       .handler = change_password,
       .access = Access::bearer,
       .operation_id = "change_password",
       .tag = "accounts",
       .summary = "Change the caller's password and end all other sessions",
       .body = &describe<PasswordChange>(),
       .success = 204,
       .errors = {wrong_password, throttled}},
  };
}

/// The calls about tasks, their paths without the part that may name the owner.
std::vector<Route> task_routes() {
  return {
      {.method = "POST",
       .path = "",
       .handler = create_task,
       .operation_id = "create_task",
       .summary = "Create a task",
       .body = &describe<TaskContent>(),
       .success = 201,
       .answers = json<store::Task>(),
       .errors = {{409, "The caller has as many tasks as there may be"}}},
      {.method = "GET",
       .path = "",
       .handler = list_tasks,
       .operation_id = "list_tasks",
       .summary = "List tasks, newest first",
       .query = &describe<ListParameters>(),
       .answers = json<TaskList>()},
      {.method = "GET",
       .path = "/{task_id}",
       .handler = get_task,
       .operation_id = "get_task",
       .summary = "Get a task",
       .answers = json<store::Task>()},
      {.method = "PUT",
       .path = "/{task_id}",
       .handler = replace_task,
       .operation_id = "replace_task",
       .summary = "Write a task anew",
       .body = &describe<TaskContent>(),
       .answers = json<store::Task>()},
      {.method = "PATCH",
       .path = "/{task_id}",
       .handler = update_task,
       .operation_id = "update_task",
       .summary = "Change parts of a task",
       .body = &describe<TaskPatch>(),
       .answers = json<store::Task>()},
      {.method = "PATCH",
       .path = "/{task_id}/complete",
       .handler = set_task_completion,
       .operation_id = "set_task_completion",
       .summary = "Mark a task done or not done, or turn it over",
       .body = &describe<Completion>(),
       .body_required = false,
       .answers = json<store::Task>()},
      {.method = "DELETE",
       .path = "/{task_id}",
       .handler = delete_task,
       .operation_id = "delete_task",
       .summary = "Delete a task",
       .success = 204},
  };
}

std::vector<Route> make_routes() {
  std::vector<Route> table = service_routes();
  for (Route& route : account_routes()) table.push_back(std::move(route));
  // Every call about tasks has two addresses: the owner is the caller, or is named in the path for
  // clients that put it there.
  struct Address {
    const char* path;
    const char* operation_suffix;
    const char* summary_suffix;
  };
  for (const Address& address :
       {Address{"/api/tasks", "", ""},
        Address{"/api/{user_id}/tasks", "_of_user", ", the owner in the path"}}) {
    for (Route& route : task_routes()) {
      route.path.insert(0, address.path);
      route.operation_id += address.operation_suffix;
      route.summary += address.summary_suffix;
      route.access = Access::bearer;
      route.tag = "tasks";
      table.push_back(std::move(route));
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
