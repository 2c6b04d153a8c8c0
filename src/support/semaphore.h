#pragma once

#include <semaphore.h>

namespace taskdock::support {

/// A counting semaphore: sem_t(7), since libstdc++ 12's std::counting_semaphore can sleep forever
/// though there is something to take (gcc.gnu.org/bugzilla, 104928). Takes no lock while there is
/// something to take. Any thread may call it.
class Semaphore {
 public:
  explicit Semaphore(unsigned count) { ::sem_init(&semaphore_, 0, count); }
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  ~Semaphore() { ::sem_destroy(&semaphore_); }

  /// Waits until the count is above zero, and takes one off.
  void acquire() {
    // It fails only when a signal interrupts it.
    while (::sem_wait(&semaphore_) != 0) {
    }
  }

  /// Takes one off if the count is above zero; whether it was.
  bool try_acquire() { return ::sem_trywait(&semaphore_) == 0; }

  void release() { ::sem_post(&semaphore_); }

 private:
  ::sem_t semaphore_;
};

}  // namespace taskdock::support
