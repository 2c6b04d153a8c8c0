#include "cli/options.h"

#include <arpa/inet.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <map>
#include <string_view>

#include "cli/build_info.h"
#include "http/server.h"
#include "security/token.h"
#include "store/store.h"

namespace taskdock::cli {

namespace {

constexpr const char* default_cors_origins =
    "http://localhost:3000,http://127.0.0.1:3000,http://localhost:5173,http://127.0.0.1:5173,"
    "tauri://localhost,http://tauri.localhost,https://tauri.localhost";

constexpr std::int64_t longest_ttl = std::int64_t{10} * 365 * 24 * 60 * 60;

std::string version_text() {
  return std::string("taskdock ") + version() + " (" + commit() + ")\n" + store::engine_version() +
         "\ncpp-httplib " + http::http_library_version();
}

/// $XDG_DATA_HOME/taskdock, else ~/.local/share/taskdock (XDG Base Directory Specification, by
/// which a relative path counts as not set); empty if neither is known.
std::filesystem::path default_data_directory() {
  if (const char* data_home = std::getenv("XDG_DATA_HOME"); data_home && *data_home == '/') {
    return std::filesystem::path(data_home) / "taskdock";
  }
  if (const char* home = std::getenv("HOME"); home && *home) {
    return std::filesystem::path(home) / ".local/share/taskdock";
  }
  return {};
}

// Validators of CLI11: what is wrong with the text, or nothing. What one changes of the text is
// kept by transform(), not by check().

std::string check_host(std::string& text) {
  // Names are not looked up: a static executable cannot, and a server knows its own address.
  if (text == "localhost") text = "127.0.0.1";
  std::array<unsigned char, sizeof(in6_addr)> address;
  if (::inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
      ::inet_pton(AF_INET6, text.c_str(), address.data()) == 1) {
    return {};
  }
  return "'" + text + "' is not a numeric address, such as 127.0.0.1 or ::1";
}

std::string check_log_level(const std::string& text) {
  if (support::parse_log_level(text)) return {};
  return "'" + text + "' is not one of debug, info, warning, error, off";
}

/// A whole number from 1 to a million, in decimal; 0 for anything else.
std::int64_t parse_count(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc() && end == text.data() + text.size();
  return good && value >= 1 && value <= 1'000'000 ? value : 0;
}

/// An allowance from COUNT/SECONDS, or nothing.
std::optional<security::Allowance> parse_allowance(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::int64_t at_once = parse_count(text.substr(0, slash));
  const std::int64_t then_every = parse_count(text.substr(slash + 1));
  if (at_once == 0 || then_every == 0) return std::nullopt;
  return security::Allowance{at_once, std::chrono::seconds(then_every)};
}

std::string check_allowance(const std::string& text) {
  if (parse_allowance(text)) return {};
  return "'" + text + "' is not COUNT/SECONDS, such as 20/30";
}

std::string to_text(const security::Allowance& allowance) {
  return std::to_string(allowance.at_once) + '/' + std::to_string(allowance.then_every.count());
}

/// One of several words, each of which stands for a value.
template <class Value>
using Words = std::map<std::string, Value>;

const Words<api::Signup> signup_words = {
    {"open", api::Signup::open}, {"closed", api::Signup::closed}, {"first", api::Signup::first}};
const Words<bool> on_off = {{"on", true}, {"off", false}};

template <class Value>
CLI::Validator one_of(const Words<Value>& words) {
  return {[&words](const std::string& text) -> std::string {
            if (words.contains(text)) return {};
            std::string all;
            for (const auto& [word, value] : words) all += (all.empty() ? "" : ", ") + word;
            return "'" + text + "' is not one of " + all;
          },
          ""};
}

bool is_origin(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) return false;
  const std::string_view rest = text.substr(scheme_end + 3);
  return !rest.empty() && rest.find_first_of("/?#@ *\"\\") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// The parts of a comma-separated list without the spaces around them; "none" is the empty list.
std::vector<std::string> split_origins(const std::string& text) {
  std::vector<std::string> origins;
  if (text == "none") return origins;
  for (std::string origin : CLI::detail::split(text, ',')) {
    CLI::detail::trim(origin);
    if (!origin.empty()) origins.push_back(std::move(origin));
  }
  return origins;
}

std::string check_cors_origins(const std::string& text) {
  for (const std::string& origin : split_origins(text)) {
    if (!is_origin(origin)) {
      return "'" + origin + "' is not an origin, such as http://localhost:3000";
    }
  }
  return {};
}

/// Adds the option `flag`, which the environment variable named after it also sets. `value` is the
/// default, and gets what is asked for.
template <class Value>
CLI::Option* offer(CLI::App& app, const std::string& flag, Value& value, const std::string& what,
                   const std::string& shown_default, const std::string& description) {
  std::string variable = "TASKDOCK_";
  for (const char c : flag.substr(2))
    variable += c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return app.add_option(flag, value, description)
      ->envname(variable)
      ->option_text(what + " [" + shown_default + "] (" + variable + ")");
}

/// Adds a command to `parent`, behind which the options of `parent` may stand, too.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& description) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->fallthrough();
  command->footer(
      "It takes the options that taskdock --help lists; --data, --password-denylist and --log-level"
      " mean something to it.");
  return command;
}

void add_user_commands(CLI::App& app, Options& options) {
  CLI::App* user = add_command(app, "user", "List, add, change or delete users; no server may run");
  user->require_subcommand(1);
  const auto add = [&](const std::string& name, Command command, const std::string& description) {
    CLI::App* subcommand = add_command(*user, name, description);
    subcommand->callback([&options, command] { options.command = command; });
    return subcommand;
  };
  add("list", Command::list_users,
      "Print a line for each user: email, name, time of sign-up, number of tasks");
  CLI::App* add_user = add("add", Command::add_user,
                           "Add a user; the password is asked for, or read from standard input");
  CLI::App* passwd = add("passwd", Command::set_password,
                         "Set a password in the same way, and end all sessions of the user");
  CLI::App* delete_user =
      add("delete", Command::delete_user, "Delete a user, with all sessions and tasks");
  for (CLI::App* command : {add_user, passwd, delete_user}) {
    command->add_option("EMAIL", options.email, "The user's email")->required()->option_text(" ");
  }
  add_user->add_option("--name", options.name, "What to call the user")
      ->option_text("NAME [the part of the email before the @]");
}

}  // namespace

std::variant<Options, Exit> parse_options(int argc, char** argv) {
  Options options;
  options.data_directory = default_data_directory();
  std::string log_level = "info";
  std::string cors_origins = default_cors_origins;
  std::int64_t access_token_ttl = options.access_token_ttl.count();
  std::int64_t refresh_token_ttl = options.refresh_token_ttl.count();
  std::string signup = "open";
  std::string throttle = "on";
  security::Throttle::Limits limits;
  std::string account_limit = to_text(limits.failures_per_account);
  std::string address_limit = to_text(limits.failures_per_address);
  std::string signup_limit = to_text(limits.signups_per_address);

  CLI::App app("A task-management backend in one executable: accounts and tasks over HTTP.",
               "taskdock");
  app.footer(
      "Secrets are taken from the environment only: TASKDOCK_SECRET, at least 32 bytes, signs the\n"
      "access tokens; without it a key is made once and kept in the data directory.");
  app.set_version_flag("--version", version_text(), "Print the versions and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.require_subcommand(0, 1);
  add_command(app, "serve", "Serve the API; what taskdock does by itself");
  add_user_commands(app, options);

  offer(app, "--host", options.host, "ADDRESS", options.host, "The numeric address to listen on")
      ->transform(CLI::Validator(check_host, ""));
  offer(app, "--port", options.port, "NUMBER", std::to_string(options.port),
        "The port to listen on; 0 picks a free one")
      ->check(CLI::Range(0, 65535));
  offer(app, "--data", options.data_directory, "DIR", options.data_directory.string(),
        "The directory that holds the database and the key; made if need be");
  offer(app, "--log-level", log_level, "LEVEL", log_level,
        "What to log: debug, info, warning, error or off")
      ->check(CLI::Validator(check_log_level, ""));
  offer(app, "--access-token-ttl", access_token_ttl, "SECONDS", std::to_string(access_token_ttl),
        "How long an access token is good for")
      ->check(CLI::Range(std::int64_t{1}, longest_ttl));
  offer(app, "--refresh-token-ttl", refresh_token_ttl, "SECONDS", std::to_string(refresh_token_ttl),
        "How long a refresh token is good for, and with it a session that is not refreshed")
      ->check(CLI::Range(std::int64_t{1}, longest_ttl));
  offer(app, "--signup", signup, "WHO", signup,
        "Who may sign up: open (anybody), closed (nobody) or first (until there is one user)")
      ->check(one_of(signup_words));
  offer(app, "--throttle", throttle, "on|off", throttle,
        "Whether to slow down who guesses passwords or signs up in masses")
      ->check(one_of(on_off));
  offer(app, "--throttle-account", account_limit, "COUNT/SECONDS", account_limit,
        "Failed log-ins to one account from one address, COUNT at once, then one every so many"
        " SECONDS, and ten times as many from all; the same for wrong current passwords")
      ->check(CLI::Validator(check_allowance, ""));
  offer(app, "--throttle-address", address_limit, "COUNT/SECONDS", address_limit,
        "The same from one address; refreshes that fail count as well, each kind on its own")
      ->check(CLI::Validator(check_allowance, ""));
  offer(app, "--throttle-signup", signup_limit, "COUNT/SECONDS", signup_limit,
        "Sign-ups and changes of an email from one address")
      ->check(CLI::Validator(check_allowance, ""));
  offer(app, "--password-denylist", options.password_denylist, "FILE", "none",
        "A file of passwords, one a line, that nobody may choose");
  offer(app, "--cors-origins", cors_origins, "ORIGINS", cors_origins,
        "Origins whose pages may call the API, separated by commas, or none")
      ->check(CLI::Validator(check_cors_origins, ""));
  offer(app, "--max-connections", options.max_connections, "NUMBER",
        std::to_string(options.max_connections),
        "Connections to serve at once; beyond it the longest idle is closed, or the answer is 503")
      ->check(CLI::Range(1, 65536));

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return Exit{app.exit(asked)};
  } catch (const CLI::ParseError& error) {
    throw WrongValue(error.what());
  }
  if (options.data_directory.empty()) {
    throw WrongValue("there is no home directory to keep data in; name one with --data");
  }
  if (const char* secret = std::getenv("TASKDOCK_SECRET")) options.secret = secret;
  // An empty one is refused like any other that is too short: it was meant to be something.
  if (options.secret && options.secret->size() < security::min_key_bytes) {
    throw WrongValue("TASKDOCK_SECRET must have at least " +
                     std::to_string(security::min_key_bytes) + " bytes");
  }
  options.log_level = *support::parse_log_level(log_level);
  options.cors_origins = split_origins(cors_origins);
  options.access_token_ttl = std::chrono::seconds(access_token_ttl);
  options.refresh_token_ttl = std::chrono::seconds(refresh_token_ttl);
  options.signup = signup_words.at(signup);
  limits = {.failures_per_account = *parse_allowance(account_limit),
            .failures_per_address = *parse_allowance(address_limit),
            .signups_per_address = *parse_allowance(signup_limit)};
  if (on_off.at(throttle)) {
    options.throttle = limits;
  } else {
    options.throttle.reset();
  }
  return options;
}

}  // namespace taskdock::cli
