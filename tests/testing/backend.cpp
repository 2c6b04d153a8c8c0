#include "testing/backend.h"

#include <sstream>

#include "testing/any_port.h"

namespace taskdock::testing {

namespace {

security::PasswordPolicy make_policy(const std::string& denied_passwords) {
  std::istringstream lines(denied_passwords);
  return security::PasswordPolicy(lines);
}

http::ServerOptions options_with(const std::optional<http::Deadlines>& deadlines,
                                 std::size_t max_connections) {
  http::ServerOptions options{.max_connections = max_connections, .cors_origins = {}};
  if (deadlines) options.deadlines = *deadlines;
  return options;
}

}  // namespace

Backend::Backend(const Options& options)
    : policy_(make_policy(options.denied_passwords)),
      store(file, {.readers = options.readers, .limits = options.store_limits}),
      throttle(clock, options.limits, std::chrono::minutes(1)),
      events(store, clock, options.events),
      application({.store = store,
                   .passwords = passwords,
                   .tokens = tokens,
                   .clock = clock,
                   .ids = ids,
                   .random = random,
                   .throttle = throttle,
                   .events = events,
                   .event_tickets = event_tickets,
                   .password_policy = policy_,
                   .access_token_ttl = std::chrono::seconds(1800),
                   .refresh_token_ttl = options.refresh_token_ttl,
                   .trash_period = options.trash_period,
                   .signup = options.signup,
                   .version = "1.2.3",
                   .launch_token = options.launch_token,
                   .local_user = options.local_user}) {}

LocalServer::LocalServer(const Backend::Options& options,
                         const std::optional<http::Deadlines>& deadlines,
                         std::size_t max_connections)
    : backend(options),
      server_(backend.application, backend.clock, backend.random, on_any_port(),
              options_with(deadlines, max_connections)),
      port(server_.endpoints().front().port),
      thread_([this] { server_.run(); }) {}

LocalServer::~LocalServer() {
  server_.stop();
  thread_.join();
}

}  // namespace taskdock::testing
