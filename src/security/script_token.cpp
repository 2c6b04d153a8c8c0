#include "security/script_token.h"

#include "security/random_secret.h"

namespace taskdock::security {

std::string make_script_token(support::RandomSource& random) {
  return std::string(script_token_prefix) + make_secret(random);
}

std::optional<Digest> hash_script_token(std::string_view token) {
  if (!is_script_token(token) || !is_secret(token.substr(script_token_prefix.size()))) {
    return std::nullopt;
  }
  return sha256(token);
}

}  // namespace taskdock::security
