#include "support/json_writer.h"

#include <array>

namespace taskdock::support {

namespace {

constexpr std::array<bool, 256> must_be_escaped = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = true;
  table['\\'] = true;
  return table;
}();

}  // namespace

char* write_json_string(char* to, std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  *to++ = '"';
  for (const char character : text) {
    const auto c = static_cast<unsigned char>(character);
    if (!must_be_escaped[c]) {
      *to++ = character;
      continue;
    }
    *to++ = '\\';
    switch (c) {
      case '"':
      case '\\':
        *to++ = character;
        break;
      case '\n':
        *to++ = 'n';
        break;
      case '\r':
        *to++ = 'r';
        break;
      case '\t':
        *to++ = 't';
        break;
      default:
        for (const char each : {'u', '0', '0', hex[c >> 4], hex[c & 0x0f]}) *to++ = each;
    }
  }
  *to++ = '"';
  return to;
}

void append_json_string(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  out.resize(start + max_json_string_size(text.size()));
  out.resize(static_cast<std::size_t>(write_json_string(out.data() + start, text) - out.data()));
}

}  // namespace taskdock::support
