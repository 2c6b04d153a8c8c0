#pragma once

#include <string_view>

namespace taskdock::formats {

/// U+FEFF in UTF-8, with which some programs begin a text.
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace taskdock::formats
