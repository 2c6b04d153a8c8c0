#include "security/base64url.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace taskdock::security {

namespace {

std::string base64url(std::string_view text) {
  return encode_base64url(as_bytes(text));
}

/// The text `encoded` stands for; REQUIREs that it stands for one.
std::string decoded(std::string_view encoded) {
  CAPTURE(encoded);
  const auto bytes = decode_base64url(encoded);
  REQUIRE(bytes);
  return std::string(as_text(*bytes));
}

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

TEST_CASE("security/base64url: RFC 4648's vectors, without their padding") {
  for (const auto& [text, code] : {std::pair{"", ""},
                                   {"f", "Zg"},
                                   {"fo", "Zm8"},
                                   {"foo", "Zm9v"},
                                   {"foob", "Zm9vYg"},
                                   {"fooba", "Zm9vYmE"},
                                   {"foobar", "Zm9vYmFy"}}) {
    CHECK(base64url(text) == code);
    CHECK(decoded(code) == text);
  }
}

TEST_CASE("security/base64url: RFC 7515's vector, and the two characters of the URL alphabet") {
  const std::vector<std::uint8_t> appendix_c = {3, 236, 255, 224, 193};
  CHECK(encode_base64url(appendix_c) == "A-z_4ME");
  CHECK(decode_base64url("A-z_4ME") == appendix_c);
  CHECK(base64url("\xfb\xff") == "-_8");
}

TEST_CASE("security/base64url: bytes of every value and length come back") {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 600; ++i) {
    REQUIRE(decode_base64url(encode_base64url(bytes)) == bytes);
    bytes.push_back(static_cast<std::uint8_t>(i * 7));
  }
}

TEST_CASE("security/base64url: padding is refused") {
  for (const char* text : {"=", "==", "Zg==", "Zg=", "Zm8=", "Zm9v=", "Zm9v====", "Z=g", "=Zg"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_base64url(text));
  }
}

TEST_CASE("security/base64url: a length no bytes have is refused") {
  for (std::size_t length = 1; length < 64; length += 4) {
    CHECK_FALSE(decode_base64url(std::string(length, 'A')));
  }
}

TEST_CASE("security/base64url: every byte outside the alphabet is refused, wherever it stands") {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool known = alphabet.find(c) != std::string_view::npos;
    for (std::size_t place = 0; place < 4; ++place) {
      std::string text = "AAAA";
      text[place] = c;
      CAPTURE(text);
      REQUIRE(decode_base64url(text).has_value() == known);
    }
  }
}

TEST_CASE(
    "security/base64url: stray bits in the last character are refused, so a value has one "
    "spelling") {
  const auto accepted = [](const std::string& start) {
    return std::count_if(alphabet.begin(), alphabet.end(),
                         [&](char last) { return decode_base64url(start + last).has_value(); });
  };
  CHECK(accepted("A") == 4);      // one byte: of the last six bits, two count
  CHECK(accepted("AA") == 16);    // two bytes: four count
  CHECK(accepted("AAA") == 64);   // three bytes: all count
  CHECK(accepted("AAAAA") == 4);  // and so on behind whole groups
  CHECK(accepted("AAAAAA") == 16);
  for (const char a : alphabet) {
    for (const char b : alphabet) {
      const std::string text{a, b};
      if (const auto bytes = decode_base64url(text)) REQUIRE(encode_base64url(*bytes) == text);
    }
  }
}

TEST_CASE("security/base64url: bytes and text are two views of one memory") {
  const std::string text("\x00\xff z", 4);
  CHECK(as_bytes(text).size() == 4);
  CHECK(as_bytes(text)[1] == 0xff);
  CHECK(as_text(as_bytes(text)) == text);
}

}  // namespace taskdock::security
