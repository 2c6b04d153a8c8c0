#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace taskdock::api {

/// The key in an Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-07): 1 to 255
/// visible characters of ASCII, either as a string in quotation marks (RFC 8941, 3.3.3) or, as many
/// clients send it, without these. Nothing if `value`, which may be any bytes, is no such key.
std::optional<std::string> parse_idempotency_key(std::string_view value);

}  // namespace taskdock::api
