#include "support/byte_groups.h"

#include <doctest/doctest.h>

#include <string>

namespace taskdock::support {

TEST_CASE(
    "support/byte_groups: one byte of any value is found at any place of a text of any size") {
  for (std::size_t size = 1; size <= 17; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int value = 0; value < 256; ++value) {
        const auto byte = static_cast<unsigned char>(value);
        std::string text(size, 'b');
        text[at] = static_cast<char>(byte);
        CAPTURE(size);
        CAPTURE(at);
        CAPTURE(value);
        REQUIRE(all_groups(text, [](ByteGroup group) { return !has_less(group, 0x20); }) ==
                (byte >= 0x20));
        REQUIRE(all_groups(text, [](ByteGroup group) { return !has_byte(group, 0x7f); }) ==
                (byte != 0x7f));
        REQUIRE(all_groups(text, [](ByteGroup group) { return (group & high_bits) == 0; }) ==
                (byte < 0x80));
      }
    }
  }
}

TEST_CASE("support/byte_groups: a text of no bytes has nothing wrong") {
  CHECK(all_groups("", [](ByteGroup group) { return !has_less(group, 0x20); }));
}

}  // namespace taskdock::support
