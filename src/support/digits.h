#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace taskdock::support {

/// "00" to "99", one after the other.
inline constexpr std::array<char, 200> digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

/// Writes `value` right-aligned into the `width` characters that end before `end`, zero-padded;
/// `width` is even.
inline void put_digits(char* end, int width, long value) {
  auto rest = static_cast<std::uint32_t>(value);  // 32-bit division is faster
  for (; width > 0; width -= 2, rest /= 100) {
    end -= 2;
    std::memcpy(end, digit_pairs.data() + std::size_t{rest % 100} * 2, 2);
  }
}

}  // namespace taskdock::support
