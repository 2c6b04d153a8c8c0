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

/// The answer to a log-in: an access token, and a refresh token to get the next one with.
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
                  "Seconds until the access token expires", "1800"),
           member("refresh_token", &TokenResponse::refresh_token, Text{},
                  "For one use at /api/auth/refresh, which returns the next one", R"("q83vEj...")"),
           member("refresh_expires_in", &TokenResponse::refresh_expires_in, Integer{.min = 1},
                  "Seconds until the refresh token and its session expire", "2592000"),
           member("user", &TokenResponse::user, Nested{}, "The user who is logged in"));

/// A session whose user stands at the top level too, where published clients read it after a
/// signup.
struct SignupResponse : TokenResponse, store::User {};

template <>
inline constexpr auto schema<SignupResponse> = object("SignupResponse",
                                                      schema<TokenResponse>.members,
                                                      schema<store::User>.members);

struct RefreshRequest {
  std::string refresh_token;
};

template <>
inline constexpr auto schema<RefreshRequest> = object(
    "RefreshRequest",
    member("refresh_token", &RefreshRequest::refresh_token, Text{},
           "The latest refresh token; if it is used again ten seconds after its first use, or "
           "later, the session ends",
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
inline constexpr auto schema<SessionEntry> = object(
    "SessionEntry",
    member("id", &SessionEntry::id, Id{}, "A UUID of version 7: ids sort by creation",
           R"("019b92c4-3c2e-7a10-8b6d-0f1e2d3c4b5a")"),
    member("created_at", &SessionEntry::created_at, Instant{}, "When the user logged in",
           R"("2026-01-06T10:30:00.123456Z")"),
    member("last_used_at", &SessionEntry::last_used_at, Instant{},
           "When the session was last used, to the minute", R"("2026-01-06T11:15:30.123456Z")"),
    member("user_agent", &SessionEntry::user_agent, Text{},
           "The User-Agent header of the log-in; null if there was none", R"("Mozilla/5.0")"),
    member("current", &SessionEntry::current, Boolean{},
           "Whether this request belongs to the session", "true"));

/// Which sessions to list.
struct SessionListParameters {
  std::int64_t limit = default_page_size;
  std::int64_t offset = 0;
};

template <>
inline constexpr auto schema<SessionListParameters> =
    object("SessionListParameters",
           member("limit", &SessionListParameters::limit, page_size,
                  "The maximum number of sessions in the page"),
           member("offset", &SessionListParameters::offset, count, "How many sessions to skip"));

struct SessionList {
  std::vector<SessionEntry> sessions;
  std::int64_t total = 0;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
};

template <>
inline constexpr auto schema<SessionList> = object(
    "SessionList",
    member("sessions", &SessionList::sessions, ListOfNested{}, "The page, newest session first"),
    member("total", &SessionList::total, count,
           "How many sessions there are, on all pages together", "1"),
    member("limit", &SessionList::limit, page_size, "The limit of the request", "20"),
    member("offset", &SessionList::offset, count, "The offset of the request", "0"));

}  // namespace taskdock::api
