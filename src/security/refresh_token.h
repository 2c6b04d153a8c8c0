#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "support/random.h"

/// Refresh tokens: 256 bits in base64url. Each can be used once and is then replaced by the next
/// (RFC 9700, 4.14.2, "refresh token rotation"). Only their SHA-256 is stored.
namespace taskdock::security {

/// The random part of the next token; the other part is the token that it replaces.
using RefreshSeed = std::array<std::uint8_t, 32>;

RefreshSeed make_refresh_seed(support::RandomSource& random);

/// Returns the first token of a session, which is entirely random.
std::string first_refresh_token(support::RandomSource& random);

/// Returns the token that replaces `spent`: its HMAC-SHA-256 with the key `seed`. The same answer
/// can therefore be given twice, although only hashes and the seed are stored: the token cannot be
/// computed from the seed alone, nor from the spent token alone.
std::string next_refresh_token(std::string_view spent, const RefreshSeed& seed);

}  // namespace taskdock::security
