#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "support/random.h"

/// Secrets that stand for a user: 256 random bits, in base64url 43 characters. Nobody can guess
/// one, so that their SHA-256 alone is stored, without a salt, and found by comparing it.
namespace taskdock::security {

using SecretBytes = std::array<std::uint8_t, 32>;

/// Throws what the source throws; so does the next.
SecretBytes make_secret_bytes(support::RandomSource& random);

std::string make_secret(support::RandomSource& random);

/// Whether `text` may be such a secret, by its form.
bool is_secret(std::string_view text);

}  // namespace taskdock::security
