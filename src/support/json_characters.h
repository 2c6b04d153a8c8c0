#pragma once

#include "support/text.h"

/// The characters of JSON's grammar (RFC 8259), for json_checker.cpp and json_value.cpp.
namespace taskdock::support {

inline bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

inline const char* skip_space(const char* at, const char* end) {
  while (at != end && is_space(*at)) ++at;
  return at;
}

/// The UTF-16 code unit that four hexadecimal digits stand for; -1 if one of them is no digit.
inline int code_unit(const char* digits) {
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(digits[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

inline bool is_high_surrogate(int unit) {
  return unit >= 0xd800 && unit <= 0xdbff;
}

inline bool is_low_surrogate(int unit) {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

}  // namespace taskdock::support
