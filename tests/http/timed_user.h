#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "testing/account.h"
#include "testing/backend.h"

namespace taskdock::testing {

/// A user of a server whose time the test owns.
struct TimedUser {
  LocalServer server;
  Client client{server.port};
  nlohmann::json user = sign_up(client);
  std::string user_id = user["user"]["id"];

  /// The access token may expire meanwhile, so that the user logs in again.
  void pass(std::chrono::microseconds time) {
    server.backend.clock.advance(time);
    log_in(client);
  }
};

}  // namespace taskdock::testing
