#include "security/random_secret.h"

#include "security/base64url.h"

namespace taskdock::security {

SecretBytes make_secret_bytes(support::RandomSource& random) {
  SecretBytes bytes;
  random.fill(bytes);
  return bytes;
}

std::string make_secret(support::RandomSource& random) {
  return encode_base64url(make_secret_bytes(random));
}

bool is_secret(std::string_view text) {
  // The length first, so that little is decoded.
  constexpr std::size_t characters = 43;
  return text.size() == characters && decode_base64url(text);
}

}  // namespace taskdock::security
