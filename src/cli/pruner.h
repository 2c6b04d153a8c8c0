#pragma once

#include <chrono>
#include <condition_variable>
#include <thread>

#include "store/store.h"
#include "support/clock.h"
#include "support/mutex.h"

namespace taskdock::cli {

/// Removes for good, while it exists, what was deleted too long ago, and the answers that were kept
/// long enough: at once, and then again and again, on a thread of its own.
class Pruner {
 public:
  /// How long what was deleted is kept.
  struct Periods {
    std::chrono::days trash;       // the tasks
    std::chrono::days tombstones;  // the knowledge that they were deleted
  };

  /// `store` and `clock` must outlive this. Throws std::system_error if the system has no thread
  /// for it.
  Pruner(store::Store& store, const support::Clock& clock, const Periods& periods,
         std::chrono::milliseconds pause = std::chrono::hours(1));
  ~Pruner();

  Pruner(const Pruner&) = delete;
  Pruner& operator=(const Pruner&) = delete;

 private:
  void prune() noexcept EXCLUDES(mutex_);

  store::Store& store_;
  const support::Clock& clock_;
  const Periods periods_;
  const std::chrono::milliseconds pause_;
  support::Mutex mutex_;
  std::condition_variable end_;
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace taskdock::cli
