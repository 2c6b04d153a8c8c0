#include "http/worker_pool.h"

#include <system_error>
#include <thread>
#include <utility>

namespace taskdock::http {

WorkerPool::WorkerPool(std::size_t limit, std::chrono::milliseconds patience)
    : limit_(limit), patience_(patience) {}

WorkerPool::~WorkerPool() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  job_arrived_.notify_all();
  thread_ended_.wait(lock, [this] { return threads_ == 0; });
}

bool WorkerPool::run(const Job& job) {
  const std::lock_guard lock(mutex_);
  // Each waiting job has a free thread on its way to it.
  if (free_ <= jobs_.size() && !start_thread()) return false;
  jobs_.push_back(job);
  job_arrived_.notify_one();
  return true;
}

void WorkerPool::run_later(Job job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  job_arrived_.notify_one();
}

bool WorkerPool::wait_until_done(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return jobs_done_.wait_until(lock, deadline,
                               [this] { return jobs_.empty() && free_ == threads_; });
}

/// Starts a thread, which is free at first; false at the limit or if the system gives none.
bool WorkerPool::start_thread() {
  if (threads_ == limit_) return false;
  try {
    std::thread([this] { work(); }).detach();
  } catch (const std::system_error&) {
    return false;
  }
  ++threads_;
  ++free_;
  return true;
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    job_arrived_.wait_for(lock, patience_, [this] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) break;  // nobody needed this thread for a while, or nobody ever will
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    --free_;
    lock.unlock();
    job();
    lock.lock();
    ++free_;
    if (jobs_.empty() && free_ == threads_) jobs_done_.notify_all();
  }
  --free_;
  --threads_;
  // Under the lock, so that the pool is not gone before this is said. (libstdc++'s
  // notify_all_at_thread_exit says it after unlocking.)
  thread_ended_.notify_all();
}

}  // namespace taskdock::http
