#include "security/refresh_token.h"

#include "security/base64url.h"
#include "security/digest.h"

namespace taskdock::security {

std::string first_refresh_token(support::RandomSource& random) {
  return make_secret(random);
}

std::string next_refresh_token(std::string_view spent, const RefreshSeed& seed) {
  return encode_base64url(hmac_sha256(seed, spent));
}

}  // namespace taskdock::security
