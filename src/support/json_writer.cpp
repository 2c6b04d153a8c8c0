#include "support/json_writer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "support/byte_groups.h"

namespace taskdock::support {

namespace {

constexpr std::array<bool, 256> must_be_escaped = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = true;
  table['\\'] = true;
  return table;
}();

/// Whether one of the bytes must be.
bool has_escape(ByteGroup group) {
  return has_less(group, 0x20) || has_byte(group, '"') || has_byte(group, '\\');
}

char* write_escaped(char* to, char character) {
  constexpr char hex[] = "0123456789abcdef";
  const auto c = static_cast<unsigned char>(character);
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
  return to;
}

}  // namespace

char* write_json_string(char* to, std::string_view text) {
  *to++ = '"';
  while (!text.empty()) {
    ByteGroup group = 0;
    for (; text.size() >= sizeof(group); text.remove_prefix(sizeof(group))) {
      std::memcpy(&group, text.data(), sizeof(group));
      if (has_escape(group)) break;
      std::memcpy(to, &group, sizeof(group));
      to += sizeof(group);
    }
    for (const char character : text.substr(0, sizeof(group))) {
      if (must_be_escaped[static_cast<unsigned char>(character)]) {
        to = write_escaped(to, character);
      } else {
        *to++ = character;
      }
    }
    text.remove_prefix(std::min(text.size(), sizeof(group)));
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
