#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace taskdock::security {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4).
Digest sha256(std::string_view text);

/// HMAC-SHA-256 (RFC 2104).
Digest hmac_sha256(std::span<const std::uint8_t> key, std::string_view text);

}  // namespace taskdock::security
