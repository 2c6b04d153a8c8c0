#include "cli/trash_pruner.h"

namespace taskdock::cli {

TrashPruner::TrashPruner(store::Store& store, const support::Clock& clock, std::chrono::days period,
                         std::chrono::milliseconds pause)
    : store_(store), clock_(clock), period_(period), pause_(pause), thread_([this] { prune(); }) {}

TrashPruner::~TrashPruner() {
  {
    const support::MutexLock lock(mutex_);
    ending_ = true;
  }
  end_.notify_one();
  thread_.join();
}

void TrashPruner::prune() noexcept {
  support::MutexLock lock(mutex_);
  while (!ending_) {
    store_.prune_trash(clock_.now() - period_);
    const auto next = std::chrono::steady_clock::now() + pause_;
    while (!ending_ && lock.wait_until(end_, next)) {
    }
  }
}

}  // namespace taskdock::cli
