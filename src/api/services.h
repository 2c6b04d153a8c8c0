#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "api/site.h"
#include "security/launch_token.h"
#include "security/password.h"
#include "security/password_policy.h"
#include "security/throttle.h"
#include "security/token.h"
#include "store/store.h"
#include "support/clock.h"
#include "support/random.h"
#include "support/uuid.h"

namespace taskdock::api {

class EventHub;
class EventTickets;
class Traffic;

/// What depends on the moment is judged by the beginning of its minute, so that an answer can be
/// the same for a minute, and say so by its ETag.
inline support::Timestamp minute_of(support::Timestamp now) {
  return std::chrono::floor<std::chrono::minutes>(now);
}

/// Who may sign up: anybody, nobody, or only the first user.
enum class Signup { open, closed, first };

/// What the handlers work with. All of it may be used from any thread and outlives them.
struct Services {
  store::Store& store;
  security::PasswordHasher& passwords;
  const security::TokenSigner& tokens;
  const support::Clock& clock;
  support::UuidGenerator& ids;
  support::RandomSource& random;
  security::Throttle& throttle;
  EventHub& events;
  EventTickets& event_tickets;
  const security::PasswordPolicy& password_policy;
  std::chrono::seconds access_token_ttl;
  std::chrono::seconds refresh_token_ttl;
  std::chrono::days trash_period;  // how long a deleted task can be restored; 0: not at all
  Signup signup;
  std::string version;
  std::optional<security::LaunchToken> launch_token = {};  // absent: requests need none
  std::optional<std::string> local_user = {};  // the name to begin with; absent: there is none
  const Site* site = nullptr;                  // null: only the API is served
  std::function<void()> request_stop = {};     // returns at once; needed with a launch token
  const Traffic* traffic = nullptr;            // what is counted; null: there is no GET /metrics
  std::string commit = {};                     // of which the server was built

  /// What was deleted before is gone, even where it has not been removed from the database yet.
  support::Timestamp trash_begins(support::Timestamp now) const {
    return minute_of(now) - trash_period;
  }
};

/// Whether somebody may sign up now. Where only the first user may, that is asked of the database:
/// the caller must not have a snapshot open, since each waits for a reader.
inline bool takes_signups(const Services& services) {
  return services.signup == Signup::open ||
         (services.signup == Signup::first && !services.store.snapshot().has_users());
}

}  // namespace taskdock::api
