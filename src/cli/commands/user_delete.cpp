#include <chrono>

#include "cli/commands/user_command.h"
#include "support/log.h"

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
  // So that nothing is left when the command ends.
  if (!store->finish_background_work(std::chrono::seconds(5))) {
    support::log(support::LogLevel::warning,
                 "another process is reading the database, so what was deleted stays in its "
                 "write-ahead log until that process closes it");
  }
}

}  // namespace

std::unique_ptr<Command> make_user_delete() {
  return std::make_unique<UserDelete>();
}

}  // namespace taskdock::cli
