#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace taskdock::support {

/// How many bytes the first character of `text` has, or 0 if `text` does not begin with a character
/// in UTF-8 (Unicode 15.0, table 3-7). `text` must not be empty.
std::size_t utf8_length(std::string_view text);

/// Whether `text` is valid UTF-8.
bool is_utf8(std::string_view text);

/// The value of a hexadecimal digit in either case; -1 if `c` is none.
int hex_digit(char c);

/// How many Unicode code points `text` has. `text` must be valid UTF-8, as everything that came
/// through the JSON parser is.
std::size_t code_points(std::string_view text);

/// `text` without the white space at either end; white space is what has Unicode's White_Space
/// property (PropList.txt), and U+FEFF, which is invisible and which JavaScript's trim() removes as
/// well. `text` must be valid UTF-8.
std::string_view trim(std::string_view text);

/// `text` without the spaces and tabs at either end (OWS, RFC 9110, 5.6.3). It may be any bytes.
std::string_view trim_blanks(std::string_view text);
/// Whether `matches(part)` holds for one of the parts of `list` between the `separator`s, each
/// without the white space at either end.
template <class Matches>
bool any_part(std::string_view list, char separator, Matches matches) {
  for (;;) {
    const std::size_t end = list.find(separator);
    if (matches(trim(list.substr(0, end)))) return true;
    if (end == std::string_view::npos) return false;
    list.remove_prefix(end + 1);
  }
}

/// `text` with a question mark for each control character (C0, DEL and C1), so that it stays on one
/// line and cannot control a terminal.
std::string printable(std::string_view text);

/// A number of bytes as people write it, in the largest of the units bytes, KiB and MiB of which it
/// is a whole number: "16 KiB".
std::string format_bytes(std::size_t bytes);

/// `text` with A to Z in lower case, and nothing else changed.
std::string to_lower_ascii(std::string_view text);

/// `c`, in lower case if it is A to Z.
constexpr char to_lower_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Whether two ASCII texts are equal when case is ignored, as for header names and schemes: most
/// that are compared differ in length already.
constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower_ascii(a[i]) != to_lower_ascii(b[i])) return false;
  }
  return true;
}

}  // namespace taskdock::support
