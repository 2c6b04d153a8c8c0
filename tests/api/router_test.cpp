#include "api/router.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace taskdock::api {

namespace {

Route route(std::string_view method, const std::string& path) {
  return {.method = method, .path = path};
}

const std::vector<Route> table = {
    route("GET", "/"),
    route("GET", "/things"),
    route("POST", "/things"),
    route("GET", "/things/mine"),
    route("GET", "/things/{thing_id}"),
    route("DELETE", "/things/{thing_id}"),
    route("PATCH", "/things/{thing_id}/parts/{part_id}"),
    route("PUT", "/{owner_id}/things"),
};

/// The path of the first route at `path`, or "none".
std::string pattern_at(const Router& router, std::string_view path) {
  const auto match = router.find(path);
  return match ? match->resource->routes.front()->path : "none";
}

}  // namespace

TEST_CASE("api/router: each path leads to its own pattern, and a literal goes before a parameter") {
  const Router router(table);
  const std::vector<std::pair<std::string_view, std::string>> expected = {
      {"/", "/"},
      {"/things", "/things"},
      {"/things/mine", "/things/mine"},
      {"/things/yours", "/things/{thing_id}"},
      {"/things/things", "/things/{thing_id}"},  // it stands before /{owner_id}/things
      {"/ann/things", "/{owner_id}/things"},
      {"/things/1/parts/2", "/things/{thing_id}/parts/{part_id}"},
      {"", "none"},
      {"things", "none"},
      {"//", "none"},
      {"/things/", "none"},
      {"//things", "none"},
      {"/things//parts/2", "none"},
      {"/things/1/parts/", "none"},
      {"/things/1/parts", "none"},
      {"/things/1/parts/2/3", "none"},
      {"/THINGS", "none"},
      {"/thing", "none"},
      {"/thingss", "none"},
  };
  for (const auto& [path, pattern] : expected) {
    const auto& shown_path = path;
    CAPTURE(shown_path);
    CHECK(pattern_at(router, path) == pattern);
  }
}

TEST_CASE("api/router: parameters are handed over by name, whatever stands in them") {
  const Router router(table);
  const auto match = router.find("/things/{x}/parts/a b\xf0\x9f\xa5\x9b");
  REQUIRE(match);
  REQUIRE(match->parameters.size() == 2);
  CHECK(match->parameters[0].first == "thing_id");
  CHECK(match->parameters[0].second == "{x}");
  CHECK(match->parameters[1].first == "part_id");
  CHECK(match->parameters[1].second == "a b\xf0\x9f\xa5\x9b");
  const auto literal = router.find("/things/mine");
  REQUIRE(literal);
  CHECK(literal->parameters.empty());
}

TEST_CASE("api/router: HEAD is served by GET, and Allow names what a path takes") {
  const Router router(table);
  const auto things = router.find("/things");
  REQUIRE(things);
  CHECK(things->resource->allow == "GET, HEAD, POST, OPTIONS");
  CHECK(things->resource->find("HEAD") == things->resource->find("GET"));
  CHECK(things->resource->find("GET") == &table[1]);
  CHECK(things->resource->find("POST") == &table[2]);
  for (const char* method : {"PUT", "OPTIONS", "get", "Post", "", "BREW"}) {
    CAPTURE(method);
    CHECK(things->resource->find(method) == nullptr);
  }
  const auto owned = router.find("/ann/things");
  REQUIRE(owned);
  CHECK(owned->resource->allow == "PUT, OPTIONS");
  CHECK(owned->resource->find("HEAD") == nullptr);
}

}  // namespace taskdock::api
