#pragma once

#include <functional>
#include <stdexcept>

#include "support/mutex.h"

namespace taskdock::store {

/// A piece of work was ended by its Cancellation.
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled") {}
};

/// Ends a long piece of work early, which then throws Cancelled. Any thread may call it.
class Cancellation {
 public:
  void cancel() noexcept EXCLUDES(mutex_);

  /// For the work: throws Cancelled once it is to end.
  void check() const EXCLUDES(mutex_);

  /// For the work: while this exists, cancel() also calls `interrupt`, which must not throw. The
  /// work calls check() once it has made this, since cancel() may have been called before.
  class Call {
   public:
    Call(Cancellation* cancellation, std::function<void()> interrupt);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Cancellation* const cancellation_;  // null: nobody cancels the work
  };

 private:
  mutable support::Mutex mutex_;
  bool is_cancelled_ GUARDED_BY(mutex_) = false;
  std::function<void()> interrupt_ GUARDED_BY(mutex_);
};

}  // namespace taskdock::store
