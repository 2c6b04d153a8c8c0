#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "security/digest.h"
#include "support/random.h"

/// Tokens for scripts: the prefix, by which people, programs that look for leaked secrets and the
/// server know one, and a secret as in random_secret.h.
namespace taskdock::security {

inline constexpr std::string_view script_token_prefix = "tdk_";

std::string make_script_token(support::RandomSource& random);

/// Whether `token` is meant to be one, by its prefix, which no access token has.
inline bool is_script_token(std::string_view token) {
  return token.starts_with(script_token_prefix);
}

/// What is stored of `token`; nothing if its form is not that of a token.
std::optional<Digest> hash_script_token(std::string_view token);

}  // namespace taskdock::security
