#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace taskdock::support {

/// How deep arrays and objects may be nested (RFC 8259, 9, allows a limit).
inline constexpr std::size_t max_json_depth = 4096;

/// The offset of the first byte of `text` that keeps it from being one JSON value (RFC 8259) in
/// UTF-8, or its size if it ends too early; nothing if it is one. Half a surrogate pair is an error
/// (8.2), as is nesting deeper than max_json_depth. Takes time linear in the size of `text`, and
/// a constant amount of memory.
std::optional<std::size_t> find_json_error(std::string_view text);

}  // namespace taskdock::support
