#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "support/thread_annotations.h"

namespace taskdock::support {

/// std::mutex, known to the thread safety analysis: the standard library's own is not annotated.
class CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() ACQUIRE() { mutex_.lock(); }
  void unlock() RELEASE() { mutex_.unlock(); }
  bool try_lock() TRY_ACQUIRE(true) { return mutex_.try_lock(); }

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

/// Holds a Mutex for the length of a block; a condition variable can wait with it.
class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : lock_(mutex.mutex_) {}
  ~MutexLock() RELEASE() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  /// Releases the lock until `condition` is notified, and then takes it again. It can also wake up
  /// without a notification: call it in a loop that checks for what it waits, in the function that
  /// holds the lock, so that the analysis sees both.
  void wait(std::condition_variable& condition) { condition.wait(lock_); }

  /// The same, until `deadline` at the latest; returns false if it has passed.
  template <class Clock, class Duration>
  bool wait_until(std::condition_variable& condition,
                  std::chrono::time_point<Clock, Duration> deadline) {
    return condition.wait_until(lock_, deadline) == std::cv_status::no_timeout;
  }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace taskdock::support
