#include "api/handlers.h"
#include "api/new_session.h"
#include "api/session_types.h"
#include "api/write.h"
#include "security/digest.h"
#include "security/refresh_token.h"
#include "store/errors.h"

namespace taskdock::api {

namespace {

/// How long a spent refresh token still gets the same answer again, so that two tabs, or a lost
/// answer, do not log the user out.
constexpr std::chrono::seconds spent_token_grace{10};

}  // namespace

Response refresh_session(Call& call) {
  const auto given = call.body<RefreshRequest>();
  call.check_input();
  const Services& services = call.services;
  const store::Rotation rotation{.at = services.clock.now(),
                                 .next_seed = security::make_secret_bytes(services.random),
                                 .access_token_id = services.ids.next()};
  const store::TokenHash shown = security::sha256(given.refresh_token);
  std::optional<store::Refreshed> refreshed;
  if (services.store.snapshot().knows_refresh_token(shown)) {
    const store::TokenHash next =
        security::sha256(security::next_refresh_token(given.refresh_token, rotation.next_seed));
    refreshed = services.store.change([&](store::Changes& changes) {
      return changes.refresh_session(shown, next, rotation,
                                     rotation.at + services.refresh_token_ttl, spent_token_grace);
    });
  }
  if (!refreshed) {
    services.throttle.count_failed_refresh(std::string(call.request.client_address));
    // No warning: it may have been a good one that has expired.
    call.request.log_failure(support::LogLevel::info, "failed refresh");
    throw unauthorized("Invalid refresh token");
  }
  const store::Rotation& kept = refreshed->rotation;
  const TokenResponse session = make_token_response(
      services, refreshed->user, refreshed->session_id,
      {.issued_at = kept.at,
       .access_token_id = kept.access_token_id,
       .refresh_token = security::next_refresh_token(given.refresh_token, kept.next_seed)});
  return {.body = to_json(session)};
}

Response log_out(Call& call) {
  try {
    call.services.store.change(
        [&](store::Changes& changes) { changes.end_session(call.caller.id, call.grant.id); });
  } catch (const store::SessionNotFound&) {
    // It has ended meanwhile, which is what the client wants.
  }
  return {.status = 204};
}

Response list_sessions(Call& call) {
  const auto wanted = call.query<SessionListParameters>();
  call.check_input();
  const store::SessionPage page = call.snapshot().list_sessions(
      call.caller.id, call.services.clock.now(), wanted.limit, wanted.offset);
  SessionList list{
      .sessions = {}, .total = page.total, .limit = wanted.limit, .offset = wanted.offset};
  for (const store::Session& session : page.sessions) {
    list.sessions.push_back({.id = session.id,
                             .created_at = session.created_at,
                             .last_used_at = session.last_used_at,
                             .user_agent = session.user_agent,
                             .current = session.id == call.grant.id});
  }
  return {.body = to_json(list)};
}

Response end_session(Call& call) {
  const support::Uuid id = call.id_parameter("session_id");
  call.check_input();
  call.services.store.change(
      [&](store::Changes& changes) { changes.end_session(call.caller.id, id); });
  return {.status = 204};
}

Response end_other_sessions(Call& call) {
  call.services.store.change(
      [&](store::Changes& changes) { changes.end_sessions(call.caller.id, call.grant.id); });
  return {.status = 204};
}

}  // namespace taskdock::api
