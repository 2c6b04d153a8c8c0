#include <optional>
#include <string>

#include "api/account_types.h"
#include "api/email.h"
#include "cli/commands/user_command.h"
#include "cli/startup.h"
#include "store/errors.h"
#include "support/clock.h"
#include "support/random.h"
#include "support/uuid.h"

namespace taskdock::cli {

namespace {

/// Adds a user, and creates the data directory if there is none.
class UserAdd final : public OneUserCommand {
 public:
  void declare(OptionList& list) override;

 protected:
  bool makes_database() const override { return true; }
  void work() override;

 private:
  [[noreturn]] void refuse_email() const;

  std::optional<std::string> name_;
  DenylistOption denylist_;
};

void UserAdd::declare(OptionList& list) {
  list.add_flag_only(
      "--name", "NAME", "the part of the email before the @", "What to call the user",
      [this](const Given& given) { name_ = read_by_rule(given.text, api::user_name, "name"); });
  OneUserCommand::declare(list);
  denylist_.declare(list);
}

void UserAdd::work() {
  const security::PasswordPolicy policy = denylist_.load();
  if (StoreAtWork(data())->snapshot().find_credentials(email())) refuse_email();
  const std::string password_hash = ask_for_password_hash(policy, email());
  const support::SystemClock clock;
  support::SystemRandom random;
  support::UuidGenerator ids(clock, random);
  const StoreAtWork store(data());
  start_ids(ids, *store);
  const store::User user{.id = ids.next(),
                         .email = email(),
                         .name = name_.value_or(api::default_name(email())),
                         .created_at = clock.now()};
  try {
    store->change([&](store::Changes& changes) { changes.add_user(user, password_hash); });
  } catch (const store::EmailTaken&) {
    refuse_email();
  }
}

void UserAdd::refuse_email() const {
  throw Failure(ExitStatus::failed, email() + ": another user has this email");
}

}  // namespace

std::unique_ptr<Command> make_user_add() {
  return std::make_unique<UserAdd>();
}

}  // namespace taskdock::cli
