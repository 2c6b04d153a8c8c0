#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/schema.h"
#include "store/types.h"

/// The requests and responses about accounts.
namespace taskdock::api {

inline constexpr Text user_name{.min = 1, .max = 100, .trimmed = true};

/// The name at sign-up: published clients always send the member, blank where nobody wrote one.
inline constexpr Text user_name_at_signup{
    .min = 1, .max = 100, .trimmed = true, .blank_is_null = true};

/// A password to be. What else it must not be is the PasswordPolicy's business.
inline constexpr Text new_password{.min = 8, .max = 128, .password = true};

/// A password to be checked. Any may be tried: what a new one must be like is not told here.
inline constexpr Text given_password{.password = true};

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
    member("password", &SignupRequest::password, new_password,
           "Kept only as an Argon2id hash; not the email itself", R"("correct horse")"),
    member("name", &SignupRequest::name, user_name_at_signup,
           "What to call the user, 1 to 100 characters after trimming; without one, or with a "
           "blank one, the part of the email before the @",
           R"("Ann")"));

struct LoginRequest {
  std::string email;
  std::string password;
};

template <>
inline constexpr auto schema<LoginRequest> =
    object("LoginRequest",
           member("email", &LoginRequest::email, Email{}, "In any case", R"("ann@example.com")"),
           member("password", &LoginRequest::password, given_password, "The user's password",
                  R"("correct horse")"));

template <>
inline constexpr auto schema<store::User> =
    object("User",
           member("id", &store::User::id, Id{}, "Stands in the paths of the user's tasks",
                  R"("019b92c4-3c2d-7b1a-9f0e-1d2c3b4a5f6e")"),
           member("email", &store::User::email, Email{}, "In lower case", R"("ann@example.com")"),
           member("name", &store::User::name, user_name, "What to call the user", R"("Ann")"),
           member("created_at", &store::User::created_at, Instant{}, "When the user signed up",
                  R"("2026-01-06T10:30:00.123456Z")"));

/// What to change of the caller.
struct ProfileChange {
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> current_password;
};

template <>
inline constexpr auto schema<ProfileChange> =
    patch("ProfileChange",
          member("name", &ProfileChange::name, user_name, "What to call the user", R"("Ann B.")"),
          member("email", &ProfileChange::email, Email{},
                 "Where another one, it takes current_password", R"("ann.b@example.com")"),
          member("current_password", &ProfileChange::current_password, given_password,
                 "The user's password; only a change of the email needs it", R"("correct horse")"));

struct PasswordChange {
  std::string current_password;
  std::string new_password;
};

template <>
inline constexpr auto schema<PasswordChange> =
    object("PasswordChange",
           member("current_password", &PasswordChange::current_password, given_password,
                  "The password until now", R"("correct horse")"),
           member("new_password", &PasswordChange::new_password, new_password,
                  "The password from now on; not the email itself", R"("correct horse battery")"));

struct AccountDeletion {
  std::string current_password;
};

template <>
inline constexpr auto schema<AccountDeletion> =
    object("AccountDeletion", member("current_password", &AccountDeletion::current_password,
                                     given_password, "The user's password", R"("correct horse")"));

}  // namespace taskdock::api
