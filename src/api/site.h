#pragma once

#include "api/request.h"
#include "api/response.h"

namespace taskdock::api {

/// What answers requests for paths that are not the API's.
class Site {
 public:
  virtual ~Site() = default;

  /// Throws ApiError. Many threads call it at once.
  virtual Response answer(const Request& request) const = 0;
};

}  // namespace taskdock::api
