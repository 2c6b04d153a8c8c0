#include "cli/serve.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "api/application.h"
#include "cli/build_info.h"
#include "cli/data_directory.h"
#include "cli/startup.h"
#include "http/server.h"
#include "security/password.h"
#include "security/signing_key.h"
#include "support/log.h"
#include "support/random.h"

namespace taskdock::cli {

namespace {

using support::log;
using support::LogLevel;

// Four of them answer 500,000 look-ups a second; each costs memory.
constexpr std::size_t readers = 8;

/// The signals that ask the server to stop, blocked in this thread and in all it starts, so that
/// one thread waits for them and nobody is interrupted.
class StopSignals {
 public:
  StopSignals() {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGINT);
    ::sigaddset(&signals_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  void wait() const {
    int signal = 0;
    ::sigwait(&signals_, &signal);
  }

 private:
  sigset_t signals_;
};

/// How many of `wanted` connections the limit on open files allows, with some left for the rest.
std::size_t affordable_connections(std::size_t wanted) {
  constexpr std::size_t other_files = 64;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted + other_files) {
    return wanted;
  }
  const std::size_t affordable =
      files.rlim_cur > 2 * other_files ? files.rlim_cur - other_files : files.rlim_cur / 2;
  log(LogLevel::warning, "the limit on open files allows no more than " +
                             std::to_string(affordable) + " connections at once");
  return affordable;
}

void prepare_process() {
  keep_files_private();
  // A block of this size is given back to the system when it is freed. By itself the C library
  // stops doing so after the first large block, and the 19 MiB of every hash would stay with us.
  ::mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
  // Every connection is a file; the soft limit is often 1024 and ours to raise.
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
}

security::TokenSigner make_signer(const Options& options, const DataDirectory& directory,
                                  support::RandomSource& random) {
  if (options.secret) {
    return security::TokenSigner({options.secret->begin(), options.secret->end()});
  }
  return security::TokenSigner(security::load_or_create_signing_key(directory.key_file(), random));
}

std::string address(const Options& options, int port) {
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  return (is_ipv6 ? '[' + options.host + ']' : options.host) + ':' + std::to_string(port);
}

int bind(http::Server& server, const Options& options) {
  try {
    return server.bind();
  } catch (const std::system_error& error) {
    throw std::runtime_error("cannot listen on " + address(options, options.port) + ": " +
                             error.code().message() +
                             "; choose another --port or --host, or stop what uses it");
  }
}

}  // namespace

int serve(const Options& options) {
  prepare_process();
  const StopSignals stop_signals;
  support::start_log(options.log_level);

  const DataDirectory directory(options.data_directory);
  const support::SystemClock clock;
  support::SystemRandom random;
  const security::TokenSigner tokens = make_signer(options, directory, random);
  security::PasswordHasher passwords(random, std::max(1U, std::thread::hardware_concurrency() / 2));
  support::UuidGenerator ids(clock, random);
  security::Throttle throttle(clock, options.throttle);
  const security::PasswordPolicy password_policy = load_password_policy(options.password_denylist);
  const std::unique_ptr<store::Store> store =
      open_store(directory.database_file(), {.readers = readers});
  start_ids(ids, *store);
  const api::Application application({.store = *store,
                                      .passwords = passwords,
                                      .tokens = tokens,
                                      .clock = clock,
                                      .ids = ids,
                                      .random = random,
                                      .throttle = throttle,
                                      .password_policy = password_policy,
                                      .access_token_ttl = options.access_token_ttl,
                                      .refresh_token_ttl = options.refresh_token_ttl,
                                      .signup = options.signup,
                                      .version = version()});
  http::Server server(application, clock, random,
                      {.host = options.host,
                       .port = options.port,
                       .max_connections = affordable_connections(options.max_connections),
                       .cors_origins = options.cors_origins});
  const int port = bind(server, options);

  // Programs that start this one read the line to learn the port: it is all they get here.
  std::printf("listening on http://%s\n", address(options, port).c_str());
  std::fflush(stdout);
  log(LogLevel::info, "taskdock " + std::string(version()) + " serves " +
                          directory.database_file().string() + " on " + address(options, port));

  bool stopped_as_asked = true;
  std::thread listener([&] {
    stopped_as_asked = server.run();
    if (!stopped_as_asked) ::kill(::getpid(), SIGTERM);
  });
  stop_signals.wait();
  log(LogLevel::info, "stopping: no new connections; requests in flight are finished");
  server.stop();
  listener.join();
  if (!stopped_as_asked) log(LogLevel::error, "the system accepts no more connections");
  return stopped_as_asked ? 0 : 1;
}

}  // namespace taskdock::cli
