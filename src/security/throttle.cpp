#include "security/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace taskdock::security {

namespace {

using std::chrono::microseconds;

// Less than four megabytes where all are of the longest emails.
constexpr std::size_t most_buckets = 8192;

constexpr microseconds none{0};

std::string network_of(const std::string& address) {
  std::array<std::uint8_t, sizeof(in6_addr)> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

void refuse_after(microseconds wait) {
  if (wait > none) throw Throttle::TooManyAttempts(wait);
}

}  // namespace

TokenBuckets::TokenBuckets(const support::Clock& clock, Allowance allowance, std::size_t most)
    : clock_(clock), allowance_(allowance), most_(most) {}

microseconds TokenBuckets::wait(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  return wait_at(key, clock_.now());
}

void TokenBuckets::charge(const std::string& key) {
  const std::lock_guard lock(mutex_);
  charge_at(key, clock_.now());
}

microseconds TokenBuckets::take(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const support::Timestamp now = clock_.now();
  const microseconds wait = wait_at(key, now);
  if (wait == none) charge_at(key, now);
  return wait;
}

microseconds TokenBuckets::until_full(const std::string& key, support::Timestamp now) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return none;
  const microseconds left = found->second->full_at - now;
  // So much is never charged: the clock was set back.
  return left > most_charged() ? none : std::max(none, left);
}

microseconds TokenBuckets::wait_at(const std::string& key, support::Timestamp now) const {
  return std::max(
      none, until_full(key, now) - (allowance_.at_once - 1) * microseconds(allowance_.then_every));
}

void TokenBuckets::charge_at(const std::string& key, support::Timestamp now) {
  const support::Timestamp full_at =
      now + std::min(most_charged(), until_full(key, now) + allowance_.then_every);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    found->second->full_at = full_at;
    buckets_.splice(buckets_.begin(), buckets_, found->second);
    return;
  }
  if (buckets_.size() == most_) {
    by_key_.erase(buckets_.back().key);
    buckets_.pop_back();
  }
  buckets_.push_front({key, full_at});
  by_key_.emplace(buckets_.front().key, buckets_.begin());
}

Throttle::TooManyAttempts::TooManyAttempts(microseconds wait)
    : std::runtime_error("too many attempts"),
      retry_after_(
          std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait))) {}

struct Throttle::Buckets {
  Buckets(const support::Clock& clock, const Limits& limits)
      : failures_by_account(clock, limits.failures_per_account, most_buckets),
        failures_by_address(clock, limits.failures_per_address, most_buckets),
        signups_by_address(clock, limits.signups_per_address, most_buckets) {}

  TokenBuckets failures_by_account;
  TokenBuckets failures_by_address;
  TokenBuckets signups_by_address;
};

Throttle::Throttle(const support::Clock& clock, const std::optional<Limits>& limits)
    : buckets_(limits ? std::make_unique<Buckets>(clock, *limits) : nullptr) {}

Throttle::~Throttle() = default;

Throttle::Attempt Throttle::log_in(const std::string& email, const std::string& address) {
  return {"log-in " + email, "log-in " + network_of(address)};
}

Throttle::Attempt Throttle::password_check(const std::string& user_id, const std::string& address) {
  return {"password " + user_id, "password " + network_of(address)};
}

void Throttle::check(const Attempt& attempt) const {
  if (!buckets_) return;
  refuse_after(std::max(buckets_->failures_by_account.wait(attempt.account),
                        buckets_->failures_by_address.wait(attempt.address)));
}

void Throttle::note_failure(const Attempt& attempt) {
  if (!buckets_) return;
  buckets_->failures_by_account.charge(attempt.account);
  buckets_->failures_by_address.charge(attempt.address);
}

void Throttle::admit_failed_refresh(const std::string& address) {
  if (buckets_) refuse_after(buckets_->failures_by_address.take("refresh " + network_of(address)));
}

void Throttle::admit_signup(const std::string& address) {
  if (buckets_) refuse_after(buckets_->signups_by_address.take(network_of(address)));
}

}  // namespace taskdock::security
