#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "store/connection.h"

namespace taskdock::store {

/// The one thread that writes, with group commit: while one batch is being committed the next
/// gathers, and goes to the disk in one transaction. Waiting for the disk is what gathers it; there
/// is no timer, and a lone write waits for nobody. (The idea is LevelDB's, DBImpl::Write.)
class Writer {
 public:
  /// `connection` is the writer thread's alone until this ends.
  explicit Writer(Connection& connection);
  /// Commits what was accepted, then ends the thread.
  ~Writer();

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Runs `work(Connection&)` on the writer thread, inside the batch's transaction and in a
  /// savepoint of its own, and returns when it is on the disk. What `work` throws is rethrown here,
  /// with nothing of it kept and the rest of the batch unharmed. When the transaction or its commit
  /// fails, every call of the batch gets SQLite's error and nothing is kept. Any thread may call
  /// it; throws Unavailable once the writer is ending.
  template <class Work>
  void run(Work work) {
    JobOf<Work> job(std::move(work));
    run_job(job);
  }

  /// The same for what nobody waits for and can be left undone, as it is once the writer is ending
  /// or behind with a thousand of them. Nobody learns of it.
  template <class Work>
  void post(Work work) {
    post_job(std::make_unique<JobOf<Work>>(std::move(work)));
  }

  /// Commits so far: for tests, which prove by it that writes share one.
  std::uint64_t commits() const { return commits_.load(); }

 private:
  class Job {
   public:
    virtual ~Job() = default;
    virtual void execute(Connection& connection) = 0;
    std::exception_ptr error;
  };

  template <class Work>
  class JobOf final : public Job {
   public:
    explicit JobOf(Work work) : work_(std::move(work)) {}
    void execute(Connection& connection) override { work_(connection); }

   private:
    Work work_;
  };

  /// Calls that are committed together. All of them wait on the one flag, so that one system call
  /// wakes them all.
  struct Batch {
    std::vector<Job*> jobs;                         // of callers that wait, on their stacks, and
    std::vector<std::unique_ptr<Job>> posted_jobs;  // of those that do not
    std::atomic<int> done{0};
  };

  void run_job(Job& job);
  void post_job(std::unique_ptr<Job> job);
  void add_job(Job& job);
  void work();
  void commit(Batch& batch);
  void execute(Job& job);
  void keep_promise_of_checkpoint() noexcept;

  Connection& connection_;
  // The writer thread's alone: whether the log is still to be emptied, and when to try it again.
  bool checkpoint_overdue_ = false;
  std::chrono::steady_clock::time_point next_checkpoint_;
  std::mutex mutex_;  // guards gathering_ and ending_
  std::condition_variable work_arrived_;
  std::shared_ptr<Batch> gathering_;
  bool ending_ = false;
  std::atomic<std::uint64_t> commits_{0};
  std::thread thread_;
};

}  // namespace taskdock::store
