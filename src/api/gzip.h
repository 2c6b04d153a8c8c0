#pragma once

#include <string>
#include <string_view>

namespace taskdock::api {

/// The content of `gzipped` (RFC 1952), a trusted file. Throws std::runtime_error if it is damaged.
std::string gunzip(std::string_view gzipped);

}  // namespace taskdock::api
