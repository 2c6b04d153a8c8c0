#pragma once

#include <string>

/// UTF-8, made here independently of the code under test.
namespace taskdock::testing {

inline std::string utf8(char32_t point) {
  std::string text;
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
  }
  if (point >= 0x800) put(0x80 | (point >> 6 & 0x3f));
  if (point >= 0x80) put(0x80 | (point & 0x3f));
  return text;
}

/// Whether `point` is half of a pair of UTF-16, which no text in UTF-8 has.
inline bool is_surrogate(char32_t point) {
  return point >= 0xd800 && point <= 0xdfff;
}

}  // namespace taskdock::testing
