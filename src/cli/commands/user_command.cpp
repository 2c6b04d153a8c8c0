#include "cli/commands/user_command.h"

#include <optional>

#include "api/account_types.h"
#include "cli/interruption.h"
#include "cli/password_prompt.h"
#include "cli/startup.h"
#include "security/password.h"
#include "store/errors.h"
#include "support/log.h"
#include "support/random.h"
#include "system/process_setup.h"

namespace taskdock::cli {

StoreAtWork::StoreAtWork(const std::filesystem::path& data)
    : directory_(data),
      lock_(directory_),
      store_(open_store(directory_, {.may_migrate = lock_.is_alone()})) {}

void UserCommand::declare(OptionList& list) {
  data_.declare(list);
  log_.declare(list);
}

ExitStatus UserCommand::run() {
  if (!makes_database()) DataDirectory::require_database(data());
  system::keep_files_private();
  std::optional<Interruption> interruption;
  if (takes_long()) interruption.emplace();
  log_.start();
  try {
    work();
  } catch (const store::UserNotFound&) {
    throw Failure(ExitStatus::failed, "the user was deleted meanwhile; nothing was changed");
  } catch (const store::WrongPassword&) {
    throw Failure(ExitStatus::failed,
                  "the user's password was changed meanwhile; nothing was changed, try again");
  } catch (const store::Damaged& error) {
    throw Failure(ExitStatus::database_unusable, data().string() + ": " + error.what());
  } catch (const store::Unavailable& error) {
    throw Failure(ExitStatus::failed,
                  data().string() + ": " + error.what() + "; nothing was changed, try again later");
  }
  return ExitStatus::done;
}

void OneUserCommand::declare(OptionList& list) {
  list.add_argument("EMAIL", "The user's email", [this](const Given& given) {
    email_ = read_by_rule(given.text, api::Email{}, "email");
  });
  UserCommand::declare(list);
}

store::Credentials find_user(store::Store& store, const std::string& email) {
  auto found = store.snapshot().find_credentials(email);
  if (!found) throw Failure(ExitStatus::failed, email + ": no user has this email");
  return std::move(*found);
}

std::string ask_for_password_hash(const security::PasswordPolicy& policy,
                                  const std::string& email) {
  const std::string password =
      read_by_rule(read_new_password(email), api::new_password, "password");
  if (const char* fault = policy.fault(password, email)) throw WrongValue(fault);
  support::SystemRandom random;
  return security::PasswordHasher(random, 1).hash(password);
}

}  // namespace taskdock::cli
