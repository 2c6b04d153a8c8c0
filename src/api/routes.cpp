#include "api/routes.h"

#include <map>
#include <utility>

#include "api/account_types.h"
#include "api/handlers.h"
#include "api/service_types.h"
#include "api/session_types.h"
#include "api/task_types.h"

namespace taskdock::api {

namespace {

template <class T>
Content json() {
  return {"application/json", &describe<T>()};
}

/// The successes of a route with one: 200 with a JSON body of type T.
template <class T>
std::vector<Success> answers() {
  return {{.contents = {json<T>()}}};
}

const std::vector<Success> no_content = {{.status = 204}};

constexpr HeaderField etag = {
    "ETag", "The version of this answer; send it in If-None-Match to get 304 while it is current"};
constexpr HeaderField location = {"Location",
                                  "The path of what was created, now or by an earlier request"};
constexpr HeaderField next_occurrence = {
    "Link",
    "The path of the task that follows a completed one that recurs, with rel=next-occurrence",
    false};

constexpr RouteError no_room_for_next = {
    409, "The completed task recurs, and the caller has the maximum number of tasks"};

constexpr std::string_view not_an_id = "An id in the path is not a UUID, or the input is invalid";

PathParameter user_id() {
  // One that is not a UUID belongs to somebody else, like any other that is not the caller's.
  return {"user_id", "The caller's own id", Id{}, {{403, "The id is not the caller's"}}};
}

PathParameter task_id() {
  return {"task_id",
          "The id of the task",
          Id{},
          {{403, "The task belongs to somebody else"},
           {404, "There is no such task"},
           {422, not_an_id}}};
}

PathParameter session_id() {
  return {"session_id",
          "The id of the session",
          Id{},
          {{404, "The caller has no such session"}, {422, not_an_id}}};
}

PathParameter file_name() {
  return {"name", "The name of the file", Text{}, {{404, "There is no such file"}}};
}

Content page() {
  return {"text/html", nullptr};
}

std::vector<Route> service_routes() {
  return {
      {.method = "GET",
       .path = "/",
       .handler = welcome,
       .offered = Offered::without_site,
       .operation_id = "get_welcome",
       .tag = "service",
       .summary = "Get the service's name and version",
       .successes = {{.contents = {json<Welcome>(), page()}}},
       .needs_database = false},
      {.method = "GET",
       .path = "/health",
       .handler = check_health,
       .operation_id = "get_health",
       .tag = "service",
       .summary = "Check that the database answers",
       .successes = answers<Health>(),
       .needs_launch_token = false},
      {.method = "GET",
       .path = "/metrics",
       .handler = get_metrics,
       .offered = Offered::with_metrics,
       .operation_id = "get_metrics",
       .tag = "service",
       .summary = "Get metrics in Prometheus' text format",
       .successes = {{.contents = {{"text/plain", nullptr}}}},
       .needs_database = false},
      {.method = "POST",
       .path = "/api/server/stop",
       .handler = stop_server,
       .offered = Offered::with_launch_token,
       .operation_id = "stop_server",
       .tag = "service",
       .summary = "Stop the server",
       .successes = {{.status = 202, .contents = {json<Stopping>()}}},
       .needs_database = false},
      {.method = "GET",
       .path = "/openapi.json",
       .handler = get_openapi,
       .operation_id = "get_openapi",
       .tag = "service",
       .summary = "Get the OpenAPI 3.1 document",
       .request_headers = {{"If-None-Match", "The ETag of an earlier answer"}},
       .successes = {{.contents = {{"application/json", nullptr}}, .headers = {etag}},
                     {.status = 304, .headers = {etag}}},
       .needs_database = false},
      {.method = "GET",
       .path = "/docs",
       .handler = get_docs,
       .operation_id = "get_docs",
       .tag = "service",
       .summary = "Open Swagger UI",
       .successes = {{.contents = {page()}}},
       .needs_database = false},
      {.method = "GET",
       .path = "/redoc",
       .handler = get_redoc,
       .operation_id = "get_redoc",
       .tag = "service",
       .summary = "Open Redoc",
       .successes = {{.contents = {page()}}},
       .needs_database = false},
      {.method = "GET",
       .path = "/assets/{name}",
       .handler = get_asset,
       .exists = has_asset,
       .operation_id = "get_asset",
       .tag = "service",
       .summary = "Get a file of the web pages",
       .path_parameters = {file_name()},
       .successes = {{.contents = {{"image/svg+xml", nullptr},
                                   {"text/css", nullptr},
                                   {"text/javascript", nullptr}}}},
       .needs_database = false},
  };
}

std::vector<Route> account_routes() {
  const RouteError throttled = {429, "Too many attempts"};
  const RouteError wrong_password = {403, "The current password is wrong"};
  const RouteError email_taken = {409, "Another user has this email"};
  return {
      {.method = "POST",
       .path = "/api/auth/signup",
       .handler = signup,
       .operation_id = "signup",
       .tag = "accounts",
       .summary = "Sign up",
       .body = &describe<SignupRequest>(),
       .max_body_bytes = anonymous_max_body_bytes,
       .successes = {{.status = 201, .contents = {json<SignupResponse>()}}},
       .errors = {{403, "Sign-up is closed"},
                  {409, "Another user has this email, or the maximum number of users is reached"},
                  throttled}},
      {.method = "POST",
       .path = "/api/auth/login",
       .handler = login,
       .operation_id = "login",
       .tag = "accounts",
       .summary = "Log in",
       .body = &describe<LoginRequest>(),
       .max_body_bytes = anonymous_max_body_bytes,
       .successes = answers<TokenResponse>(),
       .errors = {{401, "The email or the password is wrong"}, throttled}},
      {.method = "POST",
       .path = "/api/auth/launch",
       .handler = log_in_local_user,
       .offered = Offered::with_local_user,
       .operation_id = "log_in_local_user",
       .tag = "accounts",
       .summary = "Log in the local user with the launch token",
       .successes = answers<TokenResponse>()},
      {.method = "POST",
       .path = "/api/auth/refresh",
       .handler = refresh_session,
       .operation_id = "refresh_session",
       .tag = "accounts",
       .summary = "Exchange a refresh token for new tokens",
       .body = &describe<RefreshRequest>(),
       .max_body_bytes = anonymous_max_body_bytes,
       .successes = answers<TokenResponse>(),
       .errors = {{401, "The refresh token is not valid, or its session has ended"}, throttled}},
      {.method = "POST",
       .path = "/api/auth/logout",
       .handler = log_out,
       .access = Access::bearer,
       .operation_id = "log_out",
       .tag = "accounts",
       .summary = "Log out",
       .successes = no_content},
      {.method = "GET",
       .path = "/api/auth/sessions",
       .handler = list_sessions,
       .access = Access::bearer,
       .operation_id = "list_sessions",
       .tag = "accounts",
       .summary = "List the user's sessions",
       .query = &describe<SessionListParameters>(),
       .successes = answers<SessionList>()},
      {.method = "DELETE",
       .path = "/api/auth/sessions",
       .handler = end_other_sessions,
       .access = Access::bearer,
       .operation_id = "end_other_sessions",
       .tag = "accounts",
       .summary = "End all other sessions of the user",
       .successes = no_content},
      {.method = "DELETE",
       .path = "/api/auth/sessions/{session_id}",
       .handler = end_session,
       .access = Access::bearer,
       .operation_id = "end_session",
       .tag = "accounts",
       .summary = "End a session",
       .path_parameters = {session_id()},
       .successes = no_content},
      {.method = "GET",
       .path = "/api/auth/me",
       .handler = get_me,
       .access = Access::bearer,
       .operation_id = "get_me",
       .tag = "accounts",
       .summary = "Get the user's profile",
       .successes = answers<store::User>()},
      {.method = "PATCH",
       .path = "/api/auth/me",
       .handler = update_me,
       .access = Access::bearer,
       .operation_id = "update_me",
       .tag = "accounts",
       .summary = "Change the user's name or email",
       .body = &describe<ProfileChange>(),
       .successes = answers<store::User>(),
       .errors = {wrong_password, email_taken, throttled}},
      {.method = "DELETE",
       .path = "/api/auth/me",
       .handler = delete_me,
       .access = Access::bearer,
       .operation_id = "delete_me",
       .tag = "accounts",
       .summary = "Delete the account, with all its sessions and tasks",
       .body = &describe<AccountDeletion>(),
       .successes = no_content,
       .errors = {wrong_password, throttled}},
      {.method = "PUT",
       .path = "/api/auth/password",
       .handler = change_password,
       .access = Access::bearer,
       .operation_id = "change_password",
       .tag = "accounts",
       .summary = "Change the password and end all other sessions",
       .body = &describe<PasswordChange>(),
       .successes = no_content,
       .errors = {wrong_password, throttled}},
  };
}

/// The successes of a route that can complete a task.
std::vector<Success> completions() {
  return {{.contents = {json<store::Task>()}, .headers = {next_occurrence}}};
}

/// The calls about tasks, their paths without the part that may name the owner.
std::vector<Route> task_routes() {
  return {
      {.method = "POST",
       .path = "",
       .handler = create_task,
       .operation_id = "create_task",
       .summary = "Create a task",
       .body = &describe<NewTask>(),
       .successes = {{.status = 201,
                      .contents = {json<store::Task>()},
                      .headers = {location, next_occurrence}},
                     {.contents = {json<store::Task>()}, .headers = {location, next_occurrence}}},
       .errors = {{409,
                   "The id is taken (if by a task of the caller, Location has its path), or the "
                   "caller has the maximum number of tasks"}}},
      {.method = "GET",
       .path = "",
       .handler = list_tasks,
       .operation_id = "list_tasks",
       .summary = "List tasks, newest first",
       .query = &describe<ListParameters>(),
       .successes = answers<TaskList>()},
      {.method = "GET",
       .path = "/{task_id}",
       .handler = get_task,
       .operation_id = "get_task",
       .summary = "Get a task",
       .path_parameters = {task_id()},
       .successes = answers<store::Task>()},
      {.method = "PUT",
       .path = "/{task_id}",
       .handler = replace_task,
       .operation_id = "replace_task",
       .summary = "Replace a task",
       .path_parameters = {task_id()},
       .body = &describe<store::TaskReplacement>(),
       .successes = answers<store::Task>()},
      {.method = "PATCH",
       .path = "/{task_id}",
       .handler = update_task,
       .operation_id = "update_task",
       .summary = "Update a task",
       .path_parameters = {task_id()},
       .body = &describe<TaskPatch>(),
       .successes = completions(),
       .errors = {no_room_for_next}},
      {.method = "PATCH",
       .path = "/{task_id}/complete",
       .handler = set_task_completion,
       .operation_id = "set_task_completion",
       .summary = "Toggle completion",
       .path_parameters = {task_id()},
       .body = &describe<Completion>(),
       .body_required = false,
       .successes = completions(),
       .errors = {no_room_for_next}},
      {.method = "DELETE",
       .path = "/{task_id}",
       .handler = delete_task,
       .operation_id = "delete_task",
       .summary = "Delete a task",
       .path_parameters = {task_id()},
       .successes = no_content},
  };
}

std::vector<Route> make_routes() {
  std::vector<Route> table = service_routes();
  for (Route& route : account_routes()) table.push_back(std::move(route));
  // Every call about tasks has two addresses: the owner is the caller, or is named in the path for
  // clients that put it there.
  for (Route& route : task_routes()) {
    route.path.insert(0, "/api/tasks");
    route.access = Access::bearer;
    route.tag = "tasks";
    table.push_back(std::move(route));
  }
  for (Route& route : task_routes()) {
    route.path.insert(0, "/api/{user_id}/tasks");
    route.path_parameters.insert(route.path_parameters.begin(), user_id());
    route.operation_id += "_of_user";
    route.summary += " (owner in the path)";
    route.access = Access::bearer;
    route.tag = "tasks";
    table.push_back(std::move(route));
  }
  std::map<std::string_view, std::size_t> numbers;
  for (Route& route : table) {
    route.path_number = numbers.try_emplace(route.path, numbers.size() + 1).first->second;
  }
  return table;
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> table = make_routes();
  return table;
}

const Route& site_route() {
  static const Route route = [] {
    std::size_t last = 0;
    for (const Route& each : routes()) last = std::max(last, each.path_number);
    return Route{.method = "GET", .path = "web", .path_number = last + 1};
  }();
  return route;
}

bool is_api_path(std::string_view path) {
  return path == "/api" || path.starts_with("/api/");
}

}  // namespace taskdock::api
