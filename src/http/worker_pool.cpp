#include "http/worker_pool.h"

#include <system_error>
#include <thread>
#include <utility>

#include "support/log.h"

namespace taskdock::http {

WorkerPool::WorkerPool(std::size_t limit, std::chrono::milliseconds patience)
    : limit_(limit), patience_(patience) {}

WorkerPool::~WorkerPool() {
  support::MutexLock lock(mutex_);
  ending_ = true;
  job_arrived_.notify_all();
  while (threads_ > 0) lock.wait(thread_ended_);
}

bool WorkerPool::run(const Job& job) {
  const support::MutexLock lock(mutex_);
  // For each waiting job a free thread has been notified already. One that has become too many is
  // free until it ends, and is given nothing.
  const std::size_t at_work = threads_ - free_ + jobs_.size();
  const bool has_free_thread = free_ > jobs_.size() && at_work < limit_ + extra_;
  if (!has_free_thread && !start_thread()) return false;
  jobs_.push_back(job);
  job_arrived_.notify_one();
  return true;
}

void WorkerPool::run_later(Job job) {
  const support::MutexLock lock(mutex_);
  jobs_.push_back(std::move(job));
  job_arrived_.notify_one();
}

bool WorkerPool::wait_until_done(std::chrono::steady_clock::time_point deadline) {
  support::MutexLock lock(mutex_);
  while (!jobs_.empty() || free_ < threads_) {
    if (!lock.wait_until(jobs_done_, deadline)) return jobs_.empty() && free_ == threads_;
  }
  return true;
}

WorkerPool::Extra::Extra(WorkerPool& pool) : pool_(pool) {
  const support::MutexLock lock(pool_.mutex_);
  ++pool_.extra_;
}

WorkerPool::Extra::~Extra() {
  const support::MutexLock lock(pool_.mutex_);
  --pool_.extra_;
}

/// Starts a thread, which is free at first; false at the limit or if the system gives none.
bool WorkerPool::start_thread() {
  if (threads_ >= limit_ + extra_) return false;
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
  while (const std::optional<Job> job = next_job()) {
    try {
      (*job)();
    } catch (...) {
      // Most likely there is no memory. Only this one connection is lost.
      support::log(support::LogLevel::error, "a connection was given up after an exception");
    }
    finish_job();
  }
}

/// Waits for a job. Returns nothing if none comes for a while or ever again, or if there are more
/// threads than are allowed; then the thread is no longer counted.
std::optional<WorkerPool::Job> WorkerPool::next_job() {
  support::MutexLock lock(mutex_);
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  while (jobs_.empty()) {
    if (!ending_ && threads_ <= limit_ + extra_ && lock.wait_until(job_arrived_, deadline))
      continue;
    if (!jobs_.empty()) break;
    --free_;
    --threads_;
    // Under the lock, so that the pool is not destroyed before this call has returned.
    thread_ended_.notify_all();
    return std::nullopt;
  }
  std::optional<Job> job = std::move(jobs_.front());
  jobs_.pop_front();
  --free_;
  return job;
}

void WorkerPool::finish_job() {
  const support::MutexLock lock(mutex_);
  ++free_;
  if (jobs_.empty() && free_ == threads_) jobs_done_.notify_all();
}

}  // namespace taskdock::http
