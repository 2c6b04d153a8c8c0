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
inline constexpr auto schema<SignupRequest> =
    object("SignupRequest",
           member("email", &SignupRequest::email, Email{}, "Kept and compared in lower case"),
           member("password", &SignupRequest::password, Text{.min = 8, .max = 128, .secret = true},
                  "Kept only as an Argon2id hash"),
           member("name", &SignupRequest::name, user_name,
                  "What to call the user; without one, the part of the email before the @"));

/// Any password may be tried: what a new one must be like is not told here.
struct LoginRequest {
  std::string email;
  std::string password;
};

template <>
inline constexpr auto schema<LoginRequest> = object(
    "LoginRequest", member("email", &LoginRequest::email, Email{}, "In any case"),
    member("password", &LoginRequest::password, Text{.secret = true}, "The user's password"));

template <>
inline constexpr auto schema<store::User> =
    object("User", member("id", &store::User::id, Id{}, "Stands in the paths of the user's tasks"),
           member("email", &store::User::email, Email{}, "In lower case"),
           member("name", &store::User::name, user_name, "What to call the user"),
           member("created_at", &store::User::created_at, Moment{}, "When the user signed up"));

struct Session {
  std::string access_token;
  std::string token_type = "bearer";
  std::int64_t expires_in = 0;
  store::User user;
};

template <>
inline constexpr auto schema<Session> = object(
    "Session",
    member("access_token", &Session::access_token, Text{.secret = true},
           "A JSON Web Token, for the Authorization header"),
    member("token_type", &Session::token_type, Text{}, "Always bearer"),
    member("expires_in", &Session::expires_in, Whole{.min = 1}, "Seconds the token is good for"),
    member("user", &Session::user, Nested{}, "Who is logged in"));

/// A session whose user stands at the top level too, where published clients read it after a
/// signup.
struct SignupSession : Session, store::User {};

template <>
inline constexpr auto schema<SignupSession> = joined("SignupSession", schema<Session>,
                                                     schema<store::User>);

}  // namespace taskdock::api
