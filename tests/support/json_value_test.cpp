#include "support/json_value.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/json_writer.h"

namespace taskdock::support {

namespace {

using Kind = JsonValue::Kind;
using namespace std::string_literals;

/// The members `names` of the object that `text` is.
template <std::size_t count>
std::array<JsonValue, count> members(std::string_view text,
                                     const std::array<std::string_view, count>& names) {
  CAPTURE(text.substr(0, 200));
  const JsonValue object = parse_json(text).value;
  REQUIRE(object.kind == Kind::object);
  std::array<JsonValue, count> values;
  find_json_members(object, names, values);
  return values;
}

/// The member "a" of the object that `text` is.
JsonValue member_a(std::string_view text) {
  return members<1>(text, {"a"})[0];
}

std::string string_a(std::string_view text) {
  const JsonValue value = member_a(text);
  REQUIRE(value.kind == Kind::string);
  return decode_json_string(value);
}

/// The byte at which `text` stops being JSON.
std::size_t error_offset(std::string_view text) {
  const ParsedJson parsed = parse_json(text);
  CAPTURE(text.substr(0, 200));
  CHECK(parsed.value.kind == Kind::absent);
  return parsed.error_offset;
}

}  // namespace

TEST_CASE("support/json_value: each kind of value is told apart, and is its piece of the text") {
  const std::string text =
      R"({"n":null,"t": true ,"f":false,"i":-7,"d":0.5e+3,"s":"te]xt\"","a":[1, "]"],"o":{"x":"}"}})";
  const auto values = members<8>(text, {"n", "t", "f", "i", "d", "s", "a", "o"});
  const std::array<std::pair<Kind, std::string_view>, 8> expected = {
      {{Kind::null, "null"},
       {Kind::boolean, "true"},
       {Kind::boolean, "false"},
       {Kind::number, "-7"},
       {Kind::number, "0.5e+3"},
       {Kind::string, R"("te]xt\"")"},
       {Kind::array, R"([1, "]"])"},
       {Kind::object, R"({"x":"}"})"}}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(values[i].kind == expected[i].first);
    CHECK(values[i].text == expected[i].second);
    CHECK(values[i].text.data() > text.data());  // a view, not a copy
    CHECK(values[i].text.data() < text.data() + text.size());
  }
  for (const JsonValue& value : members<2>(text, {"x", "N"})) CHECK(value.kind == Kind::absent);
}

TEST_CASE(
    "support/json_value: of several members with one name the last counts, whatever its kind") {
  CHECK(parse_json_integer(member_a(R"({"a":1,"a":2,"b":3})")) == 2);
  CHECK(member_a(R"({"a":"x","a":[]})").kind == Kind::array);
  CHECK(member_a(R"({"a":1,"a":null})").kind == Kind::null);
  CHECK(parse_json_integer(member_a(R"({"a":1,"\u0061":2})")) == 2);
  CHECK(member_a(R"({"\u00061":1,"\\u0061":2,"a ":3,"\u0061\u0061":4})").kind == Kind::absent);
}

TEST_CASE("support/json_value: what is nested is skipped, and never mistaken for a member") {
  const auto values = members<8>(R"({"a":{"b":1,"a":{"c":2}},"d":[{"e":3},[4,"f"],"g"],"h":5})",
                                 {"a", "d", "h", "b", "c", "e", "f", "g"});
  CHECK(values[0].kind == Kind::object);
  CHECK(values[1].kind == Kind::array);
  CHECK(parse_json_integer(values[2]) == 5);
  for (std::size_t i = 3; i < values.size(); ++i) CHECK(values[i].kind == Kind::absent);
}

TEST_CASE("support/json_value: the elements of an array come in their order") {
  const auto elements_of = [](std::string_view text) {
    std::vector<std::string> texts;
    JsonElements elements(parse_json(text).value);
    for (JsonValue element; elements.next(element);) texts.emplace_back(element.text);
    return texts;
  };
  using Texts = std::vector<std::string>;
  CHECK(elements_of("[]") == Texts{});
  CHECK(elements_of(" [ ] ") == Texts{});
  CHECK(elements_of(R"([1])") == Texts{"1"});
  CHECK(elements_of(" [ 1 ,\"a,]\", [2,[]] ,{\"b\":[3]},null\n] ") ==
        Texts{"1", "\"a,]\"", "[2,[]]", "{\"b\":[3]}", "null"});
}

TEST_CASE("support/json_value: a value of any kind is JSON") {
  for (const auto& [text, kind] : {std::pair{"null", Kind::null},
                                   {"true", Kind::boolean},
                                   {"1", Kind::number},
                                   {"-0.5", Kind::number},
                                   {"\"{}\"", Kind::string},
                                   {"[]", Kind::array},
                                   {"[{\"a\":1}]", Kind::array},
                                   {" [ 1 ] ", Kind::array},
                                   {"{}", Kind::object},
                                   {"\xef\xbb\xbf{}", Kind::object}}) {
    CAPTURE(text);
    CHECK(parse_json(text).value.kind == kind);
  }
}

TEST_CASE("support/json_value: white space around and within is as RFC 8259 has it") {
  CHECK(parse_json_integer(member_a(" \t\r\n{ \"a\" :\n1 } \r\n")) == 1);
  CHECK(member_a("{ }").kind == Kind::absent);
  CHECK(error_offset("{\v}") == 1);
  CHECK(error_offset("{}\f") == 2);
  CHECK(error_offset("{}\xc2\xa0") == 2);
  CHECK(error_offset("{}\xef\xbb\xbf") == 2);
  CHECK(error_offset("\xef\xbb\xbf") == 3);
}

TEST_CASE("support/json_value: an integer is read to the last digit, or known not to fit") {
  const auto integer = [](const std::string& text) {
    return parse_json_integer(member_a(R"({"a":)" + text + "}"));
  };
  CHECK(integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(integer("-0") == 0);
  for (const char* number : {"9223372036854775808", "18446744073709551616", "-9223372036854775809",
                             "1.0", "1e0", "1e308", "0.1e-400", "1e400",
                             "123456789012345678901234567890", "\"1\"", "true", "null", "[1]"}) {
    CAPTURE(number);
    CHECK_FALSE(integer(number));
  }
}

TEST_CASE("support/json_value: a number may be too large for any type") {
  for (const std::string& number : {"1e999"s, "-1e999"s, "1" + std::string(400, '0')}) {
    CAPTURE(number);
    CHECK(parse_json_integer(member_a(R"({"b":)" + number + ",\"a\":1}")) == 1);
    CHECK(member_a(R"({"a":)" + number + "}").text == number);
  }
}

TEST_CASE("support/json_value: malformed text is refused at the byte where it stops being JSON") {
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

TEST_CASE("support/json_value: a whole value in a wrong place is refused within it") {
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

TEST_CASE("support/json_value: what other languages allow beyond JSON is malformed") {
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
    error_offset(text);
  }
}

TEST_CASE("support/json_value: a zero byte is not JSON, and does not hide what follows it") {
  CHECK(error_offset("{\"a\":1}\0"s) == 7);
  CHECK(error_offset("{\"a\":1}\0garbage"s) == 7);
  CHECK(error_offset("{\"a\":1}\0,\"b\":2}"s) == 7);
  CHECK(error_offset("[]\0"s) == 2);
  CHECK(error_offset("\0{}"s) == 0);
  CHECK(error_offset("{\"a\":\0 1}"s) == 5);
  CHECK(error_offset("{\"a\":\"\0\"}"s) == 6);
}

TEST_CASE("support/json_value: text that is not UTF-8 is malformed") {
  for (const char* bytes :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe2\x82",
        "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80", "\xfe", "\xff"}) {
    error_offset("{\"a\":\""s + bytes + "\"}");
    error_offset("{\""s + bytes + "\":1}");
    error_offset("{\"b\":{\"c\":\""s + bytes + "\"},\"a\":1}");
    error_offset(bytes);
  }
}

TEST_CASE("support/json_value: a lone surrogate is malformed, a pair is one character") {
  for (const char* escaped : {"\\ud800", "\\udbff", "\\udc00", "\\udfff", "\\ud800\\ud800",
                              "\\ud800x", "\\ud83e\\u0041", "\\udd5b\\ud83e", "\\ud83e\\n"}) {
    error_offset("{\"a\":\""s + escaped + "\"}");
  }
  CHECK(string_a("{\"a\":\"\\ud83e\\udd5b\"}") == "🥛");
}

TEST_CASE("support/json_value: every escape stands for its character") {
  CHECK(string_a(R"({"a":"\"\\\/\b\f\n\r\t\u0000\u00e9\u6C34"})") == "\"\\/\b\f\n\r\t\0é水"s);
}

TEST_CASE("support/json_value: it reads back what the writer writes") {
  std::string text;
  for (char c = 0; c < 0x7f; ++c) text += c;
  text += "\x7fé水🥛";
  std::string json = "{\"a\":";
  append_json_string(json, text);
  CHECK(string_a(json + '}') == text);
}

TEST_CASE("support/json_value: nesting is taken up to its limit, and costs no stack") {
  const auto nested = [](std::size_t depth) {
    return "{\"b\":" + std::string(depth, '[') + std::string(depth, ']') + ",\"a\":1}";
  };
  CHECK(parse_json_integer(member_a(nested(max_json_depth - 1))) == 1);
  CHECK(error_offset(nested(max_json_depth)) == 5 + max_json_depth - 1);
  constexpr std::size_t mebibyte = 1024 * 1024;
  CHECK(error_offset(std::string(mebibyte, '[')) == max_json_depth);
  std::string objects;
  while (objects.size() < mebibyte) objects += "{\"a\":";
  CHECK(error_offset(objects) == 5 * max_json_depth);
}

TEST_CASE("support/json_value: a mebibyte of members is read, and the last of them found") {
  std::string text = "{\"a\":0";
  while (text.size() < 1024 * 1024) text += ",\"b\":1";
  CHECK(parse_json_integer(member_a(text + ",\"a\":2}")) == 2);
}

TEST_CASE("support/json_value: it takes and refuses what another parser takes and refuses") {
  // Texts made of pieces that a parser must tell apart; the same in every run.
  const std::vector<std::string> pieces = {
      "{",       "}",   "[",           "]",    ",",           ":",     "\"a\"",   "\"a\":1",
      "\"\\n\"", "\"",  "\\u00",       "e9",   "true",        "false", "null",    "0",
      "-1",      "1.5", "1e5",         ".",    " ",           "\n",    "\\",      "\xc3\xa9",
      "\xff",    "x",   "[]",          "{}",   "[1,2]",       "-",     "\\ud83e", "\\udd5b",
      "e",       "+",   "\"\\u00e9\"", "\x01", "\xed\xa0\x80"};
  std::uint32_t state = 20260106;
  const auto next = [&state](std::size_t below) {
    state = state * 1664525 + 1013904223;
    return static_cast<std::size_t>(state >> 8) % below;
  };
  int taken = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text;
    const std::size_t count = 1 + next(7);
    for (std::size_t i = 0; i < count; ++i) text += pieces[next(pieces.size())];
    const bool is_json = nlohmann::json::accept(text);
    CAPTURE(text);
    taken += is_json;
    REQUIRE((parse_json(text).value.kind != Kind::absent) == is_json);
  }
  CHECK(taken > 1000);
}

}  // namespace taskdock::support
