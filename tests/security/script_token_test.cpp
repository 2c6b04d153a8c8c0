#include "security/script_token.h"

#include <doctest/doctest.h>

#include <set>

#include "testing/fakes.h"

namespace taskdock::security {

TEST_CASE("security/script_token: each token is another, and has the form of one") {
  support::SystemRandom random;
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) {
    const std::string token = make_script_token(random);
    CHECK(token.size() == 47);
    CHECK(token.starts_with("tdk_"));
    CHECK(is_script_token(token));
    CHECK(hash_script_token(token) == sha256(token));
    tokens.insert(token);
  }
  CHECK(tokens.size() == 100);
}

TEST_CASE("security/script_token: what has not the form of a token has no hash") {
  support::SystemRandom random;
  const std::string token = make_script_token(random);
  const std::string secret = token.substr(4);
  for (const std::string& text :
       {std::string(), std::string("tdk_"), secret, "TDK_" + secret, "tdk" + secret, token + "A",
        token + "=", token.substr(0, 46), "tdk_" + secret.substr(0, 42) + "+",
        "tdk_" + std::string(8000, 'A')}) {
    CAPTURE(text);
    CHECK_FALSE(hash_script_token(text));
  }
  // 43 characters have two bits more than 32 bytes, which must be zero.
  CHECK_FALSE(hash_script_token("tdk_" + std::string(42, 'A') + "B"));
  CHECK(hash_script_token("tdk_" + std::string(43, 'A')));
}

}  // namespace taskdock::security
