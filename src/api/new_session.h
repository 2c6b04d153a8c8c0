#pragma once

#include <string>

#include "api/call.h"
#include "api/session_types.h"
#include "store/types.h"

/// How a session begins and what its user is told, at sign-up, log-in and refresh.
namespace taskdock::api {

/// What a sign-up, log-in or refresh decides about the two tokens that it answers with.
struct TokenPair {
  support::Timestamp issued_at;
  support::Uuid access_token_id;
  std::string refresh_token;
};

/// A session that is not stored yet.
struct NewSession {
  store::Session session;
  store::TokenHash refresh_hash;
  TokenPair tokens;
};

/// A session of `user_id` that begins with this request.
NewSession new_session(const Call& call, const support::Uuid& user_id);

/// The answer that contains `tokens`.
TokenResponse make_token_response(const Services& services, const store::User& user,
                                  const support::Uuid& session_id, TokenPair tokens);

}  // namespace taskdock::api
