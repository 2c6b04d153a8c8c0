#include <map>
#include <set>

#include "api/routes.h"

namespace taskdock::api {

std::string_view refusal_of_script(const Route& route, store::TokenScope scope) {
  if (route.access == Access::session) return "A token for scripts may not do this; log in for it";
  const bool only_reads = route.access == Access::anyone || route.method == "GET";
  return scope == store::TokenScope::read && !only_reads ? "This token may only read" : "";
}

std::vector<RouteError> errors_of(const Route& route) {
  std::map<int, std::string_view> errors = {{500, "Internal server error"}};
  // What is served from the executable itself needs no database.
  if (route.needs_database) errors[503] = "The server cannot serve the request now";
  if (route.access != Access::anyone) errors[401] = "No token, or one that is not valid";
  const std::string_view refusal = refusal_of_script(route, store::TokenScope::read);
  if (!refusal.empty()) errors[403] = refusal;
  if (route.query) errors[422] = "The input is invalid";
  if (route.body) {
    errors[400] = "The HTTP message is malformed";
    errors[413] = "The body is too large";
    errors[415] = route.file_types.empty() ? "The body is not application/json"
                                           : "The body is no file of a kind that is known here";
    errors[422] = "The input is invalid";
  }
  for (const PathParameter& parameter : route.path_parameters) {
    for (const RouteError& error : parameter.errors) errors[error.status] = error.description;
  }
  for (const RouteError& error : route.errors) errors[error.status] = error.description;
  std::vector<RouteError> list;
  list.reserve(errors.size());
  for (const auto& [status, description] : errors) list.push_back({status, description});
  return list;
}

std::vector<HeaderField> error_headers(int status) {
  switch (status) {
    case 401:
      return {{"WWW-Authenticate", "Bearer"}};
    case 412:
      return {{"ETag", "The task's revision now, in quotes; not in the answer to a batch", false}};
    case 429:
    case 503:
      return {{"Retry-After", "The number of seconds to wait before the next attempt"}};
    default:
      return {};
  }
}

std::string exposed_headers(const std::vector<Route>& routes) {
  std::set<std::string_view> names = {"Preference-Applied", "X-Request-Id"};
  const auto add = [&names](const std::vector<HeaderField>& headers) {
    for (const HeaderField& header : headers) names.insert(header.name);
  };
  for (const Route& route : routes) {
    for (const Success& success : route.successes) add(success.headers);
    for (const RouteError& error : errors_of(route)) add(error_headers(error.status));
  }
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace taskdock::api
