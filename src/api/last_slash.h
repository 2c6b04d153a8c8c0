#pragma once

#include <string>
#include <string_view>

/// Where to lead a client that has added the slash at the end of a path, or left it out.
namespace taskdock::api {

/// A reference to `target`, a path with or without a query, with a slash behind its path. It is
/// relative to the request itself, so that it is right behind a proxy that serves this under
/// another path.
std::string with_last_slash(std::string_view target);

/// `target`, whose path ends with a slash, without that slash.
std::string without_last_slash(std::string_view target);

}  // namespace taskdock::api
