#pragma once

#include <string_view>

#include "api/response.h"

namespace taskdock::http {

/// Adds the headers that every answer has, unless `answer` has them already: the type of its body,
/// which browsers must not guess (fetch.spec.whatwg.org, 3.6), and, for errors and everything under
/// /api, that no cache may keep it (RFC 9111, 5.2.2.5; RFC 6749, 5.1).
void add_general_headers(std::string_view path, api::Response& answer);

}  // namespace taskdock::http
