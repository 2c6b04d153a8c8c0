#pragma once

#include <filesystem>
#include <istream>
#include <memory>
#include <thread>

#include "api/application.h"
#include "api/event_hub.h"
#include "api/event_tickets.h"
#include "http/server.h"
#include "testing/fakes.h"
#include "testing/temporary_directory.h"

namespace taskdock::testing {

/// The whole application in this process, without a socket, with the time in the test's hands.
class Backend {
 public:
  struct Options {
    std::optional<security::Throttle::Limits> limits = security::Throttle::Limits{};
    api::Signup signup = api::Signup::open;
    std::chrono::seconds refresh_token_ttl = std::chrono::hours(30 * 24);
    std::chrono::days trash_period{30};
    std::string denied_passwords = {};  // one a line
    std::size_t readers = 4;
    store::Limits store_limits = {};
    api::EventHub::Options events = {};
    std::optional<security::LaunchToken> launch_token = {};
    std::optional<std::string> local_user = {};
  };

  Backend() : Backend(Options{}) {}
  explicit Backend(const Options& options);

 private:
  TemporaryDirectory directory_;
  security::PasswordPolicy policy_;

 public:
  const std::filesystem::path file = directory_.path() / "taskdock.db";
  support::SystemRandom random;
  FakeClock clock;
  store::Store store;
  security::PasswordHasher passwords{random, 2};
  security::TokenSigner tokens{std::vector<std::uint8_t>(32, 7)};
  security::Throttle throttle;
  support::UuidGenerator ids{clock, random};
  api::EventHub events;
  api::EventTickets event_tickets{clock, random};
  const api::Application application;
};

/// A Backend behind a real socket.
class LocalServer {
 public:
  LocalServer() : LocalServer(Backend::Options{}) {}
  explicit LocalServer(const Backend::Options& options,
                       const std::optional<http::Deadlines>& deadlines = std::nullopt,
                       std::size_t max_connections = 128);
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;
  ~LocalServer();

  Backend backend;

 private:
  http::Server server_;

 public:
  const int port;

 private:
  std::thread thread_;
};

}  // namespace taskdock::testing
