#include <optional>
#include <string>

#include "cli/commands/user_command.h"

namespace taskdock::cli {

namespace {

/// Sets a user's password, ends all of their sessions and revokes their tokens for scripts.
class UserPasswd final : public OneUserCommand {
 public:
  void declare(OptionList& list) override;

 protected:
  void work() override;

 private:
  DenylistOption denylist_;
};

void UserPasswd::declare(OptionList& list) {
  OneUserCommand::declare(list);
  denylist_.declare(list);
}

void UserPasswd::work() {
  const security::PasswordPolicy policy = denylist_.load();
  find_user(*StoreAtWork(data()), email());
  const std::string password_hash = ask_for_password_hash(policy, email());
  const StoreAtWork store(data());
  const store::Credentials found = find_user(*store, email());
  store->change([&](store::Changes& changes) {
    changes.check_password_hash(found.user.id, found.password_hash);
    changes.set_password_hash(found.user.id, password_hash);
    changes.end_sessions(found.user.id, std::nullopt);
    changes.remove_script_tokens(found.user.id);
  });
}

}  // namespace

std::unique_ptr<Command> make_user_passwd() {
  return std::make_unique<UserPasswd>();
}

}  // namespace taskdock::cli
