#include "cli/commands/serve_options.h"

#include <algorithm>

#include "api/account_types.h"
#include "cli/failure.h"
#include "cli/values.h"
#include "security/token.h"

namespace taskdock::cli {

namespace {

// The usual ports of development servers (Create React App and Next.js, Vite, Tauri, Angular, Vue),
// and what pages of a packaged Tauri application send.
constexpr const char* default_cors_origins =
    "http://localhost:3000,http://127.0.0.1:3000,http://localhost:5173,http://127.0.0.1:5173,"
    "http://localhost:1420,http://127.0.0.1:1420,http://localhost:4200,http://127.0.0.1:4200,"
    "http://localhost:8080,http://127.0.0.1:8080,"
    "tauri://localhost,http://tauri.localhost,https://tauri.localhost";

constexpr std::int64_t max_days = 36'500;
constexpr std::int64_t max_ttl = std::int64_t{10} * 365 * 24 * 60 * 60;

const Words<api::Signup> signup_words = {
    {"open", api::Signup::open}, {"closed", api::Signup::closed}, {"first", api::Signup::first}};
const Words<Announcements::Form> ready_words = {{"text", Announcements::Form::text},
                                                {"json", Announcements::Form::json}};
const Words<bool> on_off = {{"on", true}, {"off", false}};

OptionList::Read read_seconds(std::chrono::seconds& seconds) {
  return [&seconds](const Given& given) {
    seconds = std::chrono::seconds(read_whole(given.text, 1, max_ttl));
  };
}

OptionList::Read read_into(security::Allowance& allowance) {
  return [&allowance](const Given& given) { allowance = read_allowance(given.text); };
}

OptionList::Read read_into(std::size_t& number, std::int64_t max) {
  return [&number, max](const Given& given) {
    number = static_cast<std::size_t>(read_whole(given.text, 1, max));
  };
}

OptionList::Read read_into(std::optional<std::int64_t>& limit) {
  return [&limit](const Given& given) { limit = read_limit(given.text); };
}

}  // namespace

ServeOptions::ServeOptions() : cors_origins(read_origins(default_cors_origins)) {}

void ServeOptions::declare(OptionList& list) {
  declare_network(list);
  declare_parent(list);
  declare_accounts(list);
  declare_secrets(list);
  declare_limits(list);
}

void ServeOptions::declare_network(OptionList& list) {
  list.add("--host", "ADDRESS", short_form_.host,
           "The numeric IP address to listen on, or localhost", [this](const Given& given) {
             short_form_.host = read_address(given.text);
             short_form_source_ = given.source;
           });
  list.add("--port", "NUMBER", std::to_string(short_form_.port),
           "The port to listen on; 0 chooses a free one", [this](const Given& given) {
             short_form_.port = static_cast<int>(read_whole(given.text, 0, 65535));
             short_form_source_ = given.source;
           });
  list.add_repeatable(
      "--listen", "WHERE", "none",
      "Where to listen, in place of --host and --port: http://HOST:PORT, or unix:PATH for a Unix "
      "socket; several are separated by commas, or the option is given several times",
      [this](const Given& given) {
        for (system::Endpoint& endpoint : read_endpoints(given.text)) {
          listed_.push_back(std::move(endpoint));
        }
        listed_source_ = given.source;
      });
  data.declare(list);
  log.declare(list);
  list.add("--cors-origins", "ORIGINS", default_cors_origins,
           "Origins whose pages may call the API, separated by commas, or none",
           [this](const Given& given) {
             cors_origins = read_origins(given.text);
             cors_source_ = given.source;
           });
  list.add(
      "--allowed-hosts", "HOSTS", "none",
      "Hosts to accept besides the server's own, separated by commas, each with a port or for any "
      "port. On a loopback address only localhost and loopback addresses are accepted without "
      "this option, on any other address every host",
      [this](const Given& given) { allowed_hosts = read_hosts(given.text); });
  list.add("--web", "DIR", "none",
           "A directory of static files, such as a built frontend, to serve at /",
           [this](const Given& given) {
             web = read_directory(given.text);
             web_source_ = given.source;
           });
  list.add("--trusted-proxies", "PROXIES", "none",
           "Reverse proxies whose X-Forwarded-For, Forwarded, X-Forwarded-Proto and "
           "X-Forwarded-Prefix count: addresses, networks such as 10.0.0.0/8, or unix for all that "
           "come over a Unix socket, separated by commas",
           [this](const Given& given) { trusted_proxies = read_trusted_proxies(given.text); });
}

std::vector<system::Endpoint> ServeOptions::endpoints() const {
  return listed_.empty() ? std::vector{short_form_} : listed_;
}

void ServeOptions::declare_parent(OptionList& list) {
  list.add("--ready", "FORM", "text",
           "How standard output tells that the server is ready: text (one line for people) or json "
           "(one line of JSON for each event: ready, stopping, error, already-running)",
           [this](const Given& given) { ready = read_word(given.text, ready_words); });
  exit_on.declare(list);
}

void ServeOptions::declare_accounts(OptionList& list) {
  list.add("--access-token-ttl", "SECONDS", std::to_string(access_token_ttl.count()),
           "How long an access token is valid", read_seconds(access_token_ttl));
  list.add("--refresh-token-ttl", "SECONDS", std::to_string(refresh_token_ttl.count()),
           "How long a refresh token is valid, and a session that is not refreshed",
           read_seconds(refresh_token_ttl));
  list.add("--signup", "WHO", "open",
           "Who may sign up: open (everyone), closed (no one) or first (until there is one user)",
           [this](const Given& given) { signup = read_word(given.text, signup_words); });
  list.add("--throttle", "on|off", "on",
           "Whether to limit how fast passwords can be guessed and accounts be created",
           [this](const Given& given) { throttles = read_word(given.text, on_off); });
  list.add(
      "--throttle-account", "COUNT/SECONDS", to_text(throttle_limits.failures_per_account),
      "Failed log-ins per account and network: COUNT at once, then one more every SECONDS; from "
      "all networks together ten times as many; the same for wrong current passwords",
      read_into(throttle_limits.failures_per_account));
  list.add("--throttle-address", "COUNT/SECONDS", to_text(throttle_limits.failures_per_address),
           "Failed attempts per network; log-ins, current passwords and refreshes are counted "
           "separately",
           read_into(throttle_limits.failures_per_address));
  list.add("--throttle-signup", "COUNT/SECONDS", to_text(throttle_limits.signups_per_address),
           "Sign-ups and changes of an email per network",
           read_into(throttle_limits.signups_per_address));
  password_denylist.declare(list);
}

void ServeOptions::declare_secrets(OptionList& list) {
  list.add(
      "--launch-token-file", "FILE", "none",
      "Where the launch token is, instead of TASKDOCK_LAUNCH_TOKEN: the first line of FILE, or, "
      "as fd:N, of the open file descriptor N",
      [this](const Given& given) { set_launch_token(read_secret_line(given.text)); });
  list.add("--local-user", "NAME", "no local user",
           "Lets the launch token log in one user, who has no password and is called NAME to begin "
           "with; for a server that serves one person",
           [this](const Given& given) {
             local_user = read_by_rule(given.text, api::user_name, "name");
             local_user_source_ = given.source;
           });
  list.add_variable_only(
      "TASKDOCK_SECRET",
      "at least 32 bytes that sign the access tokens. It is read from the\nenvironment only; "
      "without it, a key is created once and kept in the data directory.",
      [this](const Given& given) {
        // An empty one is refused like any other that is too short: it was meant to be something.
        if (given.text.size() < security::min_key_bytes) {
          throw WrongValue("the secret has " + std::to_string(given.text.size()) +
                           " bytes; it must have at least " +
                           std::to_string(security::min_key_bytes));
        }
        secret = given.text;
      });
  list.add_variable_only(
      "TASKDOCK_LAUNCH_TOKEN",
      "32 to 128 characters of A-Z, a-z, 0-9, - and _ that every\nrequest but GET /health must "
      "have in the header X-Taskdock-Launch.",
      [this](const Given& given) { set_launch_token(given.text); });
}

void ServeOptions::set_launch_token(const std::string& text) {
  if (launch_token) {
    throw WrongValue(
        "there is a second launch token; give either TASKDOCK_LAUNCH_TOKEN or "
        "--launch-token-file");
  }
  if (!security::LaunchToken::is_valid(text)) {
    // Without the text: the message may be logged.
    throw WrongValue("the launch token is not 32 to 128 characters of A-Z, a-z, 0-9, - and _");
  }
  launch_token.emplace(text);
}

void ServeOptions::check() const {
  if (!listed_.empty() && !short_form_source_.empty()) {
    throw WrongValue(listed_source_ + " and " + short_form_source_ +
                     " cannot both be given; write --listen http://HOST:PORT for each address");
  }
  if (!launch_token && std::ranges::count(cors_origins, "null") > 0) {
    throw WrongValue(cors_source_ +
                     ": many different pages have the origin null, so it is allowed only with a "
                     "launch token (TASKDOCK_LAUNCH_TOKEN)");
  }
  if (!launch_token && local_user) {
    throw WrongValue(local_user_source_ +
                     ": a launch token is what logs the local user in; give one with "
                     "TASKDOCK_LAUNCH_TOKEN");
  }
  if (!backup_period && !kept_backups_source_.empty()) {
    throw WrongValue(kept_backups_source_ + " needs --every, such as --every 24h");
  }
  log.check(data.path());
  if (web && is_within(data.path(), *web)) {
    throw WrongValue(web_source_ + ": the data directory " + data.path().string() + " is within " +
                     web->string() + ", and everybody could read it; keep them apart");
  }
}

void ServeOptions::declare_limits(OptionList& list) {
  list.add(
      "--max-connections", "NUMBER", std::to_string(max_connections),
      "Connections at once; beyond it the one that has been idle longest is closed, or the answer "
      "is 503",
      read_into(max_connections, 65536));
  list.add("--max-streams", "NUMBER", std::to_string(max_streams),
           "Streams of events at once (GET /api/events), which do not count as connections; beyond "
           "it the answer is 503",
           read_into(max_streams, 65536));
  list.add("--max-body-memory", "MIB", std::to_string(max_body_memory_mib),
           "Memory for the bodies of all requests and answers in progress, in MiB; beyond it the "
           "answer is 503",
           read_into(max_body_memory_mib, 1024 * 1024));
  list.add("--max-users", "NUMBER", "none",
           "Sign-up is refused when there are this many users; none means no limit",
           read_into(max_users));
  list.add("--max-tasks-per-user", "NUMBER", "none",
           "How many tasks a user may have, and as many in the trash; none means no limit",
           read_into(max_tasks_per_user));
  list.add("--trash-days", "DAYS", std::to_string(trash_period.count()),
           "How long a deleted task can be restored; 0 removes it at once",
           [this](const Given& given) {
             trash_period = std::chrono::days(read_whole(given.text, 0, max_days));
           });
  list.add(
      "--tombstone-days", "DAYS", std::to_string(tombstone_period.count()),
      "How long it is known that a task was deleted; who has not synced for longer begins again",
      [this](const Given& given) {
        tombstone_period = std::chrono::days(read_whole(given.text, 1, max_days));
      });
  declare_backups(list);
  list.add(
      "--metrics", "on|off", "off",
      "Whether GET /metrics tells, to whoever asks, how the server does, in Prometheus' format",
      [this](const Given& given) { metrics = read_word(given.text, on_off); });
}

void ServeOptions::declare_backups(OptionList& list) {
  list.add("--every", "PERIOD", "none",
           "How often to make a backup into backups/ in the data directory, such as 30m, 24h or "
           "7d; none makes none",
           [this](const Given& given) {
             backup_period.reset();
             if (given.text != "none") backup_period = read_duration(given.text);
           });
  list.add("--keep", "NUMBER", std::to_string(kept_backups),
           "How many of the backups that --every makes are kept; older ones are removed",
           [this](const Given& given) {
             constexpr std::int64_t max_kept = 10'000;
             kept_backups = static_cast<std::size_t>(read_whole(given.text, 1, max_kept));
             kept_backups_source_ = given.source;
           });
}

}  // namespace taskdock::cli
