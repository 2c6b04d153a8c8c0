#pragma once

#include <array>
#include <chrono>
#include <cstddef>

namespace taskdock::system {

/// A counting semaphore of the operating system, since libstdc++ 12's std::counting_semaphore can
/// wait for ever though its count is above zero (gcc.gnu.org/bugzilla, 104928). Takes no lock while
/// the count is above zero. Any thread may call it.
class Semaphore {
 public:
  explicit Semaphore(unsigned count);
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  ~Semaphore();

  /// Waits until the count is above zero, and decrements it.
  void acquire();

  /// The same, but waits no longer than `patience`. Returns whether it decremented the count.
  bool try_acquire_for(std::chrono::milliseconds patience);

  void release();

 private:
  // Room for the system's own semaphore, whose type is known to the implementation only.
  alignas(std::max_align_t) std::array<std::byte, 32> semaphore_;
};

}  // namespace taskdock::system
