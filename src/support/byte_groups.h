#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

/// Bytes of a text that are tested eight at a time, as one number (S. E. Anderson, "Bit Twiddling
/// Hacks", graphics.stanford.edu/~seander/bithacks.html, "Determine if a word has a byte ...").
namespace taskdock::support {

using ByteGroup = std::uint64_t;

/// A group of eight bytes that are all `byte`.
constexpr ByteGroup group_of(unsigned char byte) {
  return ByteGroup{0x0101010101010101} * byte;
}

inline constexpr ByteGroup high_bits = group_of(0x80);

/// Whether a byte of `group` is less than `limit`, which is at most 0x80.
constexpr bool has_less(ByteGroup group, unsigned char limit) {
  return ((group - group_of(limit)) & ~group & high_bits) != 0;
}

constexpr bool has_byte(ByteGroup group, unsigned char byte) {
  return has_less(group ^ group_of(byte), 1);
}

/// Whether `test(group)` is true of all groups of `text`. The last one is filled up with the
/// letter a.
template <class Test>
bool all_groups(std::string_view text, Test test) {
  ByteGroup group = 0;
  for (; text.size() >= sizeof(group); text.remove_prefix(sizeof(group))) {
    std::memcpy(&group, text.data(), sizeof(group));
    if (!test(group)) return false;
  }
  if (text.empty()) return true;  // it may have no address
  group = group_of('a');
  std::memcpy(&group, text.data(), text.size());
  return test(group);
}

}  // namespace taskdock::support
