#pragma once

#include <string>
#include <string_view>

namespace taskdock::formats {

/// Appends `text` as one word: its control characters, spaces and percent signs are percent-encoded
/// (RFC 3986, 2.1), and so are the bytes of `also`.
void append_as_word(std::string& out, std::string_view text, std::string_view also = {});

/// What is encoded in `word`. A percent sign without two hexadecimal digits behind it stays as it
/// is, and the result may be any bytes.
std::string decode_word(std::string_view word);

}  // namespace taskdock::formats
