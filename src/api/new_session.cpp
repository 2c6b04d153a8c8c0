#include "api/new_session.h"

#include <algorithm>
#include <utility>

#include "security/digest.h"
#include "security/refresh_token.h"

namespace taskdock::api {

namespace {

/// Enough to recognize a program.
constexpr std::size_t max_user_agent_bytes = 256;

/// The User-Agent header as text that can be shown anywhere: it should be ASCII (RFC 9110, 10.1.5),
/// and what is not becomes a question mark.
std::optional<std::string> user_agent_of(const Request& request) {
  auto agent = request.header("User-Agent");
  if (!agent || agent->empty()) return std::nullopt;
  agent->resize(std::min(agent->size(), max_user_agent_bytes));
  std::replace_if(
      agent->begin(), agent->end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return agent;
}

}  // namespace

NewSession new_session(const Call& call, const support::Uuid& user_id) {
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  std::string refresh_token = security::first_refresh_token(services.random);
  return {.session = {.id = services.ids.next(),
                      .user_id = user_id,
                      .user_agent = user_agent_of(call.request),
                      .created_at = now,
                      .last_used_at = now,
                      .expires_at = now + services.refresh_token_ttl},
          .refresh_hash = security::sha256(refresh_token),
          .tokens = {.issued_at = now,
                     .access_token_id = services.ids.next(),
                     .refresh_token = std::move(refresh_token)}};
}

TokenResponse make_token_response(const Services& services, const store::User& user,
                                  const support::Uuid& session_id, TokenPair tokens) {
  // An access token cannot be valid for longer than its session.
  const std::chrono::seconds access_token_ttl =
      std::min(services.access_token_ttl, services.refresh_token_ttl);
  TokenResponse session;
  session.access_token = services.tokens.sign({.user_id = user.id,
                                               .session_id = session_id,
                                               .email = user.email,
                                               .name = user.name,
                                               .issued_at = tokens.issued_at,
                                               .expires_at = tokens.issued_at + access_token_ttl,
                                               .token_id = tokens.access_token_id});
  session.expires_in = access_token_ttl.count();
  session.refresh_token = std::move(tokens.refresh_token);
  session.refresh_expires_in = services.refresh_token_ttl.count();
  session.user = user;
  return session;
}

}  // namespace taskdock::api
