#include "security/digest.h"

#include <doctest/doctest.h>

#include "security/base64url.h"

namespace taskdock::security {

TEST_CASE("security/digest: SHA-256 of FIPS 180-4's examples") {
  CHECK(encode_base64url(sha256("")) == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
  CHECK(encode_base64url(sha256("abc")) == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  CHECK(sha256(std::string(1, '\0')) != sha256(""));
}

TEST_CASE("security/digest: HMAC-SHA-256 of RFC 4231's second test case") {
  CHECK(encode_base64url(hmac_sha256(as_bytes("Jefe"), "what do ya want for nothing?")) ==
        "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
}

}  // namespace taskdock::security
