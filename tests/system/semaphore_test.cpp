#include "system/semaphore.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace taskdock::system {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("system/semaphore: as many as its count get through, and one more for each release") {
  Semaphore semaphore(2);
  semaphore.acquire();
  CHECK(semaphore.try_acquire_for(milliseconds(0)));
  CHECK_FALSE(semaphore.try_acquire_for(milliseconds(0)));
  CHECK_FALSE(semaphore.try_acquire_for(milliseconds(20)));
  semaphore.release();
  CHECK(semaphore.try_acquire_for(milliseconds(0)));
  CHECK_FALSE(semaphore.try_acquire_for(milliseconds(0)));
}

TEST_CASE("system/semaphore: a release wakes one that waits, with patience or without end") {
  Semaphore semaphore(0);
  for (const bool has_patience : {true, false}) {
    std::thread waiting([&] {
      if (has_patience) {
        CHECK(semaphore.try_acquire_for(seconds(60)));
      } else {
        semaphore.acquire();
      }
    });
    semaphore.release();
    waiting.join();
  }
  CHECK_FALSE(semaphore.try_acquire_for(milliseconds(0)));
}

TEST_CASE("system/semaphore: never more at once than its count, and none waits for ever") {
  constexpr int count = 3;
  constexpr int threads = 8;
  Semaphore semaphore(count);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < threads; ++i) {
      all.emplace_back([&] {
        for (int round = 0; round < 500; ++round) {
          semaphore.acquire();
          const int now = ++inside;
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          --inside;
          semaphore.release();
        }
      });
    }
  }
  CHECK(most <= count);
  for (int i = 0; i < count; ++i) CHECK(semaphore.try_acquire_for(milliseconds(0)));
  CHECK_FALSE(semaphore.try_acquire_for(milliseconds(0)));
}

}  // namespace taskdock::system
