#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "api/services.h"
#include "cli/announcements.h"
#include "cli/common_options.h"
#include "cli/exit_on_option.h"
#include "cli/option_list.h"
#include "cli/server_log_options.h"
#include "http/trusted_proxies.h"
#include "security/launch_token.h"
#include "security/throttle.h"
#include "system/listener.h"

namespace taskdock::cli {

/// What serve is asked for.
struct ServeOptions {
  DataOption data;
  ServerLogOptions log;
  Announcements::Form ready = Announcements::Form::text;
  ExitOnOption exit_on;
  std::chrono::seconds access_token_ttl{30 * 60};
  std::chrono::seconds refresh_token_ttl{30 * 24 * 60 * 60};
  api::Signup signup = api::Signup::open;
  bool throttles = true;
  security::Throttle::Limits throttle_limits;
  DenylistOption password_denylist;
  std::vector<std::string> cors_origins;
  std::vector<std::string> allowed_hosts;
  http::TrustedProxies trusted_proxies;
  std::size_t max_connections = 1024;
  std::size_t max_streams = 512;
  std::size_t max_body_memory_mib = 64;
  std::optional<std::int64_t> max_users;
  std::optional<std::int64_t> max_tasks_per_user;
  std::chrono::days trash_period{30};
  std::chrono::days tombstone_period{90};
  std::optional<std::chrono::seconds> backup_period;  // nothing: no backups
  std::size_t kept_backups = 7;
  bool metrics = false;
  std::optional<std::string> secret;  // nothing: the key file's
  std::optional<security::LaunchToken> launch_token;
  std::optional<std::string> local_user;
  std::optional<std::filesystem::path> web;  // the site's directory

  ServeOptions();
  void declare(OptionList& list);

  /// Where to listen: what --listen says, or else the one address of --host and --port.
  std::vector<system::Endpoint> endpoints() const;

  /// Throws WrongValue for options that do not go together.
  void check() const;

 private:
  void declare_network(OptionList& list);
  void declare_parent(OptionList& list);
  void declare_accounts(OptionList& list);
  void declare_secrets(OptionList& list);
  void set_launch_token(const std::string& text);

  // What gave `kept_backups`, `cors_origins`, `local_user` and `web`.
  std::string kept_backups_source_;
  std::string cors_source_;
  std::string local_user_source_;
  std::string web_source_;
  void declare_limits(OptionList& list);
  void declare_backups(OptionList& list);

  system::Endpoint short_form_{.host = "127.0.0.1", .port = 8000};  // --host and --port
  std::string short_form_source_;  // what has given one of the two; empty: nothing
  std::vector<system::Endpoint> listed_;
  std::string listed_source_;
};

}  // namespace taskdock::cli
