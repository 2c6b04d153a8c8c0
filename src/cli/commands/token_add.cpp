#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include "api/script_token_types.h"
#include "cli/commands/user_command.h"
#include "cli/standard_streams.h"
#include "cli/startup.h"
#include "security/script_token.h"
#include "store/errors.h"
#include "support/clock.h"
#include "support/random.h"
#include "support/uuid.h"

namespace taskdock::cli {

namespace {

constexpr std::int64_t seconds_per_day = 24 * 60 * 60;

/// Makes a token for scripts, and prints it alone on standard output, which a script can capture.
class TokenAdd final : public OneUserCommand {
 public:
  void declare(OptionList& list) override;

 protected:
  void work() override;

 private:
  store::ScriptToken keep(const std::string& token) const;

  std::optional<std::string> name_;
  store::TokenScope scope_ = store::TokenScope::write;
  std::optional<std::chrono::days> expires_in_;
};

void TokenAdd::declare(OptionList& list) {
  OneUserCommand::declare(list);
  list.add_flag_only("--name", "NAME", "required", "What the token is for",
                     [this](const Given& given) {
                       name_ = read_by_rule(given.text, api::script_token_name, "name");
                     });
  list.add_switch("--read-only", "The token may only read",
                  [this](const Given&) { scope_ = store::TokenScope::read; });
  list.add_flag_only("--expires-in", "DAYS", "never", "After how many days the token expires",
                     [this](const Given& given) {
                       expires_in_ = std::chrono::days(read_whole(
                           given.text, 1, api::script_token_lifetime.max / seconds_per_day));
                     });
}

void TokenAdd::work() {
  if (!name_) throw WrongValue("token add needs a name: --name NAME says what the token is for");
  support::SystemRandom random;
  const std::string token = security::make_script_token(random);
  const store::ScriptToken kept = keep(token);
  try {
    write_output(token + '\n');
  } catch (const Failure&) {
    // Nobody knows it.
    StoreAtWork(data())->change(
        [&](store::Changes& changes) { changes.remove_script_token(kept.user_id, kept.id); });
    throw;
  }
  std::fputs("Keep this token: it is not shown again. Send it as Authorization: Bearer TOKEN\n",
             stderr);
}

/// Stores what is kept of `token`, and returns it.
store::ScriptToken TokenAdd::keep(const std::string& token) const {
  const support::SystemClock clock;
  support::SystemRandom random;
  support::UuidGenerator ids(clock, random);
  const StoreAtWork store(data());
  const store::User user = find_user(*store, email()).user;
  start_ids(ids, *store);
  store::ScriptToken kept{.id = ids.next(),
                          .user_id = user.id,
                          .name = *name_,
                          .scope = scope_,
                          .created_at = clock.now(),
                          .expires_at = {}};
  if (expires_in_) kept.expires_at = kept.created_at + *expires_in_;
  try {
    store->change(
        [&](store::Changes& changes) { changes.add_script_token(kept, security::sha256(token)); });
  } catch (const store::TooManyTokens&) {
    throw Failure(ExitStatus::failed,
                  email() + ": the user has as many tokens as there may be; revoke some first");
  }
  return kept;
}

}  // namespace

std::unique_ptr<Command> make_token_add() {
  return std::make_unique<TokenAdd>();
}

}  // namespace taskdock::cli
