#include <optional>
#include <string>
#include <vector>

#include "api/script_token_types.h"
#include "cli/commands/user_command.h"
#include "cli/standard_streams.h"
#include "support/clock.h"
#include "support/text.h"

namespace taskdock::cli {

namespace {

/// Prints a line for each token of a user, newest first.
class TokenList final : public OneUserCommand {
 protected:
  void work() override;
};

std::string time_or_never(const std::optional<support::Timestamp>& time) {
  return time ? support::format_rfc3339(*time) : "never";
}

std::vector<store::ScriptToken> tokens_of(store::Store& store, const std::string& email) {
  const support::Uuid user_id = find_user(store, email).user.id;
  return store.snapshot().list_script_tokens(user_id);
}

void TokenList::work() {
  // The store is closed before the list is written, which may take long.
  const auto tokens = tokens_of(*StoreAtWork(data()), email());
  std::string text;
  for (const store::ScriptToken& token : tokens) {
    text += token.id.to_string() + '\t' + support::printable(token.name) + '\t' +
            std::string(api::words<store::TokenScope>[static_cast<std::size_t>(token.scope)]) +
            '\t' + support::format_rfc3339(token.created_at) + '\t' +
            time_or_never(token.expires_at) + '\t' + time_or_never(token.last_used_at) + '\n';
  }
  write_output(text);
}

}  // namespace

std::unique_ptr<Command> make_token_list() {
  return std::make_unique<TokenList>();
}

}  // namespace taskdock::cli
