#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/schema.h"
#include "store/types.h"

/// The requests and responses about accounts.
namespace taskdock::api {

inline constexpr Text user_name{.min = 1, .max = 100, .trimmed = true};

struct SignupRequest {
  std::string email;
  std::string password;
  std::optional<std::string> name;
};

template <>
inline constexpr auto schema<SignupRequest> = object(
    "SignupRequest",
    member("email", &SignupRequest::email, Email{}, "Kept and compared in lower case",
           R"("ann@example.com")"),
    member("password", &SignupRequest::password, Text{.min = 8, .max = 128, .password = true},
           "Kept only as an Argon2id hash", R"("correct horse")"),
    member("name", &SignupRequest::name, user_name,
           "What to call the user, 1 to 100 characters after trimming; without one, the part of "
           "the email before the @",
           R"("Ann")"));

/// Any password may be tried: what a new one must be like is not told here.
struct LoginRequest {
  std::string email;
  std::string password;
};

template <>
inline constexpr auto schema<LoginRequest> =
    object("LoginRequest",
           member("email", &LoginRequest::email, Email{}, "In any case", R"("ann@example.com")"),
           member("password", &LoginRequest::password, Text{.password = true},
                  "The user's password", R"("correct horse")"));

template <>
inline constexpr auto schema<store::User> =
    object("User",
           member("id", &store::User::id, Id{}, "Stands in the paths of the user's tasks",
                  R"("019b92c4-3c2d-7b1a-9f0e-1d2c3b4a5f6e")"),
           member("email", &store::User::email, Email{}, "In lower case", R"("ann@example.com")"),
           member("name", &store::User::name, user_name, "What to call the user", R"("Ann")"),
           member("created_at", &store::User::created_at, Moment{}, "When the user signed up",
                  R"("2026-01-06T10:30:00.123456Z")"));

struct Session {
  std::string access_token;
  std::string token_type = "bearer";
  std::int64_t expires_in = 0;
  store::User user;
};

template <>
inline constexpr auto schema<Session> =
    object("Session",
           member("access_token", &Session::access_token, Text{},
                  "A JSON Web Token, for the Authorization header", R"("eyJhbGciOi...")"),
           member("token_type", &Session::token_type, Text{}, "Always bearer", R"("bearer")"),
           member("expires_in", &Session::expires_in, Whole{.min = 1},
                  "Seconds the token is good for", "1800"),
           member("user", &Session::user, Nested{}, "Who is logged in"));

/// A session whose user stands at the top level too, where published clients read it after a
/// signup.
struct SignupSession : Session, store::User {};

template <>
inline constexpr auto schema<SignupSession> = joined("SignupSession", schema<Session>,
                                                     schema<store::User>);

}  // namespace taskdock::api
