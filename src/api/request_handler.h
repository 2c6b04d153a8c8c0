#pragma once

#include "api/request.h"
#include "api/response.h"

namespace taskdock::api {

/// Whoever answers requests, as those who carry them see it.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;

  /// Answers `request`; nothing is thrown. Many threads call it at once.
  virtual Response handle(const Request& request) const noexcept = 0;
};

}  // namespace taskdock::api
