// Is compiled by thread_safety.test.mjs alone, which expects an error for each line marked so.
#include "support/mutex.h"

namespace {

class Counter {
 public:
  void add_with_lock() {
    const taskdock::support::MutexLock lock(mutex_);
    ++count_;
  }

  void add_without_lock() {
    ++count_;  // an error: the lock is not held
  }

  void add_for_caller_with_lock() REQUIRES(mutex_) { ++count_; }

  void call_without_lock() {
    add_for_caller_with_lock();  // an error: the lock is not held
  }

  void lock_twice() {
    const taskdock::support::MutexLock lock(mutex_);
    const taskdock::support::MutexLock again(mutex_);  // an error: a thread waits for itself
  }

 private:
  taskdock::support::Mutex mutex_;
  int count_ GUARDED_BY(mutex_) = 0;
};

}  // namespace

int main() {
  Counter counter;
  counter.add_with_lock();
  counter.add_without_lock();
  counter.call_without_lock();
  counter.lock_twice();
}
