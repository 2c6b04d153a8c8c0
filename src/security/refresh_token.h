#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "support/random.h"

/// Refresh tokens: 256 bits in base64url. Each is good for one use, which brings the next (RFC
/// 9700, 4.14.2, "refresh token rotation"). Whoever keeps them keeps only their SHA-256.
namespace taskdock::security {

/// What the next token is made from, beside the one that is spent for it.
using RefreshSeed = std::array<std::uint8_t, 32>;

RefreshSeed make_refresh_seed(support::RandomSource& random);

/// The first token of a session, all of it random.
std::string first_refresh_token(support::RandomSource& random);

/// The token that comes after `spent`: HMAC-SHA-256 of it under `seed`. So the same answer can be
/// given twice though only hashes are kept: the seed alone, which is kept, leads to no token, and
/// neither does a spent token alone.
std::string next_refresh_token(std::string_view spent, const RefreshSeed& seed);

}  // namespace taskdock::security
