#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/account_types.h"
#include "api/page.h"
#include "api/schema.h"
#include "store/types.h"

/// The requests and responses about sessions.
namespace taskdock::api {

/// What whoever logs in gets: an access token for a short time, and a refresh token for the next.
struct TokenResponse {
  std::string access_token;
  std::string token_type = "bearer";
  std::int64_t expires_in = 0;
  std::string refresh_token;
  std::int64_t refresh_expires_in = 0;
  store::User user;
};

template <>
inline constexpr auto schema<TokenResponse> =
    object("TokenResponse",
           member("access_token", &TokenResponse::access_token, Text{},
                  "A JSON Web Token, for the Authorization header", R"("eyJhbGciOi...")"),
           member("token_type", &TokenResponse::token_type, Text{}, "Always bearer", R"("bearer")"),
           member("expires_in", &TokenResponse::expires_in, Integer{.min = 1},
                  "Seconds the access token is good for", "1800"),
           member("refresh_token", &TokenResponse::refresh_token, Text{},
                  "Good for one use at /api/auth/refresh, which brings the next", R"("q83vEj...")"),
           member("refresh_expires_in", &TokenResponse::refresh_expires_in, Integer{.min = 1},
                  "Seconds the refresh token is good for, and with it the session", "2592000"),
           member("user", &TokenResponse::user, Nested{}, "Who is logged in"));

/// A session whose user stands at the top level too, where published clients read it after a
/// signup.
struct SignupResponse : TokenResponse, store::User {};

template <>
inline constexpr auto schema<SignupResponse> = joined("SignupResponse", schema<TokenResponse>,
                                                      schema<store::User>);

struct RefreshRequest {
  std::string refresh_token;
};

template <>
inline constexpr auto schema<RefreshRequest> = object(
    "RefreshRequest",
    member("refresh_token", &RefreshRequest::refresh_token, Text{},
           "The one that came last; shown again ten seconds after its use, or later, it ends "
           "the session",
           R"("q83vEj...")"));

/// A session as its user sees it in the list.
struct SessionEntry {
  support::Uuid id;
  support::Timestamp created_at;
  support::Timestamp last_used_at;
  std::optional<std::string> user_agent;
  bool current = false;
};

template <>
inline constexpr auto schema<SessionEntry> =
    object("SessionEntry",
           member("id", &SessionEntry::id, Id{}, "Sorts by creation",
                  R"("019b92c4-3c2e-7a10-8b6d-0f1e2d3c4b5a")"),
           member("created_at", &SessionEntry::created_at, Instant{}, "When the user logged in",
                  R"("2026-01-06T10:30:00.123456Z")"),
           member("last_used_at", &SessionEntry::last_used_at, Instant{},
                  "When it was last used, to the minute", R"("2026-01-06T11:15:30.123456Z")"),
           member("user_agent", &SessionEntry::user_agent, Text{},
                  "What the log-in's User-Agent header said; null when there was none",
                  R"("Mozilla/5.0")"),
           member("current", &SessionEntry::current, Boolean{},
                  "Whether this request belongs to it", "true"));

/// Which sessions to list.
struct SessionListParameters {
  std::int64_t limit = default_page_size;
  std::int64_t offset = 0;
};

template <>
inline constexpr auto schema<SessionListParameters> = object(
    "SessionListParameters",
    member("limit", &SessionListParameters::limit, page_size, "The most sessions to list", "20"),
    member("offset", &SessionListParameters::offset, count, "How many of the newest to pass over",
           "0"));

struct SessionList {
  std::vector<SessionEntry> sessions;
  std::int64_t total = 0;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
};

template <>
inline constexpr auto schema<SessionList> = object(
    "SessionList", member("sessions", &SessionList::sessions, ListOfNested{}, "Newest first"),
    member("total", &SessionList::total, count, "How many there are, whatever the page", "1"),
    member("limit", &SessionList::limit, page_size, "As asked for", "20"),
    member("offset", &SessionList::offset, count, "As asked for", "0"));

}  // namespace taskdock::api
