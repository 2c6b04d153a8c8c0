#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "support/clock.h"

namespace taskdock::security {

/// One token bucket for each key, as in the generic cell rate algorithm (ITU-T I.371): the state of
/// a bucket is the time at which it will be full again, and how many of its tokens are reserved. A
/// reserved token is not available to others until count() spends it or give_back() puts it back.
///
/// Not thread-safe. `now` must never go back from one call to the next.
class TokenBuckets {
 public:
  /// A bucket holds `at_once` tokens (at least 1); a spent token is replaced after `interval` (at
  /// least 1 µs), one after the other. With more than `max_keys` keys (at least 1), the key for
  /// which reserve() or count() was called least recently is forgotten.
  TokenBuckets(std::int64_t at_once, std::chrono::microseconds interval, std::size_t max_keys);
  TokenBuckets(const TokenBuckets&) = delete;
  TokenBuckets& operator=(const TokenBuckets&) = delete;

  /// The time until `key` has a token if all reserved tokens are spent; zero if it has one now.
  std::chrono::microseconds wait(const std::string& key, support::Timestamp now) const;

  /// The same if all reserved tokens are given back.
  std::chrono::microseconds shortest_wait(const std::string& key, support::Timestamp now) const;

  /// Reserves a token of `key`. wait() must be zero.
  void reserve(const std::string& key, support::Timestamp now);

  /// Spends a reserved token of `key`.
  void count(const std::string& key, support::Timestamp now);

  /// Puts a reserved token of `key` back.
  void give_back(const std::string& key, support::Timestamp now);

  /// The number of keys that are remembered; a bucket that is full need not be.
  std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    std::string key;
    support::Timestamp full_at;
    std::int64_t reserved;
  };

  std::chrono::microseconds wait_for_token(std::chrono::microseconds until_full) const;
  Bucket& use(const std::string& key, support::Timestamp now);

  const std::int64_t at_once_;
  const std::chrono::microseconds interval_;
  const std::size_t max_keys_;
  std::list<Bucket> buckets_;  // the most recently used first
  std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key_;
};

}  // namespace taskdock::security
