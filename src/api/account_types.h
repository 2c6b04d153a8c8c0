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

/// A new password. The PasswordPolicy says what else it must not be.
inline constexpr Text new_password{.min = 8, .max = 128, .password = true};

/// A password to be checked. Any text is accepted: the rules for new passwords do not apply.
inline constexpr Text given_password{.password = true};

struct SignupRequest {
  std::string email;
  std::string password;
  std::optional<std::string> name;
};

template <>
inline constexpr auto schema<SignupRequest> = object(
    "SignupRequest",
    member("email", &SignupRequest::email, Email{}, "Stored and compared in lower case",
           R"("ann@example.com")"),
    member("password", &SignupRequest::password, new_password,
           "Stored only as an Argon2id hash; must not be the email", R"("correct horse")"),
    member("name", &SignupRequest::name, user_name_at_signup,
           "The user's name, 1 to 100 characters after trimming; if absent or blank, the part "
           "of the email before the @",
           R"("Ann")"));

struct LoginRequest {
  std::string email;
  std::string password;
};

template <>
inline constexpr auto schema<LoginRequest> = object("LoginRequest",
                                                    member("email", &LoginRequest::email, Email{},
                                                           "Upper and lower case are the same",
                                                           R"("ann@example.com")"),
                                                    member("password", &LoginRequest::password,
                                                           given_password, "The user's password",
                                                           R"("correct horse")"));

template <>
inline constexpr auto schema<store::User> =
    object("User",
           member("id", &store::User::id, Id{}, "The user_id in the paths of the user's tasks",
                  R"("019b92c4-3c2d-7b1a-9f0e-1d2c3b4a5f6e")"),
           member("email", &store::User::email, Email{}, "In lower case", R"("ann@example.com")"),
           member("name", &store::User::name, user_name, "The user's name", R"("Ann")"),
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
          member("name", &ProfileChange::name, user_name, "The user's name", R"("Ann B.")"),
          member("email", &ProfileChange::email, Email{},
                 "The new email; a change requires current_password", R"("ann.b@example.com")"),
          member("current_password", &ProfileChange::current_password, given_password,
                 "The user's password; required only to change the email, and only of a user who "
                 "has a password",
                 R"("correct horse")"));

struct PasswordChange {
  std::optional<std::string> current_password;
  std::string new_password;
};

template <>
inline constexpr auto schema<PasswordChange> =
    object("PasswordChange",
           member("current_password", &PasswordChange::current_password, given_password,
                  "The password so far; required of a user who has one", R"("correct horse")"),
           member("new_password", &PasswordChange::new_password, new_password,
                  "The new password; must not be the email", R"("correct horse battery")"));

struct AccountDeletion {
  std::optional<std::string> current_password;
};

template <>
inline constexpr auto schema<AccountDeletion> =
    object("AccountDeletion",
           member("current_password", &AccountDeletion::current_password, given_password,
                  "The user's password; required of a user who has one", R"("correct horse")"));

}  // namespace taskdock::api
