#pragma once

#include <string_view>
#include <vector>

#include "api/routes.h"

/// The parts of the route table (routes.cpp), and what they have in common.
namespace taskdock::api {

std::vector<Route> service_routes();
std::vector<Route> account_routes();
/// The calls about tasks, their paths without the part that may name the owner.
std::vector<Route> task_routes();
std::vector<Route> tag_routes();

template <class T>
Content json() {
  return {"application/json", &describe<T>()};
}

/// The successes of a route with one: 200 with a JSON body of type T.
template <class T>
std::vector<Success> answers() {
  return {{.contents = {json<T>()}}};
}

inline const std::vector<Success> no_content = {{.status = 204}};

inline constexpr HeaderField version_of_answer = {
    "ETag", "The version of this answer; send it in If-None-Match to get 304 while it is current"};

/// `route`, a GET, whose answers have the header `etag`: 304 for who sends the current one.
Route with_version(Route route, const HeaderField& etag);

inline constexpr std::string_view not_an_id =
    "An id in the path is not a UUID, or the input is invalid";

}  // namespace taskdock::api
