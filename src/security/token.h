#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.h"
#include "support/uuid.h"

namespace taskdock::security {

/// The minimum length of a signing key: the length of the HMAC's output (RFC 7518, 3.2).
inline constexpr std::size_t min_key_bytes = 32;

/// The claims of an access token.
struct Claims {
  support::Uuid user_id;     // sub
  support::Uuid session_id;  // sid (OpenID Connect Front-Channel Logout 1.0, 3)
  std::string email;
  std::string name;
  support::Timestamp issued_at;   // iat, whole seconds
  support::Timestamp expires_at;  // exp, whole seconds
  support::Uuid token_id;         // jti
};

/// The user and the session that an access token was issued for.
struct Subject {
  support::Uuid user_id;
  support::Uuid session_id;
};

/// Creates and verifies access tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256 (HS256,
/// RFC 7518, 3.2). Thread-safe.
class TokenSigner {
 public:
  /// Throws std::invalid_argument if `key` is shorter than min_key_bytes.
  explicit TokenSigner(std::vector<std::uint8_t> key);

  /// Returns a signed token. The texts in `claims` must be valid UTF-8.
  std::string sign(const Claims& claims) const;

  /// The user and session of `token`, or nothing if it is not valid at `now`. Valid is a token of
  /// exactly three parts of strict base64url, with a header whose `alg` is HS256 and that requires
  /// no extension (`crit`), a signature made with this key (compared in constant time), a `sub` and
  /// a `sid` that are UUIDs, and an `exp` that is an integer later than `now`. The signature is
  /// verified before the content is parsed.
  std::optional<Subject> verify(std::string_view token, support::Timestamp now) const;

  /// Whether `token` has the form of a token, but was never issued with this key: what somebody
  /// else has made, or what was issued before the key was replaced. A token that has expired is
  /// none, and neither is a text that is no token at all.
  bool is_forged(std::string_view token) const;

 private:
  /// The claims of a token that verify() needs.
  struct Contents {
    Subject subject;
    std::int64_t expires_at;  // in seconds since 1970
  };
  std::optional<Contents> read(std::string_view token) const;

  std::vector<std::uint8_t> key_;
  std::uint64_t number_;  // different for each signer; the same for copies, which have the same key
};

}  // namespace taskdock::security
