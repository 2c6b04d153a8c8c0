#pragma once

#include <string>
#include <string_view>

namespace taskdock::site {

/// The media type of a file by the ending of its name, in any case, with a charset where it is a
/// text; application/octet-stream for endings that are not known.
std::string media_type_of(std::string_view name);

/// Whether the file is an HTML page by the ending of its name.
bool is_page(std::string_view name);

}  // namespace taskdock::site
