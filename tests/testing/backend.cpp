#include "testing/backend.h"

#include <sstream>

namespace taskdock::testing {

namespace {

security::PasswordPolicy make_policy(const std::string& denied_passwords) {
  std::istringstream lines(denied_passwords);
  return security::PasswordPolicy(lines);
}

http::ServerOptions on_any_port(const std::optional<http::Deadlines>& deadlines) {
  http::ServerOptions options{
      .host = "127.0.0.1", .port = 0, .max_connections = 128, .cors_origins = {}};
  if (deadlines) options.deadlines = *deadlines;
  return options;
}

}  // namespace

Backend::Backend(const Options& options)
    : policy_(make_policy(options.denied_passwords)),
      store(file, {.readers = 4, .limits = options.store_limits}),
      throttle(clock, options.limits, std::chrono::minutes(1)),
      application({.store = store,
                   .passwords = passwords,
                   .tokens = tokens,
                   .clock = clock,
                   .ids = ids,
                   .random = random,
                   .throttle = throttle,
                   .password_policy = policy_,
                   .access_token_ttl = std::chrono::seconds(1800),
                   .refresh_token_ttl = options.refresh_token_ttl,
                   .signup = options.signup,
                   .version = "1.2.3",
                   .launch_token = options.launch_token,
                   .local_user = options.local_user}) {}

LocalServer::LocalServer(const Backend::Options& options,
                         const std::optional<http::Deadlines>& deadlines)
    : backend(options),
      server_(backend.application, backend.clock, backend.random, on_any_port(deadlines)),
      port(server_.bind()),
      thread_([this] { server_.run(); }) {}

LocalServer::~LocalServer() {
  server_.stop();
  thread_.join();
}

}  // namespace taskdock::testing
