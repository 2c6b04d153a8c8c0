#pragma once

#include <string_view>

#include "api/response.h"

namespace taskdock::http {

/// Adds the headers that follow from what `answer` is, where it has none of its own: the type of
/// its body, which nobody may guess otherwise (fetch.spec.whatwg.org, 3.6), and that it is for the
/// caller alone: errors, and everything under /api, must not be kept by a cache (RFC 9111, 5.2.2.5;
/// RFC 6749, 5.1).
void add_general_headers(std::string_view path, api::Response& answer);

}  // namespace taskdock::http
