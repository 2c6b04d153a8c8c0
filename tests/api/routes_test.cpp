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
      {"POST", "/api/auth/logout", Access::bearer, 204, false},
      {"GET", "/api/auth/sessions", Access::bearer, 200, false},
      {"DELETE", "/api/auth/sessions", Access::bearer, 204, false},
      {"DELETE", "/api/auth/sessions/{session_id}", Access::bearer, 204, false},
      {"GET", "/api/auth/me", Access::bearer, 200, false},
      {"PATCH", "/api/auth/me", Access::bearer, 200, true},
      {"DELETE", "/api/auth/me", Access::bearer, 204, true},
      {"PUT", "/api/auth/password", Access::bearer, 204, true},
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
    CHECK(route->success == expected.success);
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
    CHECK(route.success >= 200);
    CHECK(route.success < 300);
    // A 204 has no body to describe. Pages for people say what they are with their own headers.
    CHECK(route.answers.empty() == (route.success == 204));
    // HEAD and OPTIONS are never rows: they follow from the others.
    CHECK(route.method != "HEAD");
    CHECK(route.method != "OPTIONS");
  }
  CHECK(operation_ids.size() == routes().size());
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
    CHECK(twin->success == route.success);
    REQUIRE(twin->answers.size() == route.answers.size());
    for (std::size_t i = 0; i < route.answers.size(); ++i) {
      CHECK(twin->answers[i].type == route.answers[i].type);
    }
    CHECK(twin->summary == route.summary + ", the owner in the path");
  }
  CHECK(at_own == 7);
  CHECK(at_named == at_own);
}

}  // namespace taskdock::api
