#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/routes.h"

namespace taskdock::api {

/// The headers that a page of another origin may send to any path: clients send these with all
/// requests, needed or not.
inline constexpr std::string_view usual_request_headers =
    "Authorization, Content-Type, Prefer, X-Taskdock-Launch";

/// Finds the route for a path, by the route table alone. Any thread may use it.
class Router {
 public:
  /// `routes` must outlive the router.
  explicit Router(const std::vector<Route>& routes);

  /// A path of the table with the methods it takes.
  struct Resource {
    std::vector<std::string_view> segments;  // of its pattern
    std::vector<const Route*> routes;
    std::string allow;            // for Allow: the routes' methods, HEAD with GET, OPTIONS
    std::string request_headers;  // for Access-Control-Allow-Headers: what the routes may be sent

    /// The route for `method`, HEAD being served by GET; null if the method does not exist here.
    const Route* find(std::string_view method) const;

    /// Whether `method` needs no launch token here.
    bool is_open(std::string_view method) const;
  };

  struct Match {
    const Resource* resource;
    PathParameters parameters;  // views into the path and the route table
  };

  /// The resource at `path` (percent-decoded), which must outlive the match.
  std::optional<Match> find(std::string_view path) const;

 private:
  std::vector<Resource> resources_;
};

}  // namespace taskdock::api
