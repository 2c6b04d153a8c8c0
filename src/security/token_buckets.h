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

/// One token bucket for each key, in the form of the generic cell rate algorithm (ITU-T I.371): of
/// a bucket only the time is kept at which it is full again, and how many of its tokens are
/// reserved. A reserved token is missing until its attempt ends: count() spends it, give_back()
/// puts it back. So no more attempts run at once than there are tokens, and an attempt that is not
/// counted leaves no trace.
///
/// Not thread-safe. `now` must never go back from one call to the next.
class TokenBuckets {
 public:
  /// A full bucket has `at_once` tokens (at least 1), and gains one each `interval` (at least 1 µs)
  /// until it is full. Beyond `max_keys` keys (at least 1) the one that was reserved or counted
  /// longest ago is forgotten.
  TokenBuckets(std::int64_t at_once, std::chrono::microseconds interval, std::size_t max_keys);
  TokenBuckets(const TokenBuckets&) = delete;
  TokenBuckets& operator=(const TokenBuckets&) = delete;

  /// How long `key` has to wait for a token if each reserved one is counted; zero if there is one.
  std::chrono::microseconds wait(const std::string& key, support::Timestamp now) const;

  /// The same if each reserved one is given back.
  std::chrono::microseconds shortest_wait(const std::string& key, support::Timestamp now) const;

  /// Reserves a token of `key`; only where wait() is zero.
  void reserve(const std::string& key, support::Timestamp now);

  /// Spends a reserved token of `key`.
  void count(const std::string& key, support::Timestamp now);

  /// Puts a reserved token of `key` back.
  void give_back(const std::string& key, support::Timestamp now);

  /// How many keys have a bucket that is not full.
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
  std::list<Bucket> buckets_;  // the one used last comes first
  std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key_;
};

}  // namespace taskdock::security
