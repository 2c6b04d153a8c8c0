#include <algorithm>
#include <optional>
#include <string>
#include <thread>

#include "api/application.h"
#include "api/event_hub.h"
#include "api/event_tickets.h"
#include "api/traffic.h"
#include "cli/backup_schedule.h"
#include "cli/build_info.h"
#include "cli/command.h"
#include "cli/commands/serve_options.h"
#include "cli/data_directory.h"
#include "cli/directory_lock.h"
#include "cli/listeners.h"
#include "cli/pruner.h"
#include "cli/server_file.h"
#include "cli/service_notifier.h"
#include "cli/startup.h"
#include "cli/stop_watch.h"
#include "cli/suggestion.h"
#include "http/server.h"
#include "security/password.h"
#include "security/signing_key.h"
#include "site/directory_site.h"
#include "support/log.h"
#include "support/random.h"
#include "system/process_setup.h"
#include "system/service_manager.h"

namespace taskdock::cli {

namespace {

using support::log;
using support::LogLevel;

// Four of them answer 500,000 look-ups a second; each costs memory.
constexpr std::size_t readers = 8;

// The database with its readers has about twenty files open, and connections need some.
constexpr std::size_t min_open_files = 64;

/// Returns how many files may be open at once. Throws Failure where the server could accept
/// connections, but not serve them.
std::size_t prepare_process() {
  system::keep_files_private();
  system::survive_lost_readers();
  // Otherwise the 19 MiB of every password hash would stay with us.
  system::give_large_blocks_back(1024 * 1024);
  const std::size_t open_files = system::raise_limit_on_open_files();
  if (open_files >= min_open_files) return open_files;
  throw Failure(ExitStatus::failed, "the limit on open files is " + std::to_string(open_files) +
                                        ", and a server needs at least " +
                                        std::to_string(min_open_files) +
                                        "; raise it, for instance with ulimit -n 1024");
}

/// How many of `wanted` connections, streams among them, a limit of `open_files` allows, with some
/// left for the rest.
std::size_t affordable_connections(std::size_t wanted, std::size_t open_files) {
  constexpr std::size_t other_files = 64;
  if (open_files > wanted && open_files - wanted >= other_files) return wanted;
  const std::size_t affordable =
      open_files > 2 * other_files ? open_files - other_files : open_files / 2;
  log(LogLevel::warning, "the limit on open files allows no more than " +
                             std::to_string(affordable) + " connections at once");
  return affordable;
}

/// How many connections there may be at once, and, beside them, streams of events.
struct Places {
  std::size_t connections;
  std::size_t streams;
};

/// What `options` want, or as much of it as a limit of `open_files` allows.
Places affordable_places(const ServeOptions& options, std::size_t open_files) {
  const std::size_t wanted = options.max_connections + options.max_streams;
  const std::size_t affordable = affordable_connections(wanted, open_files);
  const std::size_t streams =
      affordable == wanted ? options.max_streams : std::min(options.max_streams, affordable / 3);
  return {std::min(options.max_connections, affordable - streams), streams};
}

security::TokenSigner make_signer(const ServeOptions& options, const DataDirectory& directory,
                                  support::RandomSource& random) {
  if (options.secret) {
    return security::TokenSigner({options.secret->begin(), options.secret->end()});
  }
  try {
    return security::TokenSigner(
        security::load_or_create_signing_key(directory.key_file(), random));
  } catch (const std::exception& error) {
    throw Failure(ExitStatus::failed, error.what(), failure_code::data_unusable);
  }
}

/// How long requests in progress have to finish. Whoever stops the server may wait for them. What
/// has ended with a parent was its own, and is to be gone within a second.
std::chrono::milliseconds patience_for(StopReason reason) {
  using std::chrono::milliseconds;
  const bool is_orphan = reason == StopReason::input || reason == StopReason::parent;
  return is_orphan ? milliseconds(500) : milliseconds(5000);
}

/// Serves until there is a reason to stop (StopWatch), then finishes what is in flight.
class Serve final : public Command {
 public:
  void declare(OptionList& list) override { options_.declare(list); }
  ExitStatus run() override;

 private:
  ExitStatus serve(http::Server& server, const DataDirectory& directory,
                   const support::Clock& clock, support::RandomSource& random,
                   const Announcements& announcements, StopWatch& stop_watch,
                   ServiceNotifier& notifier);

  ServeOptions options_;
};

ExitStatus Serve::run() {
  options_.check();
  const std::filesystem::path& data = options_.data.path();
  std::vector<system::Listener> listeners = take_inherited_listeners();
  const security::PasswordPolicy password_policy = options_.password_denylist.load();
  const std::size_t open_files = prepare_process();
  const system::ServiceManager service_manager;
  const Announcements announcements(options_.ready);
  auto watched = options_.exit_on.open();
  if (!watched) {
    announcements.stopping(StopReason::parent);
    options_.log.start();
    log(LogLevel::info, std::string("stopping (") + name_of(StopReason::parent) +
                            "): the process that started this one has ended already");
    return ExitStatus::done;
  }
  StopWatch stop_watch(*std::move(watched), announcements);
  options_.log.start();

  const DataDirectory directory(data);
  const ExclusiveLock lock(directory, "taskdock serve",
                           "stop it, or choose another directory with --data");
  const support::SystemClock clock;
  support::SystemRandom random;
  const security::TokenSigner tokens = make_signer(options_, directory, random);
  security::PasswordHasher passwords(
      random, security::PasswordHasher::max_at_once(std::thread::hardware_concurrency()));
  support::UuidGenerator ids(clock, random);
  security::Throttle throttle(
      clock, options_.throttles ? std::optional(options_.throttle_limits) : std::nullopt);
  const std::unique_ptr<store::Store> store = open_store(
      directory,
      {.readers = readers,
       .limits = {.users = options_.max_users, .tasks_per_user = options_.max_tasks_per_user}});
  with_database(directory.database_file(), [&] { start_ids(ids, *store); });
  std::optional<site::DirectorySite> site;
  if (options_.web) site.emplace(*options_.web);
  std::optional<api::Traffic> counts;
  if (options_.metrics) counts.emplace(clock.now());
  api::Traffic* const traffic = counts ? &*counts : nullptr;
  const Places places = affordable_places(options_, open_files);
  api::EventHub events(*store, clock, {.max_streams = places.streams});
  api::EventTickets event_tickets(clock, random);
  const api::Application application({.store = *store,
                                      .passwords = passwords,
                                      .tokens = tokens,
                                      .clock = clock,
                                      .ids = ids,
                                      .random = random,
                                      .throttle = throttle,
                                      .events = events,
                                      .event_tickets = event_tickets,
                                      .password_policy = password_policy,
                                      .access_token_ttl = options_.access_token_ttl,
                                      .refresh_token_ttl = options_.refresh_token_ttl,
                                      .trash_period = options_.trash_period,
                                      .signup = options_.signup,
                                      .version = version(),
                                      .launch_token = options_.launch_token,
                                      .local_user = options_.local_user,
                                      .site = site ? &*site : nullptr,
                                      .request_stop = [&stop_watch] { stop_watch.request(); },
                                      .traffic = traffic,
                                      .commit = commit()});
  if (listeners.empty()) listeners = listen_on(options_.endpoints());
  http::Server server(application, clock, random, std::move(listeners),
                      {.max_connections = places.connections,
                       .cors_origins = options_.cors_origins,
                       .allowed_hosts = options_.allowed_hosts,
                       .trusted_proxies = options_.trusted_proxies,
                       .max_body_memory = options_.max_body_memory_mib * 1024 * 1024,
                       .traffic = traffic});
  ServiceNotifier notifier(service_manager, [&store] { store->check(); });
  const Pruner pruner(*store, clock,
                      {.trash = options_.trash_period, .tombstones = options_.tombstone_period});
  ScheduledBackups backups(*store, directory, clock,
                           {.every = options_.backup_period.value_or(std::chrono::seconds(0)),
                            .keep = options_.kept_backups});
  std::optional<BackupSchedule> backup_schedule;
  if (options_.backup_period) backup_schedule.emplace(backups);
  return serve(server, directory, clock, random, announcements, stop_watch, notifier);
}

ExitStatus Serve::serve(http::Server& server, const DataDirectory& directory,
                        const support::Clock& clock, support::RandomSource& random,
                        const Announcements& announcements, StopWatch& stop_watch,
                        ServiceNotifier& notifier) {
  // From here on the end is orderly, and takes server.json along.
  const StopWatch::Call stop(stop_watch, [&server, &notifier](StopReason reason) {
    const std::chrono::milliseconds patience = patience_for(reason);
    log(LogLevel::info, std::string("stopping (") + name_of(reason) +
                            "): no new connections; requests in flight have " +
                            std::to_string(patience.count()) + " ms to finish");
    notifier.stopping();
    server.stop(patience);
  });
  const system::Endpoint& endpoint = main_endpoint(server.endpoints());
  const ServerInfo info = {.url = reachable_address_of(endpoint),
                           .port = endpoint.port,
                           .pid = static_cast<int>(system::process_id()),
                           .instance = support::UuidGenerator(clock, random).next().to_string(),
                           .version = version(),
                           .started_at = support::format_rfc3339(clock.now())};
  const ServerFile server_file(directory, info);
  std::vector<std::string> addresses;
  for (const system::Endpoint& each : server.endpoints()) addresses.push_back(address_of(each));
  announcements.ready(info, addresses);
  notifier.ready();
  log(LogLevel::info, "taskdock " + std::string(version()) + " serves " +
                          directory.database_file().string() + " on " + join(addresses));
  if (server.run()) return ExitStatus::done;
  throw Failure(ExitStatus::failed, "the system accepts no more connections");
}

}  // namespace

std::unique_ptr<Command> make_serve() {
  return std::make_unique<Serve>();
}

}  // namespace taskdock::cli
