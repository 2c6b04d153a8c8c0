#include "support/mutex.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace taskdock::support {

namespace {

using namespace std::chrono_literals;

struct GuardedCounter {
  Mutex mutex;
  std::condition_variable changed;
  int value GUARDED_BY(mutex) = 0;
};

}  // namespace

TEST_CASE("support/mutex: what it guards is changed by one thread at a time") {
  GuardedCounter counter;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&counter] {
        for (int n = 0; n < 10'000; ++n) {
          const MutexLock lock(counter.mutex);
          ++counter.value;
        }
      });
    }
  }
  const MutexLock lock(counter.mutex);
  CHECK(counter.value == 40'000);
}

TEST_CASE("support/mutex: whoever waits lets go of it meanwhile, and holds it afterwards") {
  GuardedCounter counter;
  MutexLock lock(counter.mutex);
  const std::jthread other([&counter] {
    const MutexLock theirs(counter.mutex);
    counter.value = 1;
    counter.changed.notify_one();
  });
  while (counter.value == 0) lock.wait(counter.changed);
  CHECK(counter.value == 1);
  std::jthread([&counter] { CHECK_FALSE(counter.mutex.try_lock()); }).join();
}

TEST_CASE("support/mutex: a wait that nobody ends is over after its time") {
  GuardedCounter counter;
  MutexLock lock(counter.mutex);
  // Again where it woke for no reason.
  while (lock.wait_until(counter.changed, std::chrono::steady_clock::now() + 1ms)) {
  }
  std::jthread([&counter] { CHECK_FALSE(counter.mutex.try_lock()); }).join();
}

}  // namespace taskdock::support
