#pragma once

#include <string>
#include <utility>
#include <vector>

namespace taskdock::api {

using ResponseHeaders = std::vector<std::pair<std::string, std::string>>;

/// An answer, whatever will carry it. A body is JSON unless a Content-Type header says otherwise.
struct Response {
  int status = 200;
  std::string body = {};
  ResponseHeaders headers = {};
};

}  // namespace taskdock::api
