#pragma once

#include <semaphore.h>

#include <cerrno>
#include <chrono>
#include <ctime>

namespace taskdock::support {

/// A counting semaphore: sem_t, since libstdc++ 12's std::counting_semaphore can wait for ever
/// though its count is above zero (gcc.gnu.org/bugzilla, 104928). Takes no lock while the count is
/// above zero. Any thread may call it.
class Semaphore {
 public:
  explicit Semaphore(unsigned count) { ::sem_init(&semaphore_, 0, count); }
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  ~Semaphore() { ::sem_destroy(&semaphore_); }

  /// Waits until the count is above zero, and decrements it.
  void acquire() {
    // It fails only when a signal interrupts it.
    while (::sem_wait(&semaphore_) != 0) {
    }
  }

  /// The same, but waits no longer than `patience`. Returns whether it decremented the count.
  bool try_acquire_for(std::chrono::milliseconds patience) {
    timespec deadline{};
    ::clock_gettime(CLOCK_MONOTONIC, &deadline);
    const auto nanoseconds = std::chrono::nanoseconds(patience).count() + deadline.tv_nsec;
    deadline.tv_sec += nanoseconds / 1'000'000'000;
    deadline.tv_nsec = nanoseconds % 1'000'000'000;
    int result = 0;
    do {
      result = ::sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &deadline);
    } while (result != 0 && errno == EINTR);
    return result == 0;
  }

  void release() { ::sem_post(&semaphore_); }

 private:
  ::sem_t semaphore_;
};

}  // namespace taskdock::support
