#pragma once

#include <atomic>
#include <cstdint>

#include "support/clock.h"
#include "support/random.h"

namespace taskdock::testing {

/// A clock the test owns: it stands still until it is moved.
class FakeClock final : public support::Clock {
 public:
  support::Timestamp now() const override {
    return support::Timestamp(std::chrono::microseconds(microseconds_));
  }
  void set(support::Timestamp time) { microseconds_ = time.time_since_epoch().count(); }
  void advance(std::chrono::microseconds by) { microseconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> microseconds_{1'767'695'400'123'456};  // 2026-01-06T10:30:00.123456Z
};

/// Randomness anybody can predict: every byte is the one before plus one.
class CountingRandom final : public support::RandomSource {
 public:
  explicit CountingRandom(std::uint8_t first = 0) : next_(first) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_++;
  }

 private:
  std::atomic<std::uint8_t> next_;
};

}  // namespace taskdock::testing
