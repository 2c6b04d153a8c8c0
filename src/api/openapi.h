#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/routes.h"
#include "api/services.h"

namespace taskdock::api {

/// The OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.0) of one server: everything it says
/// follows from the route table, the declared types and the server's configuration. Any thread may
/// use it.
class OpenApi {
 public:
  struct Document {
    std::string json;
    std::string etag;
  };

  /// Both must outlive it. `routes` are those of the server.
  OpenApi(const std::vector<Route>& routes, const Services& services)
      : routes_(routes), services_(services) {}

  /// Made at the first call: that takes longer than the whole start of a server.
  std::shared_ptr<const Document> document() const;

  /// The same for clients that write `prefix` before each path: the server's URL is `prefix`.
  Document document_below(std::string_view prefix) const;

 private:
  const std::vector<Route>& routes_;
  const Services& services_;
  mutable std::once_flag made_;
  mutable std::shared_ptr<const Document> document_;
};

}  // namespace taskdock::api
