#include <string>

#include "cli/commands/user_command.h"
#include "store/errors.h"
#include "support/uuid.h"

namespace taskdock::cli {

namespace {

/// Revokes a token of a user.
class TokenRevoke final : public OneUserCommand {
 public:
  void declare(OptionList& list) override;

 protected:
  void work() override;

 private:
  support::Uuid id_;
};

void TokenRevoke::declare(OptionList& list) {
  OneUserCommand::declare(list);
  list.add_argument("ID", "The token's id, as token list prints it", [this](const Given& given) {
    const auto id = support::Uuid::parse(given.text);
    if (!id) throw WrongValue('\'' + given.text + "' is no id; token list prints the ids");
    id_ = *id;
  });
}

void TokenRevoke::work() {
  const StoreAtWork store(data());
  const store::User user = find_user(*store, email()).user;
  try {
    store->change([&](store::Changes& changes) { changes.remove_script_token(user.id, id_); });
  } catch (const store::TokenNotFound&) {
    throw Failure(ExitStatus::failed,
                  email() + ": the user has no token with the id " + id_.to_string());
  }
}

}  // namespace

std::unique_ptr<Command> make_token_revoke() {
  return std::make_unique<TokenRevoke>();
}

}  // namespace taskdock::cli
