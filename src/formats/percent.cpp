#include "formats/percent.h"

#include "support/text.h"

namespace taskdock::formats {

void append_as_word(std::string& out, std::string_view text, std::string_view also) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte != 0x7f && c != '%' && also.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
  }
}

std::string decode_word(std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool has_digits = word[i] == '%' && i + 2 < word.size() &&
                            support::hex_digit(word[i + 1]) >= 0 &&
                            support::hex_digit(word[i + 2]) >= 0;
    if (has_digits) {
      text +=
          static_cast<char>(support::hex_digit(word[i + 1]) * 16 + support::hex_digit(word[i + 2]));
      i += 2;
    } else {
      text += word[i];
    }
  }
  return text;
}

}  // namespace taskdock::formats
