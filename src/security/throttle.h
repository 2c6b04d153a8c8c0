#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "support/clock.h"

namespace taskdock::security {

/// So many at once, and after that one every so often.
struct Allowance {
  std::int64_t at_once;             // at least 1
  std::chrono::seconds then_every;  // at least one
};

/// One token bucket for each key, in the form of the generic cell rate algorithm (ITU-T I.371): of
/// a bucket only the time is kept at which it is full again. Beyond `most` keys the one that was
/// charged longest ago is forgotten. Any thread may call it.
class TokenBuckets {
 public:
  /// `clock` must outlive the buckets.
  TokenBuckets(const support::Clock& clock, Allowance allowance, std::size_t most);

  /// How long `key` has to wait for a token; zero where there is one.
  std::chrono::microseconds wait(const std::string& key) const;

  /// Takes a token, where there is none one of those to come: who was let through together with
  /// others pays for it later. No more than four times `at_once` are counted, so that nobody waits
  /// forever; a clock that is set back by more than that forgets them.
  void charge(const std::string& key);

  /// charge() if there is a token; else how long to wait for one, and zero where there was.
  std::chrono::microseconds take(const std::string& key);

 private:
  struct Bucket {
    std::string key;
    support::Timestamp full_at;
  };

  std::chrono::microseconds most_charged() const {
    return 4 * allowance_.at_once * allowance_.then_every;
  }
  std::chrono::microseconds until_full(const std::string& key, support::Timestamp now) const;
  std::chrono::microseconds wait_at(const std::string& key, support::Timestamp now) const;
  void charge_at(const std::string& key, support::Timestamp now);

  const support::Clock& clock_;
  const Allowance allowance_;
  const std::size_t most_;
  mutable std::mutex mutex_;   // guards what follows
  std::list<Bucket> buckets_;  // the one charged last stands first
  std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key_;
};

/// Slows down who guesses passwords or signs up in masses. Only failures count against an account
/// or an address. What stands behind an open session is counted apart from log-ins, so that nobody
/// can lock the owner of an account out of one by failing to log in. Any thread may call it.
class Throttle {
 public:
  struct Limits {
    Allowance failures_per_account{20, std::chrono::seconds(30)};
    Allowance failures_per_address{100, std::chrono::seconds(2)};
    Allowance signups_per_address{60, std::chrono::seconds(10)};
  };

  /// The attempt is not to be made now.
  class TooManyAttempts : public std::runtime_error {
   public:
    explicit TooManyAttempts(std::chrono::microseconds wait);
    /// Whole seconds to wait, at least one.
    std::chrono::seconds retry_after() const { return retry_after_; }

   private:
    std::chrono::seconds retry_after_;
  };

  /// What an attempt is counted for.
  struct Attempt {
    std::string account;
    std::string address;
  };

  // Addresses are numeric IP addresses; those of IPv6 count by their first 64 bits, since that is
  // what one client is given (RFC 6177).

  /// An attempt to log in to the account with this email, whether there is one or not.
  static Attempt log_in(const std::string& email, const std::string& address);
  /// An attempt at the password of an account by somebody who is logged in to it.
  static Attempt password_check(const std::string& user_id, const std::string& address);

  /// Without limits nothing is slowed down. `clock` must outlive the throttle.
  Throttle(const support::Clock& clock, const std::optional<Limits>& limits);
  ~Throttle();

  /// Before an attempt: throws TooManyAttempts where too many have failed.
  void check(const Attempt& attempt) const;
  /// After one that failed.
  void note_failure(const Attempt& attempt);

  /// A refresh token was shown that is not good. (One that is good is nobody's guess, and need not
  /// come here.) Throws TooManyAttempts where too many were not.
  void admit_failed_refresh(const std::string& address);

  /// Somebody signs up, or takes another email. Throws TooManyAttempts.
  void admit_signup(const std::string& address);

 private:
  struct Buckets;
  std::unique_ptr<Buckets> buckets_;  // null: no limits
};

}  // namespace taskdock::security
