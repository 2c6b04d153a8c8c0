#include "cli/pruner.h"

namespace taskdock::cli {

Pruner::Pruner(store::Store& store, const support::Clock& clock, const Periods& periods,
               std::chrono::milliseconds pause)
    : store_(store), clock_(clock), periods_(periods), pause_(pause), thread_([this] {
        prune();
      }) {}

Pruner::~Pruner() {
  {
    const support::MutexLock lock(mutex_);
    ending_ = true;
  }
  end_.notify_one();
  thread_.join();
}

void Pruner::prune() noexcept {
  support::MutexLock lock(mutex_);
  while (!ending_) {
    const support::Timestamp now = clock_.now();
    store_.prune_trash(now - periods_.trash);
    store_.prune_tombstones(now - periods_.tombstones);
    store_.prune_answers(now);
    const auto next = std::chrono::steady_clock::now() + pause_;
    while (!ending_ && lock.wait_until(end_, next)) {
    }
  }
}

}  // namespace taskdock::cli
