#include "cli/user_command.h"

#include <cstdio>

#include "api/account_types.h"
#include "api/email.h"
#include "api/read.h"
#include "cli/data_directory.h"
#include "cli/password_prompt.h"
#include "cli/startup.h"
#include "security/password.h"
#include "support/random.h"
#include "support/text.h"

namespace taskdock::cli {

namespace {

/// The value that `text` stands for by a rule of the API. Throws WrongValue, which calls it `what`.
template <class Rule>
std::string read_text(const std::string& what, const std::string& text, const Rule& rule) {
  if (!support::is_utf8(text)) throw WrongValue(what + ": not valid UTF-8");
  try {
    return api::read_text(rule, text);
  } catch (const api::ValidationError& error) {
    throw WrongValue(what + ": " + error.faults().front().message);
  }
}

/// The hash of a new password for the user with `email`.
std::string ask_for_password_hash(const Options& options, const std::string& email) {
  const security::PasswordPolicy policy = load_password_policy(options.password_denylist);
  const std::string password = read_text("password", read_new_password(email), api::new_password);
  if (const char* fault = policy.fault(password, email)) throw WrongValue(fault);
  support::SystemRandom random;
  return security::PasswordHasher(random, 1).hash(password);
}

store::Credentials find_user(store::Store& store, const std::string& email) {
  auto found = store.snapshot().find_credentials(email);
  if (!found) throw std::runtime_error(email + ": no user has this email");
  return std::move(*found);
}

void list_users(store::Store& store) {
  for (const store::UserSummary& summary : store.snapshot().list_users()) {
    std::printf("%s\t%s\t%s\t%lld\n", summary.user.email.c_str(),
                support::printable(summary.user.name).c_str(),
                support::format_rfc3339(summary.user.created_at).c_str(),
                static_cast<long long>(summary.tasks));
  }
  std::fflush(stdout);
  if (std::ferror(stdout) != 0) throw std::runtime_error("the list could not be written");
}

void add_user(const Options& options, store::Store& store, const std::string& email,
              const std::optional<std::string>& name) {
  if (store.snapshot().find_credentials(email)) {
    throw std::runtime_error(email + ": another user has this email");
  }
  const std::string password_hash = ask_for_password_hash(options, email);
  const support::SystemClock clock;
  support::SystemRandom random;
  support::UuidGenerator ids(clock, random);
  start_ids(ids, store);
  const store::User user{.id = ids.next(),
                         .email = email,
                         .name = name.value_or(api::default_name(email)),
                         .created_at = clock.now()};
  store.change([&](store::Changes& changes) { changes.add_user(user, password_hash); });
}

void set_password(const Options& options, store::Store& store, const std::string& email) {
  const store::Credentials found = find_user(store, email);
  const std::string new_hash = ask_for_password_hash(options, email);
  store.change([&](store::Changes& changes) {
    changes.check_password_hash(found.user.id, found.password_hash);
    changes.set_password_hash(found.user.id, new_hash);
    changes.end_sessions(found.user.id, std::nullopt);
  });
}

void delete_user(store::Store& store, const std::string& email) {
  const store::Credentials found = find_user(store, email);
  store.change([&](store::Changes& changes) { changes.remove_user(found.user.id); });
  // Whoever is told that it is done can rely on it that nothing is left.
  store.finish_background_work(std::chrono::seconds(5));
}

}  // namespace

void run_user_command(const Options& options) {
  std::string email;
  std::optional<std::string> name;
  if (options.command != Command::list_users) {
    email = read_text("EMAIL", options.email, api::Email{});
  }
  if (options.name) name = read_text("--name", *options.name, api::user_name);

  if (options.command != Command::add_user &&
      !DataDirectory::has_database(options.data_directory)) {
    throw std::runtime_error(
        options.data_directory.string() +
        ": there is no database in this directory; choose another with --data");
  }
  keep_files_private();
  support::start_log(options.log_level);
  const DataDirectory directory(options.data_directory);
  const std::unique_ptr<store::Store> store = open_store(directory.database_file(), {});
  switch (options.command) {
    case Command::list_users:
      list_users(*store);
      break;
    case Command::add_user:
      add_user(options, *store, email, name);
      break;
    case Command::set_password:
      set_password(options, *store, email);
      break;
    case Command::delete_user:
      delete_user(*store, email);
      break;
    case Command::serve:
      break;
  }
}

}  // namespace taskdock::cli
