#pragma once

#include <string>
#include <string_view>

#include "security/random_secret.h"
#include "support/random.h"

/// Refresh tokens: secrets as in random_secret.h. Each can be used once and is then replaced by the
/// next (RFC 9700, 4.14.2, "refresh token rotation").
namespace taskdock::security {

/// The random part of the next token; the other part is the token that it replaces.
using RefreshSeed = SecretBytes;

/// Returns the first token of a session, which is entirely random.
std::string first_refresh_token(support::RandomSource& random);

/// Returns the token that replaces `spent`: its HMAC-SHA-256 with the key `seed`. The same answer
/// can therefore be given twice, although only hashes and the seed are stored: the token cannot be
/// computed from the seed alone, nor from the spent token alone.
std::string next_refresh_token(std::string_view spent, const RefreshSeed& seed);

}  // namespace taskdock::security
