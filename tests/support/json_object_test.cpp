#include "support/json_object.h"

#include <doctest/doctest.h>

#include <limits>

#include "support/json_writer.h"

namespace taskdock::support {

namespace {

using Kind = JsonValue::Kind;
using Outcome = ParsedJson::Outcome;
using namespace std::string_literals;

ParsedJson parse(std::string_view text, Outcome expected = Outcome::object) {
  CAPTURE(text);
  ParsedJson parsed = parse_json_object(text);
  CHECK(parsed.outcome == expected);
  return parsed;
}

/// The member "a" of the object `text` is.
JsonValue member_a(std::string_view text) {
  const ParsedJson parsed = parse(text);
  const JsonValue* value = parsed.object.find("a");
  REQUIRE(value);
  return *value;
}

/// The byte at which `text` stops being JSON.
std::size_t error_offset(std::string_view text) {
  return parse(text, Outcome::malformed).error_offset;
}

}  // namespace

TEST_CASE("support/json_object: each kind of value is told apart") {
  const ParsedJson parsed =
      parse(R"({"n":null,"t":true,"f":false,"i":-7,"d":0.5,"s":"text","a":[1],"o":{"x":1}})");
  const auto kind = [&](std::string_view name) { return parsed.object.find(name)->kind; };
  CHECK(kind("n") == Kind::null);
  CHECK(kind("t") == Kind::boolean);
  CHECK(parsed.object.find("t")->boolean);
  CHECK(kind("f") == Kind::boolean);
  CHECK_FALSE(parsed.object.find("f")->boolean);
  CHECK(kind("i") == Kind::integer);
  CHECK(parsed.object.find("i")->integer == -7);
  CHECK(kind("d") == Kind::other_number);
  CHECK(kind("s") == Kind::string);
  CHECK(parsed.object.find("s")->string == "text");
  CHECK(kind("a") == Kind::array);
  CHECK(kind("o") == Kind::object);
  CHECK_FALSE(parsed.object.find("x"));
  CHECK_FALSE(parsed.object.find(""));
}

TEST_CASE(
    "support/json_object: of several members with one name the last counts, whatever its kind") {
  CHECK(member_a(R"({"a":1,"a":2,"b":3})").integer == 2);
  CHECK(member_a(R"({"a":"x","a":[]})").kind == Kind::array);
  CHECK(member_a(R"({"a":1,"a":null})").kind == Kind::null);
  CHECK(member_a(R"({"a":1,"\u0061":2})").integer == 2);
}

TEST_CASE("support/json_object: what is nested is skipped, and never mistaken for a member") {
  const ParsedJson parsed = parse(R"({"a":{"b":1,"a":{"c":2}},"d":[{"e":3},[4,"f"],"g"],"h":5})");
  CHECK(parsed.object.find("a")->kind == Kind::object);
  CHECK(parsed.object.find("d")->kind == Kind::array);
  CHECK(parsed.object.find("h")->integer == 5);
  for (const char* nested : {"b", "c", "e", "f", "g"}) CHECK_FALSE(parsed.object.find(nested));
}

TEST_CASE("support/json_object: JSON that is no object is known as that") {
  for (const char* text : {"null", "true", "1", "-0.5", "\"{}\"", "[]", "[{\"a\":1}]", " [ 1 ] ",
                           "1e5", "18446744073709551616"}) {
    parse(text, Outcome::not_an_object);
  }
}

TEST_CASE("support/json_object: white space around and within is as RFC 8259 has it") {
  CHECK(member_a(" \t\r\n{ \"a\" :\n1 } \r\n").integer == 1);
  CHECK(parse("{}").object.find("a") == nullptr);
  parse("{\v}", Outcome::malformed);
  parse("{}\f", Outcome::malformed);
  parse("{}\xc2\xa0", Outcome::malformed);
}

TEST_CASE("support/json_object: a whole number is read to the last digit, or known not to fit") {
  CHECK(member_a(R"({"a":9223372036854775807})").integer ==
        std::numeric_limits<std::int64_t>::max());
  CHECK(member_a(R"({"a":-9223372036854775808})").integer ==
        std::numeric_limits<std::int64_t>::min());
  CHECK(member_a(R"({"a":-0})").integer == 0);
  for (const char* number : {"9223372036854775808", "18446744073709551615", "18446744073709551616",
                             "-9223372036854775809", "1.0", "1e0", "1e308", "0.1e-400",
                             "123456789012345678901234567890"}) {
    CAPTURE(number);
    CHECK(member_a(R"({"a":)"s + number + "}").kind == Kind::other_number);
  }
}

TEST_CASE("support/json_object: a number no double can hold is malformed, at that number") {
  for (const std::string& number : {"1e999"s, "-1e999"s, "1" + std::string(400, '0')}) {
    CAPTURE(number);
    const std::size_t offset = error_offset(R"({"a":)" + number + ",\"b\":1}");
    CHECK(offset >= 5);
    CHECK(offset < 5 + number.size());
  }
}

TEST_CASE("support/json_object: malformed text is refused at the byte where it stops being JSON") {
  CHECK(error_offset("") == 0);
  CHECK(error_offset(" ") == 1);
  CHECK(error_offset("x") == 0);
  CHECK(error_offset("{") == 1);
  CHECK(error_offset("{\"a\"") == 4);
  CHECK(error_offset("{\"a\":") == 5);
  CHECK(error_offset("{\"a\":1") == 6);
  CHECK(error_offset("{\"a\":1,") == 7);
  CHECK(error_offset("{\"a\":\"unfinished") == 16);
  CHECK(error_offset("{\"a\":1,}") == 7);
  CHECK(error_offset("{a:1}") == 1);
  CHECK(error_offset("{'a':1}") == 1);
  CHECK(error_offset("{\"a\":1}}") == 7);
  CHECK(error_offset("{\"a\":1} x") == 8);
  CHECK(error_offset("{\"a\":[1}") == 7);
  CHECK(error_offset("{\"a\":01}") == 6);
  CHECK(error_offset("{\"a\":\"\n\"}") == 6);
  CHECK(error_offset("{\"a\":\"\\x\"}") == 7);
  CHECK(error_offset("{\"a\":trug}") == 8);
}

TEST_CASE("support/json_object: a whole value in a wrong place is refused within it") {
  for (const auto& [before, value] : {std::pair{"{\"a\" ", "\"bcd\""},
                                      {"{\"a\" ", "12345"},
                                      {"{\"a\":1 ", "true"},
                                      {"{", "12345"},
                                      {"{}", "12345"},
                                      {"{} ", "\"bcd\""},
                                      {"{\"a\" ", "\"\\u00e9\\n\xc3\xa9\""}}) {
    const std::size_t start = std::string_view(before).size();
    const std::size_t offset = error_offset(before + std::string(value) + ":1}");
    CHECK(offset >= start);
    CHECK(offset < start + std::string_view(value).size());
  }
}

TEST_CASE("support/json_object: what other languages allow beyond JSON is malformed") {
  for (const char* text : {"{\"a\":NaN}",
                           "{\"a\":Infinity}",
                           "{\"a\":+1}",
                           "{\"a\":.5}",
                           "{\"a\":1.}",
                           "{\"a\":0x10}",
                           "{\"a\":True}",
                           "{\"a\":undefined}",
                           "{\"a\":1;}",
                           "{/**/}",
                           "{}//",
                           "{\"a\":1e}",
                           "{\"a\":-}",
                           "{,}",
                           "[,]",
                           "[1,]",
                           "{\"a\"}",
                           "{\"a\":1 \"b\":2}",
                           "{} {}",
                           "{\"a\":\"\\'\"}",
                           "{\"a\":\"\\u12\"}",
                           "{\"a\":\"\\u{41}\"}",
                           "#",
                           "]",
                           "}"}) {
    parse(text, Outcome::malformed);
  }
}

TEST_CASE("support/json_object: a zero byte is not JSON, and does not hide what follows it") {
  CHECK(error_offset("{\"a\":1}\0"s) == 7);
  CHECK(error_offset("{\"a\":1}\0garbage"s) == 7);
  CHECK(error_offset("{\"a\":1}\0,\"b\":2}"s) == 7);
  CHECK(error_offset("[]\0"s) == 2);
  CHECK(error_offset("\0{}"s) == 0);
  CHECK(error_offset("{\"a\":\0 1}"s) == 5);
  CHECK(error_offset("{\"a\":\"\0\"}"s) == 6);
}

TEST_CASE("support/json_object: text that is not UTF-8 is malformed") {
  for (const char* bytes :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe2\x82",
        "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80", "\xfe", "\xff"}) {
    parse("{\"a\":\""s + bytes + "\"}", Outcome::malformed);
    parse("{\""s + bytes + "\":1}", Outcome::malformed);
    parse("{\"b\":{\"c\":\""s + bytes + "\"},\"a\":1}", Outcome::malformed);
    parse(bytes, Outcome::malformed);
  }
}

TEST_CASE("support/json_object: a lone surrogate is malformed, a pair is one character") {
  for (const char* escaped : {"\\ud800", "\\udbff", "\\udc00", "\\udfff", "\\ud800\\ud800",
                              "\\ud800x", "\\ud83e\\u0041", "\\udd5b\\ud83e", "\\ud83e\\n"}) {
    parse("{\"a\":\""s + escaped + "\"}", Outcome::malformed);
  }
  CHECK(member_a("{\"a\":\"\\ud83e\\udd5b\"}").string == "🥛");
}

TEST_CASE("support/json_object: every escape stands for its character") {
  CHECK(member_a(R"({"a":"\"\\\/\b\f\n\r\t\u0000\u00e9\u6C34"})").string ==
        "\"\\/\b\f\n\r\t\0é水"s);
}

TEST_CASE("support/json_object: it reads back what the writer writes") {
  std::string text;
  for (char c = 0; c < 0x7f; ++c) text += c;
  text += "\x7fé水🥛";
  std::string json = "{\"a\":";
  append_json_string(json, text);
  CHECK(member_a(json + '}').string == text);
}

TEST_CASE("support/json_object: a mebibyte of brackets neither crashes nor is taken") {
  constexpr std::size_t mebibyte = 1024 * 1024;
  CHECK(error_offset(std::string(mebibyte, '[')) == mebibyte);
  std::string objects;
  while (objects.size() < mebibyte) objects += "{\"a\":";
  CHECK(error_offset(objects) == objects.size());
  const std::string deep =
      "{\"b\":" + std::string(mebibyte / 2, '[') + std::string(mebibyte / 2, ']') + ",\"a\":1}";
  CHECK(member_a(deep).integer == 1);
}

TEST_CASE("support/json_object: a mebibyte of members is read, and the last of them found") {
  std::string text = "{\"a\":0";
  while (text.size() < 1024 * 1024) text += ",\"b\":1";
  CHECK(member_a(text + ",\"a\":2}").integer == 2);
}

}  // namespace taskdock::support
