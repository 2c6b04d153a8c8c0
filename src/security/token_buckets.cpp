#include "security/token_buckets.h"

#include <algorithm>

namespace taskdock::security {

using std::chrono::microseconds;

TokenBuckets::TokenBuckets(std::int64_t at_once, microseconds interval, std::size_t max_keys)
    : at_once_(at_once), interval_(interval), max_keys_(max_keys) {}

microseconds TokenBuckets::wait(const std::string& key, support::Timestamp now) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return microseconds(0);
  const Bucket& bucket = *found->second;
  return wait_for_token(std::max(microseconds(0), bucket.full_at - now) +
                        bucket.reserved * interval_);
}

microseconds TokenBuckets::shortest_wait(const std::string& key, support::Timestamp now) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? microseconds(0) : wait_for_token(found->second->full_at - now);
}

void TokenBuckets::reserve(const std::string& key, support::Timestamp now) {
  ++use(key, now).reserved;
}

void TokenBuckets::count(const std::string& key, support::Timestamp now) {
  Bucket& bucket = use(key, now);
  bucket.full_at = std::max(bucket.full_at, now) + interval_;
  // None is reserved if the bucket was forgotten in the meantime.
  if (bucket.reserved > 0) --bucket.reserved;
}

void TokenBuckets::give_back(const std::string& key, support::Timestamp now) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  const auto bucket = found->second;
  if (bucket->reserved > 0) --bucket->reserved;
  if (bucket->reserved > 0 || bucket->full_at > now) return;
  by_key_.erase(found);
  buckets_.erase(bucket);
}

microseconds TokenBuckets::wait_for_token(microseconds until_full) const {
  return std::max(microseconds(0), until_full - (at_once_ - 1) * interval_);
}

TokenBuckets::Bucket& TokenBuckets::use(const std::string& key, support::Timestamp now) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
    return buckets_.front();
  }
  if (buckets_.size() == max_keys_) {
    by_key_.erase(buckets_.back().key);
    buckets_.pop_back();
  }
  std::list<Bucket> bucket;
  bucket.push_front({key, now, 0});
  by_key_.emplace(bucket.front().key, bucket.begin());
  buckets_.splice(buckets_.begin(), bucket);  // after all that can throw
  return buckets_.front();
}

}  // namespace taskdock::security
