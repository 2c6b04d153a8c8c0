#pragma once

#include <string>
#include <string_view>

namespace taskdock::support {

/// Appends `text` to `out` as a JSON string (RFC 8259, 7) in quotation marks. `text` must be valid
/// UTF-8; only what must be escaped is.
void append_json_string(std::string& out, std::string_view text);

}  // namespace taskdock::support
