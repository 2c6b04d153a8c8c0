#include "api/routes.h"

#include <map>
#include <utility>

#include "api/route_parts.h"

namespace taskdock::api {

namespace {

PathParameter user_id() {
  // One that is not a UUID belongs to somebody else, like any other that is not the caller's.
  return {"user_id", "The caller's own id", Id{}, {{403, "The id is not the caller's"}}};
}

std::vector<Route> make_routes() {
  std::vector<Route> table = service_routes();
  for (Route& route : account_routes()) table.push_back(std::move(route));
  // Before the paths that begin with the owner: a tag may be called "tasks".
  for (Route& route : tag_routes()) table.push_back(std::move(route));
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

Route with_version(Route route, const HeaderField& etag) {
  route.request_headers.push_back({"If-None-Match", "The ETag of an earlier answer"});
  for (Success& success : route.successes) success.headers.push_back(etag);
  route.successes.push_back({.status = 304, .headers = {etag}});
  return route;
}

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
