#include <chrono>

#include "cli/commands/user_command.h"

namespace taskdock::cli {

namespace {

/// Deletes a user, with all sessions, tokens and tasks.
class UserDelete final : public OneUserCommand {
 protected:
  void work() override;
};

void UserDelete::work() {
  const StoreAtWork store(data());
  const store::Credentials found = find_user(*store, email());
  store->change([&](store::Changes& changes) { changes.remove_user(found.user.id); });
  // So that nothing is left when the command ends. If another process prevents it, the store logs
  // that, and the log is emptied when that process closes the database.
  store->finish_background_work(std::chrono::seconds(5));
}

}  // namespace

std::unique_ptr<Command> make_user_delete() {
  return std::make_unique<UserDelete>();
}

}  // namespace taskdock::cli
