#include <string>
#include <vector>

#include "cli/commands/user_command.h"
#include "cli/standard_streams.h"
#include "support/clock.h"
#include "support/text.h"

namespace taskdock::cli {

namespace {

/// Prints a line for each user, oldest first.
class UserList final : public UserCommand {
 protected:
  void work() override;
};

void UserList::work() {
  // The store is closed before the list is written, which may take long.
  const std::vector<store::UserSummary> users = StoreAtWork(data())->snapshot().list_users();
  std::string text;
  for (const store::UserSummary& summary : users) {
    text += summary.user.email + '\t' + support::printable(summary.user.name) + '\t' +
            support::format_rfc3339(summary.user.created_at) + '\t' +
            std::to_string(summary.tasks) + '\n';
  }
  write_output(text);
}

}  // namespace

std::unique_ptr<Command> make_user_list() {
  return std::make_unique<UserList>();
}

}  // namespace taskdock::cli
