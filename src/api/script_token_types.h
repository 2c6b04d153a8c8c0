#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/schema.h"
#include "store/types.h"

/// The requests and responses about tokens for scripts.
namespace taskdock::api {

template <>
inline constexpr std::array<std::string_view, 2> words<store::TokenScope> = {"read", "write"};

inline constexpr Text script_token_name{.min = 1, .max = 100, .trimmed = true};

/// How long a token may be valid, in seconds: from a minute to ten years.
inline constexpr Integer script_token_lifetime{.min = 60, .max = std::int64_t{3650} * 24 * 60 * 60};

struct ScriptTokenRequest {
  std::string name;
  store::TokenScope scope;
  std::optional<std::int64_t> expires_in;
};

template <>
inline constexpr auto schema<ScriptTokenRequest> =
    object("ScriptTokenRequest",
           member("name", &ScriptTokenRequest::name, script_token_name, "What the token is for",
                  R"("Nightly report")"),
           member("scope", &ScriptTokenRequest::scope, Choice{},
                  "read: the token may only be used for GET and HEAD", R"("read")"),
           member("expires_in", &ScriptTokenRequest::expires_in, script_token_lifetime,
                  "Seconds until the token expires; if absent, it does not expire", "7776000"));

/// What every answer says of a token.
inline constexpr auto script_token_members = std::tuple(
    member("id", &store::ScriptToken::id, Id{}, "A UUID of version 7: ids sort by creation",
           R"("019b92c4-3c2e-7a10-8b6d-0f1e2d3c4b5a")"),
    member("name", &store::ScriptToken::name, script_token_name, "What the token is for",
           R"("Nightly report")"),
    member("scope", &store::ScriptToken::scope, Choice{},
           "read: the token may only be used for GET and HEAD", R"("read")"),
    member("created_at", &store::ScriptToken::created_at, Instant{}, "When the token was made",
           R"("2026-01-06T10:30:00.123456Z")"),
    member("expires_at", &store::ScriptToken::expires_at, Instant{},
           "When the token expires; null if it does not", R"("2026-04-06T10:30:00.123456Z")"));

template <>
inline constexpr auto schema<store::ScriptToken> =
    object("ScriptToken", script_token_members,
           member("last_used_at", &store::ScriptToken::last_used_at, Instant{},
                  "When the token was last used, to the minute; null if it was not used yet",
                  R"("2026-01-06T11:15:30.123456Z")"));

/// A new token, in the one answer that has it.
struct NewScriptToken : store::ScriptToken {
  std::string token;
};

template <>
inline constexpr auto schema<NewScriptToken> =
    object("NewScriptToken", script_token_members,
           member("token", &NewScriptToken::token, Text{},
                  "For the Authorization header; it is not shown again", R"("tdk_q83vEj...")"));

struct ScriptTokenList {
  std::vector<store::ScriptToken> tokens;
};

template <>
inline constexpr auto schema<ScriptTokenList> =
    object("ScriptTokenList", member("tokens", &ScriptTokenList::tokens, ListOfNested{},
                                     "All tokens of the user, newest first"));

}  // namespace taskdock::api
