#include "security/launch_token.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

namespace taskdock::security {

namespace {

const std::string text = "0123456789abcdefghijABCDEFGHIJ-_";

}  // namespace

TEST_CASE("security/launch_token: 32 to 128 characters of base64url are a token, no others are") {
  CHECK(LaunchToken::is_valid(text));
  CHECK(LaunchToken::is_valid(std::string(128, 'a')));
  for (const std::string& wrong :
       {std::string(), std::string(31, 'a'), std::string(129, 'a'), text + ' ', ' ' + text,
        text + '=', text + '+', text + '/', text + '\n', text + '\0', text + "\xc3\xa9"}) {
    CAPTURE(wrong);
    CHECK_FALSE(LaunchToken::is_valid(wrong));
    CHECK_THROWS_AS(LaunchToken{wrong}, std::invalid_argument);
  }
}

TEST_CASE("security/launch_token: only the token itself matches") {
  const LaunchToken token(text);
  CHECK(token.matches(text));
  for (const std::string& wrong :
       {std::string(), text.substr(1), text + 'a', 'a' + text.substr(1), text.substr(0, 31) + '-',
        text + '\0', std::string(text.size(), 'a'), token.cookie_value()}) {
    CAPTURE(wrong);
    CHECK_FALSE(token.matches(wrong));
  }
}

TEST_CASE("security/launch_token: the cookie follows from the token, but not the other way round") {
  const LaunchToken token(text);
  CHECK(token.matches_cookie(token.cookie_value()));
  CHECK(LaunchToken(text).cookie_name() == token.cookie_name());
  CHECK(LaunchToken(text).cookie_value() == token.cookie_value());
  for (const std::string& wrong : {std::string(), text, token.cookie_value().substr(1),
                                   token.cookie_value() + 'a', token.cookie_name()}) {
    CAPTURE(wrong);
    CHECK_FALSE(token.matches_cookie(wrong));
  }
  CHECK(token.cookie_value().find(token.cookie_name().substr(16)) == std::string::npos);
  const LaunchToken other(text.substr(1) + 'a');
  CHECK(other.cookie_name() != token.cookie_name());
  CHECK(other.cookie_value() != token.cookie_value());
}

}  // namespace taskdock::security
