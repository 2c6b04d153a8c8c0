#include <chrono>
#include <string>

#include "cli/commands/user_command.h"

namespace taskdock::cli {

namespace {

/// Deletes a user, with all sessions and tasks.
class UserDelete final : public UserCommand {
 public:
  void declare(OptionList& list) override;

 protected:
  void work() override;

 private:
  std::string email_;
};

void UserDelete::declare(OptionList& list) {
  declare_email(list, email_);
  UserCommand::declare(list);
}

void UserDelete::work() {
  const StoreAtWork store(data());
  const store::Credentials found = find_user(*store, email_);
  store->change([&](store::Changes& changes) { changes.remove_user(found.user.id); });
  // So that nothing is left when the command ends. Where another process prevents it, the store
  // logs that.
  store->finish_background_work(std::chrono::seconds(5));
}

}  // namespace

std::unique_ptr<Command> make_user_delete() {
  return std::make_unique<UserDelete>();
}

}  // namespace taskdock::cli
