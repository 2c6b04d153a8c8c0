#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace taskdock::support {

/// Appends `text` to `out` as a JSON string (RFC 8259, 7) in quotation marks. `text` must be valid
/// UTF-8; only what must be escaped is.
void append_json_string(std::string& out, std::string_view text);

/// Writes the same to where `to` points, and returns the end of it. There must be room for
/// max_json_string_size(text.size()) characters: six for each byte, as in \u001f.
char* write_json_string(char* to, std::string_view text);
constexpr std::size_t max_json_string_size(std::size_t size) {
  return 6 * size + 2;
}

}  // namespace taskdock::support
