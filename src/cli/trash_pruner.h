#pragma once

#include <chrono>
#include <condition_variable>
#include <thread>

#include "store/store.h"
#include "support/clock.h"
#include "support/mutex.h"

namespace taskdock::cli {

/// Removes for good, while it exists, what has been in the trash for too long: at once, and then
/// again and again, on a thread of its own.
class TrashPruner {
 public:
  /// What was deleted more than `period` ago is removed. `store` and `clock` must outlive this.
  /// Throws std::system_error if the system has no thread for it.
  TrashPruner(store::Store& store, const support::Clock& clock, std::chrono::days period,
              std::chrono::milliseconds pause = std::chrono::hours(1));
  ~TrashPruner();

  TrashPruner(const TrashPruner&) = delete;
  TrashPruner& operator=(const TrashPruner&) = delete;

 private:
  void prune() noexcept EXCLUDES(mutex_);

  store::Store& store_;
  const support::Clock& clock_;
  const std::chrono::days period_;
  const std::chrono::milliseconds pause_;
  support::Mutex mutex_;
  std::condition_variable end_;
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace taskdock::cli
