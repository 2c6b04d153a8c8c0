#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <optional>

#include "support/mutex.h"

namespace taskdock::http {

/// Threads for connections: a free one or a new one, up to a limit, since a connection keeps its
/// thread for as long as it is open. A thread that stays free for a while ends. Any thread may call
/// it.
class WorkerPool {
 public:
  using Job = std::function<void()>;

  /// At most `limit` threads; one that was free for `patience` ends.
  WorkerPool(std::size_t limit, std::chrono::milliseconds patience);

  /// Waits for all jobs and threads to end.
  ~WorkerPool();

  /// Runs `job` on a thread of its own now; false, with nothing done, if no thread is free and none
  /// can be started.
  bool run(const Job& job) EXCLUDES(mutex_);

  /// Runs `job` as soon as a thread is free.
  void run_later(Job job) EXCLUDES(mutex_);

  /// Allows one more thread for as long as this exists: for a job that takes one for hours.
  class Extra {
   public:
    explicit Extra(WorkerPool& pool) EXCLUDES(pool.mutex_);
    Extra(const Extra&) = delete;
    Extra& operator=(const Extra&) = delete;
    ~Extra();

   private:
    WorkerPool& pool_;
  };

  /// Waits until all jobs are done, but no longer than until `deadline`; whether they are.
  bool wait_until_done(std::chrono::steady_clock::time_point deadline) EXCLUDES(mutex_);

 private:
  bool start_thread() REQUIRES(mutex_);
  void work() EXCLUDES(mutex_);
  std::optional<Job> next_job() EXCLUDES(mutex_);
  void finish_job() EXCLUDES(mutex_);

  const std::size_t limit_;
  const std::chrono::milliseconds patience_;
  support::Mutex mutex_;
  std::condition_variable job_arrived_;
  std::condition_variable thread_ended_;
  std::condition_variable jobs_done_;
  std::deque<Job> jobs_ GUARDED_BY(mutex_);
  std::size_t threads_ GUARDED_BY(mutex_) = 0;
  std::size_t free_ GUARDED_BY(mutex_) = 0;
  std::size_t extra_ GUARDED_BY(mutex_) = 0;
  bool ending_ GUARDED_BY(mutex_) = false;
};

}  // namespace taskdock::http
