#include "store/writer.h"

#include <SQLiteCpp/Exception.h>

#include "store/errors.h"
#include "support/log.h"

namespace taskdock::store {

namespace {

constexpr std::size_t most_posted_jobs = 1000;

}  // namespace

Writer::Writer(Connection& connection)
    : connection_(connection), gathering_(std::make_shared<Batch>()), thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_arrived_.notify_one();
  thread_.join();
}

void Writer::run_job(Job& job) {
  std::shared_ptr<Batch> batch;
  {
    const std::lock_guard lock(mutex_);
    if (ending_) throw Unavailable("the database is closing");
    batch = gathering_;
    add_job(job);
  }
  batch->done.wait(0);
  if (job.error) std::rethrow_exception(job.error);
}

void Writer::post_job(std::unique_ptr<Job> job) {
  const std::lock_guard lock(mutex_);
  if (ending_ || gathering_->posted_jobs.size() >= most_posted_jobs) return;
  gathering_->posted_jobs.push_back(std::move(job));
  add_job(*gathering_->posted_jobs.back());
}

void Writer::add_job(Job& job) {
  gathering_->jobs.push_back(&job);
  // The writer looks again before it sleeps, so only the first of a batch needs to wake it.
  if (gathering_->jobs.size() == 1) work_arrived_.notify_one();
}

void Writer::work() {
  for (;;) {
    std::shared_ptr<Batch> batch = std::make_shared<Batch>();
    {
      std::unique_lock lock(mutex_);
      work_arrived_.wait(lock, [this] { return ending_ || !gathering_->jobs.empty(); });
      if (gathering_->jobs.empty()) return;
      batch.swap(gathering_);
    }
    commit(*batch);
    batch->done.store(1);
    batch->done.notify_all();
  }
}

void Writer::commit(Batch& batch) {
  try {
    connection_.begin_immediate.lend().step();
    for (Job* job : batch.jobs) execute(*job);
    connection_.commit.lend().step();
    ++commits_;
    keep_promise_of_checkpoint();
  } catch (...) {
    // Nothing of the batch was kept, so nobody of it may be told otherwise.
    for (Job* job : batch.jobs) job->error = std::current_exception();
    connection_.roll_back();
    connection_.wants_checkpoint = false;
  }
}

/// Empties the write-ahead log where a job of this batch asked for it, or one of a batch before,
/// when somebody who read the database was in the way; others wait for it only once.
void Writer::keep_promise_of_checkpoint() {
  constexpr std::chrono::milliseconds patience{250};
  const bool is_asked = std::exchange(connection_.wants_checkpoint, false);
  if (!is_asked && !checkpoint_overdue_) return;
  checkpoint_overdue_ = !connection_.checkpoint(is_asked ? patience : patience.zero());
  if (is_asked && checkpoint_overdue_) {
    support::log(
        support::LogLevel::warning,
        "the database is being read, so what was deleted stays in its write-ahead log until "
        "the next write");
  }
}

/// Runs one job in its savepoint. Throws only when the transaction as a whole is lost.
void Writer::execute(Job& job) {
  connection_.savepoint.lend().step();
  try {
    job.execute(connection_);
  } catch (...) {
    job.error = std::current_exception();
    // On a full disk, say, SQLite has rolled back everything; there is no savepoint to go back to.
    if (!connection_.in_transaction()) throw;
    connection_.rollback_to.lend().step();
  }
  connection_.release.lend().step();
}

}  // namespace taskdock::store
