#include "api/idempotency_key.h"

#include <doctest/doctest.h>

#include <string>

namespace taskdock::api {

TEST_CASE("api/idempotency_key: a key is the same with quotation marks and without") {
  for (const std::string key :
       {"a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "!", "~", "a,b;c=d", "'", "W/x", "%22"}) {
    CAPTURE(key);
    CHECK(parse_idempotency_key(key) == key);
    CHECK(parse_idempotency_key('"' + key + '"') == key);
  }
  CHECK(parse_idempotency_key(R"("a\"b\\c")") == R"(a"b\c)");
  CHECK(parse_idempotency_key(R"(a"b\c)") == R"(a"b\c)");
}

TEST_CASE("api/idempotency_key: a key has 1 to 255 characters") {
  const std::string longest(255, 'k');
  CHECK(parse_idempotency_key(longest) == longest);
  CHECK(parse_idempotency_key('"' + longest + '"') == longest);
  for (const std::string& text : {std::string(), std::string("\"\""), longest + 'k',
                                  '"' + longest + "k\"", std::string(100'000, 'k')}) {
    CHECK_FALSE(parse_idempotency_key(text));
  }
}

TEST_CASE("api/idempotency_key: what is not visible, or no whole string, is no key") {
  for (const std::string text :
       {"a b", "a, b", "\"a b\"", "\ta", "a\x7f", "a\x1f", "\"a\x7f\"", "\xc3\xa9", "\"\xc3\xa9\"",
        "\xff", "\"", "\"a", "\"a\"b", "\"a\"b\"", "\"a\\\"", "\"a\\b\"", "\"a\\", "\"a\";x=1",
        "\"a\", \"b\""}) {
    CAPTURE(text);
    CHECK_FALSE(parse_idempotency_key(text));
  }
  CHECK_FALSE(parse_idempotency_key(std::string("a\0b", 3)));
}

}  // namespace taskdock::api
