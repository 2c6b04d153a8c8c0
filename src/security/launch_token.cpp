#include "security/launch_token.h"

#include <algorithm>
#include <stdexcept>

#include "security/base64url.h"
#include "security/constant_time.h"

namespace taskdock::security {

namespace {

bool is_base64url(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

/// A text that follows from `token` and `purpose`, and from which neither the token nor the text of
/// another purpose follows.
std::string derive(std::string_view token, std::string_view purpose) {
  return encode_base64url(hmac_sha256(as_bytes(token), purpose));
}

}  // namespace

bool LaunchToken::is_valid(std::string_view text) {
  return text.size() >= min_characters && text.size() <= max_characters &&
         std::ranges::all_of(text, is_base64url);
}

LaunchToken::LaunchToken(std::string_view token)
    : digest_(sha256(token)),
      cookie_name_("taskdock_launch_" + derive(token, "launch cookie name").substr(0, 8)),
      cookie_value_(derive(token, "launch cookie value")) {
  if (!is_valid(token)) throw std::invalid_argument("not a launch token");
}

bool LaunchToken::matches(std::string_view given) const {
  return is_same_secret(as_text(sha256(given)), as_text(digest_));
}

bool LaunchToken::matches_cookie(std::string_view value) const {
  return is_same_secret(value, cookie_value_);
}

}  // namespace taskdock::security
