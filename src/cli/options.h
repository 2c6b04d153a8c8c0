#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "api/services.h"
#include "security/throttle.h"
#include "support/log.h"

namespace taskdock::cli {

enum class Command { serve, list_users, add_user, set_password, delete_user };

/// What the command line and the environment ask for.
struct Options {
  Command command = Command::serve;
  std::string email;                // of the user a command is about, as it was given
  std::optional<std::string> name;  // the same of a user to add
  std::string host = "127.0.0.1";
  int port = 8000;
  std::filesystem::path data_directory;
  support::LogLevel log_level = support::LogLevel::info;
  std::chrono::seconds access_token_ttl{30 * 60};
  std::chrono::seconds refresh_token_ttl{30 * 24 * 60 * 60};
  api::Signup signup = api::Signup::open;
  std::optional<security::Throttle::Limits> throttle = security::Throttle::Limits{};
  std::filesystem::path password_denylist;  // empty: there is none
  std::vector<std::string> cors_origins;
  std::size_t max_connections = 1024;
  std::optional<std::string> secret;  // TASKDOCK_SECRET; nothing: the key file's
};

/// The process need not go on: what it says is said, and this is its status.
struct Exit {
  int status;
};

/// A value that was given is not acceptable.
class WrongValue : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads the command line; a flag wins over its environment variable. Prints help or the version to
/// standard output where that is asked for. Throws WrongValue.
std::variant<Options, Exit> parse_options(int argc, char** argv);

}  // namespace taskdock::cli
