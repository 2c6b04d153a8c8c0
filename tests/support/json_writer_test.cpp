#include "support/json_writer.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace taskdock::support {

namespace {

std::string written(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

/// Whether another parser reads from what was written just what was given.
bool comes_back(const std::string& text) {
  return nlohmann::json::parse(written(text)).get<std::string>() == text;
}

}  // namespace

TEST_CASE("support/json_writer: every control character is escaped, and comes back") {
  for (char c = 0; c < 0x20; ++c) {
    CAPTURE(static_cast<int>(c));
    const std::string json = written(std::string("a") + c + "b");
    for (const char byte : json) CHECK(static_cast<unsigned char>(byte) >= 0x20);
    CHECK(comes_back(std::string("a") + c + "b"));
    CHECK(comes_back(std::string(3, c)));
  }
}

TEST_CASE("support/json_writer: quotes and backslashes come back, wherever they stand") {
  CHECK(written("\"") == "\"\\\"\"");
  CHECK(written("\\") == "\"\\\\\"");
  for (const std::string text :
       {"\"", "\\", "\\\"", "a\"b\\c", "\\\\\\", "\\u0041", "\\n", "\"\"", "{\"a\":\"b\"}"}) {
    CAPTURE(text);
    CHECK(comes_back(text));
  }
}

TEST_CASE("support/json_writer: every script and emoji goes out byte for byte") {
  for (const std::string text :
       {"", "milk", "Стол", "水を飲む", "مهمة", "काम", "🥛", "👩‍👩‍👧‍👦", "\x7f",
        "\u2028\u2029", "\U0010ffff", "/<>&'"}) {
    CAPTURE(text);
    CHECK(written(text) == '"' + text + '"');
    CHECK(comes_back(text));
  }
}

TEST_CASE("support/json_writer: what must be escaped is, at each place of a text of each length") {
  for (std::size_t size = 1; size <= 40; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      std::string text(size, 'a');
      for (const auto& [character, escaped] :
           {std::pair('"', "\\\""), std::pair('\\', "\\\\"), std::pair('\x1f', "\\u001f")}) {
        text[place] = character;
        CHECK(written(text) ==
              '"' + std::string(place, 'a') + escaped + std::string(size - place - 1, 'a') + '"');
      }
    }
  }
}

TEST_CASE("support/json_writer: it appends, and leaves what was there") {
  std::string out = "{\"title\":";
  append_json_string(out, "a\nb");
  CHECK(out == "{\"title\":\"a\\nb\"");
}

}  // namespace taskdock::support
