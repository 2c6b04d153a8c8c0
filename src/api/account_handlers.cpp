#include <new>

#include "api/account_types.h"
#include "api/email.h"
#include "api/handlers.h"
#include "api/new_session.h"
#include "api/session_types.h"
#include "api/write.h"
#include "store/errors.h"
#include "support/log.h"

namespace taskdock::api {

namespace {

ApiError signup_closed() {
  return {403, "Sign-up is closed"};
}

/// Adds a fault to the body's member `name`, if `fault` is one.
void add_value_error(Call& call, std::string_view name, const char* fault) {
  if (fault) call.add_value_error({Source::body, name}, fault);
}

/// Adds a fault if the caller has a password and has not given it.
void require_current_password(Call& call, const std::optional<std::string>& given) {
  if (!given && call.services.store.snapshot().find_password_hash(call.caller.id)) {
    call.add_missing("current_password");
  }
}

/// Checks the caller's password, unless there is none; returns the hash that it was checked
/// against. Throws WrongPassword, TooManyAttempts, UserNotFound.
store::PasswordHash verify_current_password(const Call& call,
                                            const std::optional<std::string>& given) {
  const Services& services = call.services;
  store::PasswordHash hash = services.store.snapshot().find_password_hash(call.caller.id);
  if (!hash) return hash;
  security::Throttle::Attempt attempt = services.throttle.start_password_check(
      call.caller.id.to_string(), std::string(call.request.client_address));
  // Without one the user had no password a moment ago, when it was required.
  if (!given || !services.passwords.verify(*given, *hash)) {
    attempt.count();
    call.request.log_failure(support::LogLevel::warning, "wrong current password");
    throw store::WrongPassword();
  }
  return hash;
}

/// A hash of `password` with the current parameters, if `hash` has others. Nothing if the server is
/// too busy: the log-in must not fail for this, and the next one tries again.
std::optional<std::string> renew_hash(const Services& services, const std::string& password,
                                      const std::string& hash) {
  if (!security::PasswordHasher::needs_rehash(hash)) return std::nullopt;
  try {
    return services.passwords.hash(password);
  } catch (const security::PasswordHasher::TooBusy&) {
  } catch (const std::bad_alloc&) {
  }
  support::log(support::LogLevel::warning, "a password hash was not renewed: the server is busy");
  return std::nullopt;
}

}  // namespace

Response signup(Call& call) {
  const Services& services = call.services;
  const bool only_first = services.signup == Signup::first;
  if (!takes_signups(services)) throw signup_closed();
  const auto wanted = call.body<SignupRequest>();
  add_value_error(call, "password", services.password_policy.fault(wanted.password, wanted.email));
  call.check_input();
  security::Throttle::Attempt attempt =
      services.throttle.start_signup(std::string(call.request.client_address));

  // Usually this avoids the costly hash; the store decides when two sign up at the same time.
  if (services.store.snapshot().find_credentials(wanted.email)) {
    attempt.count();
    throw store::EmailTaken();
  }
  const std::string password_hash = services.passwords.hash(wanted.password);
  const store::User user{.id = services.ids.next(),
                         .email = wanted.email,
                         .name = wanted.name.value_or(default_name(wanted.email)),
                         .created_at = services.clock.now()};
  NewSession begun = new_session(call, user.id);
  try {
    services.store.change([&](store::Changes& changes) {
      if (only_first) changes.require_no_users();
      changes.add_user(user, password_hash);
      changes.add_session(begun.session, begun.refresh_hash);
    });
  } catch (const store::NotTheFirstUser&) {
    throw signup_closed();
  } catch (const store::EmailTaken&) {
    attempt.count();
    throw;
  } catch (const store::TooManyUsers&) {
    attempt.count();
    throw;
  }
  attempt.count();
  const SignupResponse session{
      make_token_response(services, user, begun.session.id, std::move(begun.tokens)), user};
  return {.status = 201, .body = to_json(session)};
}

Response login(Call& call) {
  const auto given = call.body<LoginRequest>();
  call.check_input();
  const Services& services = call.services;
  security::Throttle::Attempt attempt =
      services.throttle.start_log_in(given.email, std::string(call.request.client_address));

  const auto found = services.store.snapshot().find_credentials(given.email);
  bool matches = false;
  if (found && found->password_hash) {
    matches = services.passwords.verify(given.password, *found->password_hash);
  } else {
    services.passwords.verify_nobody(given.password);
  }
  if (matches) {
    NewSession begun = new_session(call, found->user.id);
    const auto renewed_hash = renew_hash(services, given.password, *found->password_hash);
    try {
      services.store.change([&](store::Changes& changes) {
        changes.check_password_hash(found->user.id, found->password_hash);
        if (renewed_hash) changes.set_password_hash(found->user.id, *renewed_hash);
        changes.add_session(begun.session, begun.refresh_hash);
      });
      return {.body = to_json(make_token_response(services, found->user, begun.session.id,
                                                  std::move(begun.tokens)))};
    } catch (const store::WrongPassword&) {
    } catch (const store::UserNotFound&) {
    }
    // The password was changed, or the user deleted, during the check.
  }
  attempt.count();
  call.request.log_failure(support::LogLevel::warning, "failed log-in");
  throw unauthorized("Invalid email or password");
}

Response log_in_local_user(Call& call) {
  const Services& services = call.services;
  const support::Uuid id = services.ids.next();
  const store::User otherwise{.id = id,
                              .email = local_email(id),
                              .name = *services.local_user,
                              .created_at = services.clock.now()};
  NewSession begun = new_session(call, id);
  const store::User user = services.store.change([&](store::Changes& changes) {
    store::User found = changes.find_or_add_local_user(otherwise);
    begun.session.user_id = found.id;
    changes.add_session(begun.session, begun.refresh_hash);
    return found;
  });
  return {.body = to_json(
              make_token_response(services, user, begun.session.id, std::move(begun.tokens)))};
}

Response get_me(Call& call) {
  return {.body = to_json(call.caller)};
}

Response update_me(Call& call) {
  auto change = call.body<ProfileChange>();
  // Keeping the email needs no password, and must not undo a change of it that comes first.
  if (change.email == call.caller.email) change.email.reset();
  if (change.email) require_current_password(call, change.current_password);
  if (change.email && change.current_password) {
    add_value_error(
        call, "email",
        security::PasswordPolicy::same_as_email_fault(*change.current_password, *change.email));
  }
  call.check_input();
  store::PasswordHash verified_hash;
  std::optional<security::Throttle::Attempt> attempt;
  if (change.email) {
    verified_hash = verify_current_password(call, change.current_password);
    // Limited like a sign-up, since the answer tells whether an email is taken.
    attempt.emplace(call.services.throttle.start_signup(std::string(call.request.client_address)));
  }
  try {
    const store::User changed = call.services.store.change([&](store::Changes& changes) {
      if (change.email) changes.check_password_hash(call.caller.id, verified_hash);
      return changes.change_user(call.caller.id, {.email = change.email, .name = change.name});
    });
    if (attempt) attempt->count();
    return {.body = to_json(changed)};
  } catch (const store::EmailTaken&) {
    if (attempt) attempt->count();
    throw;
  }
}

Response change_password(Call& call) {
  const auto change = call.body<PasswordChange>();
  add_value_error(call, "new_password",
                  call.services.password_policy.fault(change.new_password, call.caller.email));
  require_current_password(call, change.current_password);
  call.check_input();
  const store::PasswordHash verified_hash = verify_current_password(call, change.current_password);
  const std::string new_hash = call.services.passwords.hash(change.new_password);
  call.services.store.change([&](store::Changes& changes) {
    changes.check_password_hash(call.caller.id, verified_hash);
    changes.set_password_hash(call.caller.id, new_hash);
    changes.end_sessions(call.caller.id, call.grant.id);
    changes.remove_script_tokens(call.caller.id);
  });
  return {.status = 204};
}

Response delete_me(Call& call) {
  const auto given = call.body<AccountDeletion>();
  require_current_password(call, given.current_password);
  call.check_input();
  const store::PasswordHash verified_hash = verify_current_password(call, given.current_password);
  call.services.store.change([&](store::Changes& changes) {
    changes.check_password_hash(call.caller.id, verified_hash);
    changes.remove_user(call.caller.id);
  });
  return {.status = 204};
}

}  // namespace taskdock::api
