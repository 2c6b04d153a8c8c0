#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "security/digest.h"

namespace taskdock::security {

/// The secret that a program shares with the server that it starts, so that nobody else on the
/// machine can use the server. The token itself is not kept, only digests of it. Any thread may use
/// it.
class LaunchToken {
 public:
  static constexpr std::size_t min_characters = 32;
  static constexpr std::size_t max_characters = 128;

  /// Whether `text` may be a token: 32 to 128 characters of base64url (RFC 4648, 5).
  static bool is_valid(std::string_view text);

  /// Throws std::invalid_argument unless `token` is valid.
  explicit LaunchToken(std::string_view token);

  /// Whether `given` is the token, in constant time.
  bool matches(std::string_view given) const;

  /// The cookie that stands for the token in a browser. Its name follows from the token as well:
  /// browsers send a cookie to all ports of a host, and several servers may run there.
  const std::string& cookie_name() const { return cookie_name_; }
  const std::string& cookie_value() const { return cookie_value_; }

  /// Whether `value` is that of the cookie, in constant time.
  bool matches_cookie(std::string_view value) const;

 private:
  Digest digest_;
  std::string cookie_name_;
  std::string cookie_value_;
};

}  // namespace taskdock::security
