#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace taskdock::security {

/// base64url without padding (RFC 4648, 5), as JWTs use it (RFC 7515, 2).
std::string encode_base64url(std::span<const std::uint8_t> bytes);

/// The bytes `text` stands for. Strict, so that one value has one spelling: padding, white space,
/// other alphabets, impossible lengths and stray low bits in the last character are refused.
std::optional<std::vector<std::uint8_t>> decode_base64url(std::string_view text);

/// The same bytes as text.
std::string_view as_text(std::span<const std::uint8_t> bytes);

/// The same text as bytes.
std::span<const std::uint8_t> as_bytes(std::string_view text);

}  // namespace taskdock::security
