#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/clock.h"

namespace taskdock::security {

/// How many attempts are allowed at once, and how long it takes until one more is allowed.
struct Allowance {
  std::int64_t at_once;             // at least 1
  std::chrono::seconds then_every;  // at least 1 s
};

/// Limits how fast passwords can be guessed and accounts can be created.
///
/// An attempt reserves a token in each of its token buckets before the password is checked. A
/// failed attempt spends them; an attempt that succeeds, or that could not be carried out, gives
/// them back. So the allowance also holds for attempts that are made at the same time, and
/// successful attempts are never counted. If the missing tokens are only reserved, an attempt waits
/// for a short time until other attempts end, so that correct passwords are not refused because
/// many are checked at the same time.
///
/// A failed attempt is counted three times: for the account together with the network it comes
/// from, for the network, and for the account as a whole. The allowance of an account as a whole is
/// account_factor times that of the account and one network: an attacker on one network cannot keep
/// the owner of the account out on another network, and an attacker on many networks is slowed down
/// as well.
///
/// A network is an IPv4 address or the first 64 bits of an IPv6 address, the usual assignment to
/// one site (RFC 6177). Addresses are passed as text in numeric form.
///
/// Time that the clock is set back does not count: nobody has to wait longer, and nobody gets more
/// attempts. Thread-safe.
class Throttle {
 public:
  struct Limits {
    /// Failed attempts at one account from one network.
    Allowance failures_per_account{20, std::chrono::seconds(30)};
    Allowance failures_per_address{100, std::chrono::seconds(2)};
    Allowance signups_per_address{60, std::chrono::seconds(10)};
  };

  /// The allowance of an account as a whole, from all networks: this many times
  /// failures_per_account at once, and a new attempt after this fraction of its time.
  static constexpr std::int64_t account_factor = 10;

  /// The longest time an attempt waits for others to give back the tokens they have reserved.
  static constexpr std::chrono::milliseconds default_patience{2000};

  /// The attempt is not allowed now.
  class TooManyAttempts : public std::runtime_error {
   public:
    explicit TooManyAttempts(std::chrono::microseconds wait);
    /// When to try again: in whole seconds, at least 1.
    std::chrono::seconds retry_after() const { return retry_after_; }

   private:
    std::chrono::seconds retry_after_;
  };

  class Attempt;

  /// Without `limits` every attempt is allowed. `clock` must outlive the throttle.
  Throttle(const support::Clock& clock, const std::optional<Limits>& limits,
           std::chrono::milliseconds patience = default_patience);
  ~Throttle();

  /// Starts an attempt to log in to the account with this email, which need not exist; to be
  /// counted if it fails. Throws TooManyAttempts.
  Attempt start_log_in(const std::string& email, const std::string& address);

  /// Starts a check of the password of an account by a client that is logged in to it; to be
  /// counted if it fails. Log-ins are counted separately, so that failed log-ins cannot affect the
  /// sessions of the owner. Throws TooManyAttempts.
  Attempt start_password_check(const std::string& user_id, const std::string& address);

  /// Starts a sign-up or a change of an email; to be counted if it succeeds, and if the answer
  /// tells that the email is taken. Throws TooManyAttempts.
  Attempt start_signup(const std::string& address);

  /// Counts a forged access token, and returns whether it is within the allowance for failed
  /// attempts from the network; if it is not, it need not be told any more. Forged tokens are
  /// never refused with TooManyAttempts: behind the same address there are honest clients.
  bool count_forged_token(const std::string& address);

  /// Counts a refresh token that is not valid. Throws TooManyAttempts after too many of them. A
  /// valid refresh token is never refused, since it cannot be guessed.
  void count_failed_refresh(const std::string& address);

 private:
  struct State;

  /// Attempts with different values of `purpose` are counted separately.
  Attempt start_password_attempt(const std::string& purpose, const std::string& account,
                                 const std::string& address);

  std::unique_ptr<State> state_;  // null if there are no limits
};

/// An attempt in progress: holds the tokens it has reserved, and gives them back when it is
/// destroyed, unless count() was called. Not thread-safe; the throttle must outlive it.
class Throttle::Attempt {
 public:
  Attempt(Attempt&& other) noexcept;
  Attempt& operator=(Attempt&&) = delete;
  ~Attempt();

  /// Spends the reserved tokens. Further calls do nothing.
  void count();

 private:
  friend class Throttle;
  struct Reservation;
  Attempt(State* state, std::vector<Reservation> reservations);

  State* state_;  // null if nothing is reserved
  std::vector<Reservation> reservations_;
};

}  // namespace taskdock::security
