#include "security/throttle.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <new>
#include <utility>

#include "security/token_buckets.h"
#include "support/mutex.h"
#include "system/ip_address.h"

namespace taskdock::security {

namespace {

using std::chrono::microseconds;

// With emails of the maximum length, the buckets of one kind take less than 4 MB.
constexpr std::size_t max_keys = 8192;

constexpr microseconds none{0};

std::string network_of(const std::string& address) {
  const auto parsed = system::IpAddress::parse(address);
  return parsed && !parsed->is_ipv4() ? parsed->first(64).to_string() : address;
}

TokenBuckets make_buckets(const Allowance& allowance, std::int64_t factor = 1) {
  return {factor * allowance.at_once, microseconds(allowance.then_every) / factor, max_keys};
}

}  // namespace

Throttle::TooManyAttempts::TooManyAttempts(microseconds wait)
    : std::runtime_error("too many attempts"),
      retry_after_(
          std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait))) {}

/// One token, of the bucket with `key` among the buckets of its kind.
struct Throttle::Attempt::Reservation {
  enum Kind : std::size_t {
    failure_for_account_and_network,
    failure_for_account,
    failure_for_network,
    signup_from_network,
  };
  Kind kind;
  std::string key;
};

struct Throttle::State {
  using Reservation = Attempt::Reservation;
  using Reservations = std::vector<Reservation>;

  State(const support::Clock& source, const Limits& limits, std::chrono::milliseconds patience)
      : clock(source),
        max_wait(patience),
        buckets{{make_buckets(limits.failures_per_account),
                 make_buckets(limits.failures_per_account, account_factor),
                 make_buckets(limits.failures_per_address),
                 make_buckets(limits.signups_per_address)}} {}

  /// Reserves all of `wanted`, or none and throws TooManyAttempts.
  void reserve(const Reservations& wanted) EXCLUDES(mutex) {
    const auto deadline = std::chrono::steady_clock::now() + max_wait;
    support::MutexLock lock(mutex);
    for (bool is_late = false;; is_late = !lock.wait_until(attempt_ended, deadline)) {
      const support::Timestamp at = now();
      microseconds wait = none;
      microseconds shortest_wait = none;
      for (const auto& [kind, key] : wanted) {
        wait = std::max(wait, buckets[kind].wait(key, at));
        shortest_wait = std::max(shortest_wait, buckets[kind].shortest_wait(key, at));
      }
      if (wait == none) {
        take(wanted, at);
        return;
      }
      if (shortest_wait > none || is_late) throw TooManyAttempts(shortest_wait);
    }
  }

  void count(const Reservations& reserved) EXCLUDES(mutex) {
    const support::MutexLock lock(mutex);
    const support::Timestamp at = now();
    for (const auto& [kind, key] : reserved) buckets[kind].count(key, at);
    attempt_ended.notify_all();
  }

  void give_back(const Reservations& reserved) EXCLUDES(mutex) {
    const support::MutexLock lock(mutex);
    const support::Timestamp at = now();
    for (const auto& [kind, key] : reserved) buckets[kind].give_back(key, at);
    attempt_ended.notify_all();
  }

  /// Takes a token for each of `wanted`, or none if it throws.
  void take(const Reservations& wanted, support::Timestamp at) REQUIRES(mutex) {
    auto next = wanted.begin();
    try {
      for (; next != wanted.end(); ++next) buckets[next->kind].reserve(next->key, at);
    } catch (const std::bad_alloc&) {
      while (next != wanted.begin()) {
        --next;
        buckets[next->kind].give_back(next->key, at);
      }
      throw;
    }
  }

  /// The clock's time plus the time that the clock was set back in total, so that it never goes
  /// back.
  support::Timestamp now() REQUIRES(mutex) {
    const support::Timestamp shown = clock.now();
    if (shown < last_shown) set_back_by += last_shown - shown;
    last_shown = shown;
    return shown + set_back_by;
  }

  const support::Clock& clock;
  const std::chrono::milliseconds max_wait;
  support::Mutex mutex;
  std::condition_variable attempt_ended;
  support::Timestamp last_shown GUARDED_BY(mutex);
  microseconds set_back_by GUARDED_BY(mutex){0};
  std::array<TokenBuckets, 4> buckets GUARDED_BY(mutex);  // one for each kind of reservation
};

Throttle::Attempt::Attempt(State* state, std::vector<Reservation> reservations)
    : state_(state), reservations_(std::move(reservations)) {
  if (state_) state_->reserve(reservations_);
}

Throttle::Attempt::Attempt(Attempt&& other) noexcept
    : state_(std::exchange(other.state_, nullptr)), reservations_(std::move(other.reservations_)) {}

Throttle::Attempt::~Attempt() {
  if (state_) state_->give_back(reservations_);
}

void Throttle::Attempt::count() {
  if (!state_) return;
  state_->count(reservations_);
  state_ = nullptr;
}

Throttle::Throttle(const support::Clock& clock, const std::optional<Limits>& limits,
                   std::chrono::milliseconds patience)
    : state_(limits ? std::make_unique<State>(clock, *limits, patience) : nullptr) {}

Throttle::~Throttle() = default;

Throttle::Attempt Throttle::start_log_in(const std::string& email, const std::string& address) {
  return start_password_attempt("log-in ", email, address);
}

Throttle::Attempt Throttle::start_password_check(const std::string& user_id,
                                                 const std::string& address) {
  return start_password_attempt("password ", user_id, address);
}

Throttle::Attempt Throttle::start_password_attempt(const std::string& purpose,
                                                   const std::string& account,
                                                   const std::string& address) {
  const std::string network = network_of(address);
  return {
      state_.get(),
      {{Attempt::Reservation::failure_for_account_and_network, purpose + network + ' ' + account},
       {Attempt::Reservation::failure_for_account, purpose + account},
       {Attempt::Reservation::failure_for_network, purpose + network}}};
}

Throttle::Attempt Throttle::start_signup(const std::string& address) {
  return {state_.get(), {{Attempt::Reservation::signup_from_network, network_of(address)}}};
}

bool Throttle::count_forged_token(const std::string& address) {
  try {
    Attempt(state_.get(),
            {{Attempt::Reservation::failure_for_network, "token " + network_of(address)}})
        .count();
    return true;
  } catch (const TooManyAttempts&) {
    return false;
  }
}

void Throttle::count_failed_refresh(const std::string& address) {
  Attempt failed(state_.get(),
                 {{Attempt::Reservation::failure_for_network, "refresh " + network_of(address)}});
  failed.count();
}

}  // namespace taskdock::security
