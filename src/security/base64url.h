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

/// The bytes that `text` encodes, or nothing if it is not valid. Strict, so that each value has
/// exactly one encoding: padding, white space, characters of other alphabets, impossible lengths
/// and unused bits of the last character that are not zero are refused.
std::optional<std::vector<std::uint8_t>> decode_base64url(std::string_view text);

/// A view of `bytes` as text.
std::string_view as_text(std::span<const std::uint8_t> bytes);

/// A view of `text` as bytes.
std::span<const std::uint8_t> as_bytes(std::string_view text);

}  // namespace taskdock::security
