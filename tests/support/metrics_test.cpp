#include "support/metrics.h"

#include <doctest/doctest.h>

#include <thread>

namespace taskdock::support {

namespace {

constexpr std::array<std::uint64_t, 3> bounds = {1, 10, 100};

}  // namespace

TEST_CASE("support/metrics: a value is counted at the lowest bound that it does not exceed") {
  Histogram<bounds> histogram;
  for (const std::uint64_t value : {0, 1, 2, 10, 11, 100, 101, 1000}) histogram.observe(value);
  const HistogramCounts counts = histogram.counts();
  CHECK(counts.counts == std::vector<std::uint64_t>{2, 2, 2, 2});
  CHECK(counts.total() == 8);
  CHECK(counts.sum == 1225);
  CHECK(counts.bounds.size() == 3);
  CHECK(counts.bounds.back() == 100);
}

TEST_CASE("support/metrics: nothing that several threads count is lost") {
  constexpr int threads = 16;
  constexpr int rounds = 2000;
  Counter counter;
  Gauge gauge;
  Histogram<bounds> histogram;
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < threads; ++i) {
      all.emplace_back([&] {
        for (int round = 0; round < rounds; ++round) {
          const Gauge::Hold held(&gauge);
          counter.add(2);
          histogram.observe(static_cast<std::uint64_t>(round % 3) * 50);
        }
      });
    }
  }
  CHECK(counter.value() == std::uint64_t{2} * threads * rounds);
  CHECK(gauge.value() == 0);
  CHECK(histogram.counts().total() == std::uint64_t{threads} * rounds);
}

TEST_CASE("support/metrics: a gauge says how many there are now") {
  Gauge gauge;
  {
    const Gauge::Hold one(&gauge);
    const Gauge::Hold other(&gauge);
    const Gauge::Hold nobody(nullptr);
    CHECK(gauge.value() == 2);
  }
  CHECK(gauge.value() == 0);
}

}  // namespace taskdock::support
