#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/response.h"

namespace taskdock::http {

/// Cross-origin resource sharing (fetch.spec.whatwg.org, 3.2): which pages of other origins a
/// browser lets read our answers. Any thread may use it.
class Cors {
 public:
  /// `origins` as browsers send them: scheme, host and port, nothing behind.
  explicit Cors(std::vector<std::string> origins);

  /// Whether pages of `origin` may read what they ask for.
  bool allows(std::string_view origin) const;

  /// Adds what the answer to a request from `origin` (empty: none was named) needs. A foreign
  /// origin gets nothing, and errors get what successes do, or a browser would hide them from its
  /// page. Which methods and headers an allowed origin may use is what the application said.
  void add_headers(std::string_view origin, bool is_preflight, api::Response& response) const;

 private:
  const std::vector<std::string> origins_;
  const std::string exposed_headers_;
};

}  // namespace taskdock::http
