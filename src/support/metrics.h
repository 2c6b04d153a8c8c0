#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Counts that tell how a server does. Any thread may change and read them, and none waits for
/// another.
namespace taskdock::support {

/// A number of events, which only grows.
class Counter {
 public:
  void add(std::uint64_t events = 1) noexcept {
    value_.fetch_add(events, std::memory_order_relaxed);
  }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// How many of something there are now.
class Gauge {
 public:
  void add() noexcept { value_.fetch_add(1, std::memory_order_relaxed); }
  void remove() noexcept { value_.fetch_sub(1, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

  /// One more while this exists.
  class Hold {
   public:
    /// Null: counts nothing.
    explicit Hold(Gauge* gauge) : gauge_(gauge) {
      if (gauge_) gauge_->add();
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() {
      if (gauge_) gauge_->remove();
    }

   private:
    Gauge* gauge_;
  };

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// What a Histogram has counted.
struct HistogramCounts {
  std::span<const std::uint64_t> bounds;
  std::vector<std::uint64_t> counts;  // of the values up to each bound and above the one before it;
                                      // the last: of those above all bounds
  std::uint64_t sum = 0;              // of all values

  std::uint64_t total() const {
    std::uint64_t total = 0;
    for (const std::uint64_t count : counts) total += count;
    return total;
  }
};

/// Counts values by their size. `bounds`, an array of std::uint64_t in ascending order, lives as
/// long as the program.
template <const auto& bounds>
class Histogram {
 public:
  void observe(std::uint64_t value) noexcept {
    std::size_t place = 0;
    while (place < bounds.size() && value > bounds[place]) ++place;
    counts_[place].add();
    sum_.add(value);
  }

  HistogramCounts counts() const {
    HistogramCounts all{.bounds = bounds, .counts = {}};
    for (const Counter& count : counts_) all.counts.push_back(count.value());
    all.sum = sum_.value();
    return all;
  }

 private:
  std::array<Counter, bounds.size() + 1> counts_;
  Counter sum_;
};

}  // namespace taskdock::support
