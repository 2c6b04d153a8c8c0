#include "security/refresh_token.h"

#include <doctest/doctest.h>

#include <set>

#include "security/base64url.h"
#include "testing/fakes.h"

namespace taskdock::security {

TEST_CASE("security/refresh_token: a token is 256 bits of the random source, in base64url") {
  testing::CountingRandom random;
  const std::string token = first_refresh_token(random);
  CHECK(token.size() == 43);
  const auto bytes = decode_base64url(token);
  REQUIRE(bytes);
  REQUIRE(bytes->size() == 32);
  for (std::size_t i = 0; i < 32; ++i) CHECK(bytes->at(i) == i);
}

TEST_CASE("security/refresh_token: the next token follows from the spent one and the seed alone") {
  testing::CountingRandom random;
  const std::string token = first_refresh_token(random);
  const RefreshSeed seed = make_secret_bytes(random);
  const std::string next = next_refresh_token(token, seed);
  CHECK(next.size() == 43);
  CHECK(decode_base64url(next).value().size() == 32);
  CHECK(next_refresh_token(token, seed) == next);

  std::set<std::string> different = {token, next};
  RefreshSeed other = seed;
  other.back() ^= 1;
  CHECK(different.insert(next_refresh_token(token, other)).second);
  CHECK(different.insert(next_refresh_token(next, seed)).second);
  CHECK(different.insert(next_refresh_token("", seed)).second);
}

}  // namespace taskdock::security
