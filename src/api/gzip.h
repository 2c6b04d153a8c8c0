#pragma once

#include <string>
#include <string_view>

namespace taskdock::api {

/// What `gzipped` (RFC 1952) holds; it must be whole and ours. Throws std::runtime_error otherwise.
std::string gunzip(std::string_view gzipped);

}  // namespace taskdock::api
