#include "api/account_types.h"
#include "api/handlers.h"
#include "api/write.h"
#include "store/errors.h"
#include "support/log.h"

namespace taskdock::api {

namespace {

/// Tokens must not stay in caches (RFC 6749, 5.1).
const ResponseHeaders not_to_be_stored = {{"Cache-Control", "no-store"}};

Session start_session(const Services& services, const store::User& user) {
  const support::Timestamp now = services.clock.now();
  Session session;
  session.access_token = services.tokens.sign({.user_id = user.id,
                                               .email = user.email,
                                               .name = user.name,
                                               .issued_at = now,
                                               .expires_at = now + services.access_token_ttl,
                                               .token_id = services.ids.next()});
  session.expires_in = services.access_token_ttl.count();
  session.user = user;
  return session;
}

ApiError email_taken() {
  return {409, "Email already registered"};
}

}  // namespace

Response signup(Call& call) {
  const auto wanted = call.body<SignupRequest>();
  call.check_input();
  const Services& services = call.services;

  // Known before the costly hash in the common case; the store decides when two sign up at once.
  if (services.store.find_credentials(wanted.email)) throw email_taken();
  const std::string password_hash = services.passwords.hash(wanted.password);
  const store::User user{
      .id = services.ids.next(),
      .email = wanted.email,
      .name = wanted.name.value_or(wanted.email.substr(0, wanted.email.find('@'))),
      .created_at = services.clock.now()};
  try {
    services.store.add_user(user, password_hash);
  } catch (const store::EmailTaken&) {
    throw email_taken();
  }
  const SignupSession session{start_session(services, user), user};
  return {.status = 201, .body = to_json(session), .headers = not_to_be_stored};
}

Response login(Call& call) {
  const auto given = call.body<LoginRequest>();
  call.check_input();
  const Services& services = call.services;

  const auto found = services.store.find_credentials(given.email);
  bool matches = false;
  if (found) {
    matches = services.passwords.verify(given.password, found->password_hash);
  } else {
    services.passwords.verify_nobody(given.password);
  }
  if (!matches) throw ApiError(401, "Invalid email or password", {{"WWW-Authenticate", "Bearer"}});

  if (security::PasswordHasher::needs_rehash(found->password_hash)) {
    try {
      services.store.replace_password_hash(found->user.id, found->password_hash,
                                           services.passwords.hash(given.password));
    } catch (const std::runtime_error& error) {
      // The password was right; the next log-in tries again.
      support::log(support::LogLevel::warning,
                   std::string("a password hash was not renewed: ") + error.what());
    }
  }
  return {.body = to_json(start_session(services, found->user)), .headers = not_to_be_stored};
}

Response get_me(Call& call) {
  return {.body = to_json(call.caller)};
}

}  // namespace taskdock::api
