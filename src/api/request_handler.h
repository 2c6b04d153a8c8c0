#pragma once

#include "api/request.h"
#include "api/response.h"

namespace taskdock::api {

/// What answers requests, as the HTTP server sees it.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;

  /// Answers `request`; nothing is thrown. Many threads call it at once.
  virtual Response handle(const Request& request) const noexcept = 0;
};

}  // namespace taskdock::api
