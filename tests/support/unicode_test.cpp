#include "support/unicode.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "support/text.h"
#include "testing/utf8.h"

namespace taskdock::support {

using testing::is_surrogate;
using testing::utf8;

namespace {

/// `count` texts of up to 12 code points: letters, the marks and jamo that join with them, and any.
std::vector<std::string> random_texts(int count) {
  std::mt19937 random(20260106);
  const auto up_to = [&](char32_t bound) { return static_cast<char32_t>(random() % bound); };
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) {
    std::string text;
    for (char32_t length = up_to(13); length > 0; --length) {
      switch (up_to(6)) {
        case 0:
          text += utf8(0x20 + up_to(0x5f));
          break;  // ASCII
        case 1:
          text += utf8(0xa0 + up_to(0x500));
          break;  // Latin, Greek, Cyrillic
        case 2:
          text += utf8(0x300 + up_to(0x70));
          break;  // marks, U+0345 with them
        case 3:
          text += utf8(0x1100 + up_to(0x100));
          break;  // Hangul jamo
        case 4:
          text += utf8(0x1e00 + up_to(0x200));
          break;  // Greek and Latin, composed
        default: {
          const char32_t point = 1 + up_to(0x10ffff);
          text += utf8(is_surrogate(point) ? U'?' : point);
        }
      }
    }
    texts.push_back(text);
  }
  return texts;
}

}  // namespace

TEST_CASE("support/unicode: texts that differ in case alone have one key") {
  CHECK(fold("").empty());
  CHECK(fold("Buy MILK @[`{ 09") == "buy milk @[`{ 09");
  CHECK(fold("Стол") == fold("СТОЛ"));
  CHECK(fold("Straße") == "strasse");
  CHECK(fold("STRASSE") == "strasse");
  CHECK(fold("STRAẞE") == "strasse");
  CHECK(fold("ΣΊΣΥΦΟΣ") == fold("σίσυφος"));  // the last sigma has a form of its own
  CHECK(fold("Ⅷ") == fold("ⅷ"));
  CHECK(fold("Ǆ") == fold("ǅ"));
  CHECK(fold("ᏣᎳᎩ") == fold("ꮳꮃꭹ"));
  CHECK(fold("𐐀") == fold("𐐨"));
  CHECK(fold(std::string_view("A\0B", 3)) == std::string("a\0b", 3));
  CHECK(fold(std::string_view("Ä\0B", 4)) == std::string("ä\0b", 4));
}

TEST_CASE("support/unicode: texts that differ in normal form alone have one key, which is NFC") {
  CHECK(fold("\u00c5") == "\u00e5");              // Å
  CHECK(fold("A\u030a") == "\u00e5");             // A and a ring
  CHECK(fold("\u212b") == "\u00e5");              // the sign for angstrom
  CHECK(fold("\u1112\u1161\u11ab") == "\ud55c");  // 한 of three jamo
  CHECK(fold("\u1112\u1161\u11ab") == fold("\ud55c"));
  CHECK(fold("\uf900") == "\u8c48");  // an ideograph that is there twice
  // Marks in another order: a dot below and a circumflex.
  CHECK(fold("o\u0302\u0323") == "\u1ed9");
  CHECK(fold("O\u0323\u0302") == "\u1ed9");
  // U+0345 becomes a letter, whichever mark stands before it.
  CHECK(fold("\u03b1\u0345\u0301") == fold("\u03b1\u0301\u0345"));
  CHECK(fold("\u03b1\u0345\u0301") == fold("\u1fb4"));
}

TEST_CASE("support/unicode: texts that differ in more have two keys") {
  CHECK(fold("İ") == "i\u0307");  // in Turkish i; but who says that it is Turkish
  CHECK(fold("İ") != fold("i"));
  CHECK(fold("ı") != fold("I"));
  CHECK(fold("é") != fold("e"));
  CHECK(fold("①") != fold("1"));
  CHECK(fold("Ａ") != fold("A"));  // as wide as an ideograph
  CHECK(fold("ｱ") != fold("ア"));
  CHECK(fold("が") != fold("か"));
  CHECK(fold("a\u00ad") != fold("a"));  // a soft hyphen
}

TEST_CASE("support/unicode: the key of a key is itself, and valid UTF-8") {
  for (char32_t point = 1; point < 0x20000; ++point) {  // behind it are ideographs alone
    if (is_surrogate(point)) continue;
    const std::string key = fold(utf8(point));
    if (fold(key) != key || !is_utf8(key) || code_points(key) > 3) {
      CAPTURE(static_cast<unsigned>(point));
      FAIL("the key is not its own key");
    }
  }
  for (const std::string& text : random_texts(10000)) {
    const std::string key = fold(text);
    CAPTURE(text);
    REQUIRE(is_utf8(key));
    REQUIRE(fold(key) == key);
    REQUIRE(code_points(key) <= 3 * code_points(text));
  }
}

TEST_CASE(
    "support/unicode: a hundred thousand marks on one letter are sorted as quickly as anything "
    "is") {
  std::string text = "a";
  for (int i = 0; i < 50000; ++i) text += "\u0301\u0323";
  const std::string key = fold(text);
  CHECK(key.starts_with("\u1ea1\u0323"));
  CHECK(key.ends_with("\u0301\u0301"));
}

}  // namespace taskdock::support
