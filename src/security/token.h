#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.h"
#include "support/uuid.h"

namespace taskdock::security {

/// The fewest bytes a signing key may have: those of the HMAC's output (RFC 7518, 3.2).
inline constexpr std::size_t min_key_bytes = 32;

/// What an access token says.
struct Claims {
  support::Uuid user_id;     // sub
  support::Uuid session_id;  // sid (OpenID Connect Front-Channel Logout 1.0, 3)
  std::string email;
  std::string name;
  support::Timestamp issued_at;   // iat, whole seconds
  support::Timestamp expires_at;  // exp, whole seconds
  support::Uuid token_id;         // jti
};

/// Whom a good access token names.
struct Subject {
  support::Uuid user_id;
  support::Uuid session_id;
};

/// Makes and checks access tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256 (HS256,
/// RFC 7518, 3.2). Any thread may use it.
class TokenSigner {
 public:
  /// `key` has at least min_key_bytes; throws std::invalid_argument otherwise.
  explicit TokenSigner(std::vector<std::uint8_t> key);

  std::string sign(const Claims& claims) const;

  /// Whom a token was issued to, if the token is one of ours and has not expired at `now`: exactly
  /// three parts of strict base64url, a header whose `alg` is HS256 and that asks for no extension
  /// (`crit`), our signature (compared in constant time), a `sub` and a `sid` that are UUIDs and an
  /// integral `exp` later than `now`. The signature is checked before anything inside is read.
  std::optional<Subject> verify(std::string_view token, support::Timestamp now) const;

 private:
  /// What a token of ours says.
  struct Contents {
    Subject subject;
    std::int64_t expires_at;  // in seconds since 1970
  };
  std::optional<Contents> read(std::string_view token) const;

  std::vector<std::uint8_t> key_;
  std::uint64_t number_;  // each signer has another; copies have the same, since their key is
};

}  // namespace taskdock::security
