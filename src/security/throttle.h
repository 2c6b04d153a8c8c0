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

/// So many at once, and after that one more after each `then_every`.
struct Allowance {
  std::int64_t at_once;             // at least 1
  std::chrono::seconds then_every;  // at least one
};

/// Slows down who guesses passwords or signs up in masses.
///
/// An attempt reserves what it may cost before the password is checked, so that no more wrong
/// guesses get an answer than are allowed, however many are sent at once. Only what failed is
/// counted: an attempt that succeeds, or that could not be carried out, gives back what it
/// reserved. An attempt that finds all that is left reserved by others waits for them, a short time
/// at most, so that right passwords are not refused because many are checked at once.
///
/// Failures are counted three times: for the account and the network they come from, for the
/// network, and for the account as a whole. The last is account_factor times as generous as the
/// first: who guesses from one network does not keep the account's owner out on another, and who
/// guesses from many is slowed down all the same.
///
/// A network is an IPv4 address or the first 64 bits of an IPv6 address, since that is what one
/// client is given (RFC 6177). Addresses are numeric.
///
/// A clock that is set back is taken for one that stood still: nobody waits longer for it than
/// without it, and nobody gains by it. Any thread may use a throttle.
class Throttle {
 public:
  struct Limits {
    /// Failures for one account from one network.
    Allowance failures_per_account{20, std::chrono::seconds(30)};
    Allowance failures_per_address{100, std::chrono::seconds(2)};
    Allowance signups_per_address{60, std::chrono::seconds(10)};
  };

  /// An account as a whole may fail so many times as often, and so many times as soon again, as it
  /// may from one network.
  static constexpr std::int64_t account_factor = 10;

  /// How long an attempt waits for others that have reserved all that is left.
  static constexpr std::chrono::milliseconds default_patience{2000};

  /// The attempt is not to be made now.
  class TooManyAttempts : public std::runtime_error {
   public:
    explicit TooManyAttempts(std::chrono::microseconds wait);
    /// Whole seconds to wait, at least one.
    std::chrono::seconds retry_after() const { return retry_after_; }

   private:
    std::chrono::seconds retry_after_;
  };

  class Attempt;

  /// Without limits nothing is slowed down. `clock` must outlive the throttle.
  Throttle(const support::Clock& clock, const std::optional<Limits>& limits,
           std::chrono::milliseconds patience = default_patience);
  ~Throttle();

  /// An attempt to log in to the account with this email, whether there is one or not. Throws
  /// TooManyAttempts.
  Attempt start_log_in(const std::string& email, const std::string& address);

  /// An attempt at the password of an account by somebody who is logged in to it. It is counted
  /// apart from log-ins, so that nobody can keep the owner out of an open session by failing to log
  /// in. Throws TooManyAttempts.
  Attempt start_password_check(const std::string& user_id, const std::string& address);

  /// Somebody signs up, or takes another email; to be counted when they get it, and when they learn
  /// that somebody else has it. Throws TooManyAttempts.
  Attempt start_signup(const std::string& address);

  /// Counts a refresh token that is not good. (One that is good is nobody's guess, and need not
  /// come here.) Throws TooManyAttempts where too many were not.
  void count_failed_refresh(const std::string& address);

 private:
  struct State;

  /// `purpose` keeps apart what is counted apart; `account` names one for that purpose.
  Attempt start_password_attempt(const std::string& purpose, const std::string& account,
                                 const std::string& address);

  std::unique_ptr<State> state_;  // null: no limits
};

/// An attempt under way, which has reserved what it may cost and gives it back at its end unless it
/// was counted. Belongs to one thread, and must not outlive the throttle.
class Throttle::Attempt {
 public:
  Attempt(Attempt&& other) noexcept;
  Attempt& operator=(Attempt&&) = delete;
  ~Attempt();

  /// What was reserved is spent. Further calls do nothing.
  void count();

 private:
  friend class Throttle;
  struct Reservation;
  Attempt(State* state, std::vector<Reservation> reservations);

  State* state_;  // null: nothing is reserved
  std::vector<Reservation> reservations_;
};

}  // namespace taskdock::security
