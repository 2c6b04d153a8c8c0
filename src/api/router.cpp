#include "api/router.h"

#include <algorithm>

#include "support/text.h"

namespace taskdock::api {

namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  segments.reserve(5);  // the longest path of the table, a slash in front and one to spare
  for (;;) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

/// A parameter stands for one segment that is not empty.
bool segment_matches(std::string_view pattern, std::string_view segment) {
  return is_parameter(pattern) ? !segment.empty() : pattern == segment;
}

}  // namespace

Router::Router(const std::vector<Route>& routes) {
  for (const Route& route : routes) {
    std::vector<std::string_view> segments = split(route.path);
    auto resource = std::find_if(resources_.begin(), resources_.end(),
                                 [&](const Resource& known) { return known.segments == segments; });
    if (resource == resources_.end()) {
      resource = resources_.insert(
          resource, {std::move(segments), {}, {}, std::string(usual_request_headers)});
    }
    resource->routes.push_back(&route);
    for (const HeaderField& header : route.request_headers) {
      std::string& names = resource->request_headers;
      const auto is_name = [&](std::string_view known) { return known == header.name; };
      if (!support::any_part(names, ',', is_name)) names.append(", ").append(header.name);
    }
    resource->allow += std::string(route.method) + (route.method == "GET" ? ", HEAD, " : ", ");
  }
  for (Resource& resource : resources_) resource.allow += "OPTIONS";
}

const Route* Router::Resource::find(std::string_view method) const {
  if (method == "HEAD") method = "GET";
  for (const Route* route : routes) {
    if (route->method == method) return route;
  }
  return nullptr;
}

bool Router::Resource::is_open(std::string_view method) const {
  const Route* route = find(method);
  return route && !route->needs_launch_token;
}

std::optional<Router::Match> Router::find(std::string_view path) const {
  const std::vector<std::string_view> segments = split(path);
  for (const Resource& resource : resources_) {
    if (!std::equal(resource.segments.begin(), resource.segments.end(), segments.begin(),
                    segments.end(), segment_matches)) {
      continue;
    }
    Match match{&resource, {}};
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const std::string_view pattern = resource.segments[i];
      if (is_parameter(pattern)) {
        match.parameters.emplace_back(pattern.substr(1, pattern.size() - 2), segments[i]);
      }
    }
    return match;
  }
  return std::nullopt;
}

}  // namespace taskdock::api
