#include "api/cursor.h"

#include <doctest/doctest.h>

#include <string>

namespace taskdock::api {

namespace {

const support::Uuid id = *support::Uuid::parse("019b93a5-1c40-7abc-8def-0123456789ab");
const std::string query = "-created_at&completed=true";

}  // namespace

TEST_CASE("api/cursor: a cursor comes back from its text, whatever value it has") {
  for (const std::string& value : {std::string(), std::string("Buy milk"), std::string(1000, 'x'),
                                   std::string("a\0b\xff", 4)}) {
    const std::string text = encode_cursor({id, value}, query);
    CHECK(text.find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    const auto cursor = decode_cursor(text, query);
    REQUIRE(cursor);
    CHECK(cursor->id == id);
    CHECK(cursor->value == value);
  }
}

TEST_CASE("api/cursor: a cursor of another query is none") {
  const std::string text = encode_cursor({id}, query);
  for (const char* other :
       {"", "-created_at", "-created_at&completed=false", "created_at&completed=true"}) {
    CHECK_FALSE(decode_cursor(text, other));
  }
  CHECK(encode_cursor({id}, "a") != encode_cursor({id}, "b"));
}

TEST_CASE("api/cursor: a UUID, as earlier versions gave out, is a cursor of any query") {
  for (const char* text :
       {"019b93a5-1c40-7abc-8def-0123456789ab", "019B93A5-1C40-7ABC-8DEF-0123456789AB"}) {
    const auto cursor = decode_cursor(text, query);
    REQUIRE(cursor);
    CHECK(cursor->id == id);
    CHECK(cursor->value.empty());
  }
}

TEST_CASE("api/cursor: no text that is cut, lengthened or changed anywhere is a cursor") {
  const std::string text = encode_cursor({id, "value"}, query);
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(decode_cursor(text.substr(0, size), query));
    CHECK_FALSE(decode_cursor(text.substr(size + 1), query));
    for (const char c : {'A', 'b', '_', '=', ' ', '\0', '\xff'}) {
      std::string changed = text;
      changed[size] = c;
      if (changed != text) CHECK_FALSE(decode_cursor(changed, query));
    }
  }
  for (const std::string& wrong :
       {text + 'A', text + "AA", text + '=', ' ' + text, std::string("junk"), std::string("null"),
        std::string(28, 'A'), std::string(4000, 'A'),
        std::string("019b93a51c407abc8def0123456789ab")}) {
    CHECK_FALSE(decode_cursor(wrong, query));
  }
}

}  // namespace taskdock::api
