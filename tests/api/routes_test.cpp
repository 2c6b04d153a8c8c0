#include "api/routes.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>

namespace taskdock::api {

namespace {

const Route* find_route(std::string_view method, const std::string& path) {
  for (const Route& route : routes()) {
    if (route.method == method && route.path == path) return &route;
  }
  return nullptr;
}

/// The types of all contents of a route's successes.
std::vector<const TypeDescription*> types_of(const Route& route) {
  std::vector<const TypeDescription*> types;
  for (const Success& success : route.successes) {
    for (const Content& content : success.contents) types.push_back(content.type);
  }
  return types;
}

/// The names in braces in `path`.
std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  for (std::size_t open = path.find('{'); open != std::string::npos;
       open = path.find('{', open + 1)) {
    names.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return names;
}

}  // namespace

TEST_CASE(
    "api/routes: every call of the contract is in the table, with its status and its access") {
  struct Expected {
    std::string_view method;
    std::string path;
    Access access;
    int success;
    bool body_required;
  };
  const std::vector<Expected> contract = {
      {"GET", "/", Access::anyone, 200, false},
      {"GET", "/health", Access::anyone, 200, false},
      {"POST", "/api/auth/signup", Access::anyone, 201, true},
      {"POST", "/api/auth/login", Access::anyone, 200, true},
      {"POST", "/api/auth/refresh", Access::anyone, 200, true},
      {"POST", "/api/auth/logout", Access::session, 204, false},
      {"GET", "/api/auth/sessions", Access::session, 200, false},
      {"DELETE", "/api/auth/sessions", Access::session, 204, false},
      {"DELETE", "/api/auth/sessions/{session_id}", Access::session, 204, false},
      {"GET", "/api/auth/me", Access::bearer, 200, false},
      {"PATCH", "/api/auth/me", Access::session, 200, true},
      {"DELETE", "/api/auth/me", Access::session, 204, true},
      {"PUT", "/api/auth/password", Access::session, 204, true},
      {"POST", "/api/auth/tokens", Access::session, 201, true},
      {"GET", "/api/auth/tokens", Access::session, 200, false},
      {"DELETE", "/api/auth/tokens/{token_id}", Access::session, 204, false},
      {"POST", "/api/tasks", Access::bearer, 201, true},
      {"GET", "/api/tasks", Access::bearer, 200, false},
      {"GET", "/api/tasks/{task_id}", Access::bearer, 200, false},
      {"PUT", "/api/tasks/{task_id}", Access::bearer, 200, true},
      {"PATCH", "/api/tasks/{task_id}", Access::bearer, 200, true},
      {"PATCH", "/api/tasks/{task_id}/complete", Access::bearer, 200, false},
      {"DELETE", "/api/tasks/{task_id}", Access::bearer, 204, false},
  };
  for (const Expected& expected : contract) {
    CAPTURE(expected.method);
    CAPTURE(expected.path);
    const Route* route = find_route(expected.method, expected.path);
    REQUIRE(route != nullptr);
    CHECK(route->access == expected.access);
    CHECK(route->successes.front().status == expected.success);
    if (route->body) CHECK(route->body_required == expected.body_required);
  }
}

TEST_CASE("api/routes: a route that is not documented does not exist") {
  std::set<std::string> operation_ids;
  std::set<std::pair<std::string_view, std::string>> calls;
  for (const Route& route : routes()) {
    CAPTURE(route.method);
    CAPTURE(route.path);
    CHECK_FALSE(route.operation_id.empty());
    CHECK(operation_ids.insert(route.operation_id).second);
    CHECK(calls.insert({route.method, route.path}).second);
    CHECK_FALSE(route.tag.empty());
    CHECK_FALSE(route.summary.empty());
    CHECK((route.handler != nullptr));
    CHECK(route.path.starts_with('/'));
    REQUIRE_FALSE(route.successes.empty());
    for (const Success& success : route.successes) {
      CHECK(success.status >= 200);
      CHECK(success.status < 400);
      CHECK(success.contents.empty() ==
            (success.status == 204 || success.status == 303 || success.status == 304));
    }
    // HEAD and OPTIONS are never rows: they follow from the others.
    CHECK(route.method != "HEAD");
    CHECK(route.method != "OPTIONS");
  }
  CHECK(operation_ids.size() == routes().size());
}

TEST_CASE("api/routes: every parameter of a path is declared, in its place, with its meaning") {
  for (const Route& route : routes()) {
    CAPTURE(route.path);
    std::vector<std::string> declared;
    for (const PathParameter& parameter : route.path_parameters) {
      declared.emplace_back(parameter.name);
      CHECK_FALSE(parameter.description.empty());
    }
    CHECK(declared == names_in(route.path));
  }
}

TEST_CASE("api/routes: the errors of a call follow from what it takes") {
  const auto statuses = [](std::string_view method, const std::string& path) {
    std::vector<int> list;
    const Route* route = find_route(method, path);
    REQUIRE(route);
    for (const RouteError& error : errors_of(*route)) list.push_back(error.status);
    return list;
  };
  using Statuses = std::vector<int>;
  CHECK(statuses("GET", "/docs") == Statuses{500});
  CHECK(statuses("GET", "/health") == Statuses{500, 503});
  CHECK(statuses("GET", "/api/auth/me") == Statuses{401, 500, 503});
  CHECK(statuses("GET", "/api/tasks") == Statuses{401, 422, 500, 503});
  CHECK(statuses("GET", "/api/tasks/{task_id}") == Statuses{401, 403, 404, 422, 500, 503});
  CHECK(statuses("DELETE", "/api/auth/sessions/{session_id}") ==
        Statuses{401, 403, 404, 422, 500, 503});
  CHECK(statuses("DELETE", "/api/tasks/trash") == Statuses{401, 403, 500, 503});
  CHECK(statuses("POST", "/api/auth/tokens") ==
        Statuses{400, 401, 403, 409, 413, 415, 422, 500, 503});
  CHECK(statuses("PUT", "/api/tasks/{task_id}") ==
        Statuses{400, 401, 403, 404, 409, 412, 413, 415, 422, 500, 503});
  CHECK(statuses("DELETE", "/api/tasks/{task_id}") ==
        Statuses{400, 401, 403, 404, 412, 422, 500, 503});
}

TEST_CASE("api/routes: whoever needs no token may send only a small body") {
  for (const Route& route : routes()) {
    CAPTURE(route.path);
    if (!route.body) continue;
    if (!route.file_types.empty()) {
      CHECK(route.access != Access::anyone);
      continue;
    }
    CHECK(route.max_body_bytes ==
          (route.access == Access::anyone ? anonymous_max_body_bytes : default_max_body_bytes));
  }
}

TEST_CASE("api/routes: pages may read the headers that answers are declared to have") {
  CHECK(exposed_headers(routes()) ==
        "Content-Disposition, ETag, Idempotency-Replayed, Link, Location, Preference-Applied, "
        "Retry-After, "
        "WWW-Authenticate, "
        "X-Request-Id");
  CHECK(exposed_headers({}) == "Preference-Applied, X-Request-Id");
}

TEST_CASE("api/routes: every call about tasks exists at both addresses, and is the same there") {
  const std::string own = "/api/tasks";
  const std::string named = "/api/{user_id}/tasks";
  std::size_t at_own = 0;
  std::size_t at_named = 0;
  for (const Route& route : routes()) {
    if (route.path.starts_with(named)) ++at_named;
    if (!route.path.starts_with(own)) continue;
    ++at_own;
    CAPTURE(route.method);
    CAPTURE(route.path);
    const Route* twin = find_route(route.method, named + route.path.substr(own.size()));
    REQUIRE(twin != nullptr);
    CHECK((twin->handler == route.handler));
    CHECK(twin->access == Access::bearer);
    CHECK(route.access == Access::bearer);
    CHECK(twin->query == route.query);
    CHECK(twin->body == route.body);
    CHECK(twin->body_required == route.body_required);
    CHECK(twin->successes.front().status == route.successes.front().status);
    CHECK(types_of(*twin) == types_of(route));
    CHECK(twin->summary == route.summary + " (owner in the path)");
  }
  CHECK(at_own == 16);
  CHECK(at_named == at_own);
}

}  // namespace taskdock::api
