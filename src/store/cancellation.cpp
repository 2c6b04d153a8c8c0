#include "store/cancellation.h"

#include <utility>

namespace taskdock::store {

void Cancellation::cancel() noexcept {
  const support::MutexLock lock(mutex_);
  is_cancelled_ = true;
  if (interrupt_) interrupt_();
}

void Cancellation::check() const {
  const support::MutexLock lock(mutex_);
  if (is_cancelled_) throw Cancelled();
}

Cancellation::Call::Call(Cancellation* cancellation, std::function<void()> interrupt)
    : cancellation_(cancellation) {
  if (!cancellation_) return;
  const support::MutexLock lock(cancellation_->mutex_);
  cancellation_->interrupt_ = std::move(interrupt);
}

Cancellation::Call::~Call() {
  if (!cancellation_) return;
  const support::MutexLock lock(cancellation_->mutex_);
  cancellation_->interrupt_ = nullptr;
}

}  // namespace taskdock::store
