#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "testing/client.h"

/// What tests of accounts begin with.
namespace taskdock::testing {

inline const std::string account_email = "ann@example.com";
inline const std::string account_password = "correct horse";

/// What a sign-up or a log-in sends.
inline nlohmann::json account(const std::string& email = account_email,
                              const std::string& password = account_password) {
  return {{"email", email}, {"password", password}};
}

/// Signs up or logs in, keeps the access token, and returns the whole session.
inline nlohmann::json begin_session(Client& client, const std::string& path, int status,
                                    const nlohmann::json& with) {
  client.token.clear();
  const Answer answer = client.post(path, with);
  CAPTURE(answer.body);
  REQUIRE(answer.status == status);
  nlohmann::json session = answer.json();
  client.token = session["access_token"];
  return session;
}

inline nlohmann::json sign_up(Client& client, const std::string& email = account_email) {
  return begin_session(client, "/api/auth/signup", 201, account(email));
}

inline nlohmann::json log_in(Client& client, const std::string& email = account_email,
                             const std::string& password = account_password) {
  return begin_session(client, "/api/auth/login", 200, account(email, password));
}

}  // namespace taskdock::testing
