#include "support/text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "testing/utf8.h"

namespace taskdock::support {

using testing::is_surrogate;
using testing::utf8;

namespace {

// Unicode's PropList.txt: White_Space; and U+FEFF.
constexpr std::array<char32_t, 26> white_space = {
    0x09,   0x0a,   0x0b,   0x0c,   0x0d,   0x20,   0x85,   0xa0,   0x1680,
    0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
    0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff};

}  // namespace

TEST_CASE("support/text: code points are counted, not bytes") {
  CHECK(code_points("") == 0);
  CHECK(code_points("milk") == 4);
  CHECK(code_points("Стол") == 4);
  CHECK(code_points("水を飲む") == 4);
  CHECK(code_points("مهمة") == 4);
  CHECK(code_points("काम") == 3);
  CHECK(code_points("🥛") == 1);
  CHECK(code_points("𐍈𒀀") == 2);
  CHECK(code_points("e\u0301") == 2);                 // e and a combining accent
  CHECK(code_points("👩\u200d👩\u200d👧\u200d👦") == 7);  // one family: four people, three joiners
  CHECK(code_points("👍🏽") == 2);
  CHECK(code_points(std::string_view("a\0b", 3)) == 3);
}

TEST_CASE("support/text: every code point there is counts as one") {
  for (char32_t point = 1; point <= 0x10ffff; ++point) {
    if (!is_surrogate(point)) REQUIRE(code_points(utf8(point)) == 1);
  }
}

TEST_CASE("support/text: every white space of Unicode is trimmed at both ends") {
  for (const char32_t space : white_space) {
    CAPTURE(static_cast<unsigned>(space));
    CHECK(trim(utf8(space) + "a b" + utf8(space) + utf8(space)) == "a b");
    CHECK(trim(utf8(space)).empty());
  }
  std::string all;
  for (const char32_t space : white_space) all += utf8(space);
  CHECK(trim(all + all).empty());
  CHECK(trim(all + "水" + all) == "水");
}

TEST_CASE("support/text: nothing but white space is trimmed") {
  for (char32_t point = 0; point <= 0x10ffff; ++point) {
    if (is_surrogate(point)) continue;
    const bool is_space =
        std::find(white_space.begin(), white_space.end(), point) != white_space.end();
    REQUIRE(trim(utf8(point)).empty() == is_space);
  }
}

TEST_CASE("support/text: white space inside stays") {
  CHECK(trim("") == "");
  CHECK(trim("a") == "a");
  CHECK(trim("  buy \t milk\u3000now \n") == "buy \t milk\u3000now");
  CHECK(trim("\u200bzero width\u200b") == "\u200bzero width\u200b");
}

TEST_CASE("support/text: every control character is printed as a question mark, and no other") {
  for (char32_t point = 0; point <= 0x10ffff; ++point) {
    if (is_surrogate(point)) continue;
    const bool is_control = point < 0x20 || (point >= 0x7f && point <= 0x9f);
    REQUIRE(printable(utf8(point)) == (is_control ? "?" : utf8(point)));
  }
  CHECK(printable("").empty());
  CHECK(printable("\x1b[2JAnn\tB.\n") == "?[2JAnn?B.?");
  CHECK(printable("\xc2") == "\xc2");  // what is no UTF-8 stays as it is
}

TEST_CASE("support/text: lower case is for A to Z and leaves the rest byte for byte") {
  CHECK(to_lower_ascii("ABCXYZ abcxyz @[`{ 0189") == "abcxyz abcxyz @[`{ 0189");
  CHECK(to_lower_ascii("ÄÖ СТОЛ İ") == "ÄÖ СТОЛ İ");
  CHECK(to_lower_ascii(std::string_view("A\0B", 3)) == std::string("a\0b", 3));
}

TEST_CASE("support/text: comparison ignores the case of A to Z alone") {
  CHECK(equals_ignoring_case("", ""));
  CHECK(equals_ignoring_case("Bearer", "bEARER"));
  CHECK_FALSE(equals_ignoring_case("Bearer", "Bearer "));
  CHECK_FALSE(equals_ignoring_case("Bearer", "Beare"));
  CHECK_FALSE(equals_ignoring_case("Ä", "ä"));
  CHECK_FALSE(equals_ignoring_case("@", "`"));  // they differ in the bit that tells cases apart
  CHECK_FALSE(equals_ignoring_case("[", "{"));
}

}  // namespace taskdock::support
