#pragma once

#include <chrono>
#include <string>

#include "security/password.h"
#include "security/token.h"
#include "store/store.h"
#include "support/clock.h"
#include "support/uuid.h"

namespace taskdock::api {

/// What the handlers work with. All of it may be used from any thread and outlives them.
struct Services {
  store::Store& store;
  security::PasswordHasher& passwords;
  const security::TokenSigner& tokens;
  const support::Clock& clock;
  support::UuidGenerator& ids;
  std::chrono::seconds access_token_ttl;
  std::string version;
};

}  // namespace taskdock::api
