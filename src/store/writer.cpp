#include "store/writer.h"

#include <SQLiteCpp/Exception.h>

#include "store/errors.h"
#include "support/log.h"

namespace taskdock::store {

namespace {

constexpr std::size_t most_posted_jobs = 1000;

// How long a job that wants the log emptied, and all others with it, wait for those who read it.
constexpr std::chrono::milliseconds patience{250};

// How long until it is tried again where they took longer.
constexpr std::chrono::seconds overdue_pause{1};

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
  keep_promise_of_checkpoint();  // of a writer before this one
  for (;;) {
    std::shared_ptr<Batch> batch = std::make_shared<Batch>();
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [this] { return ending_ || !gathering_->jobs.empty(); };
      if (checkpoint_overdue_) {
        work_arrived_.wait_for(lock, overdue_pause, has_work);
      } else {
        work_arrived_.wait(lock, has_work);
      }
      if (ending_ && gathering_->jobs.empty()) return;
      batch.swap(gathering_);
    }
    if (!batch->jobs.empty()) commit(*batch);
    keep_promise_of_checkpoint();
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
  } catch (...) {
    // Nothing of the batch was kept, so nobody of it may be told otherwise.
    for (Job* job : batch.jobs) job->error = std::current_exception();
    connection_.roll_back();
    connection_.wants_checkpoint = false;
  }
}

/// Empties the write-ahead log where a job of this batch asked for it; or one of a batch before,
/// when somebody who read the database was in the way, and then only now and then.
void Writer::keep_promise_of_checkpoint() noexcept {
  const bool is_asked = std::exchange(connection_.wants_checkpoint, false);
  const auto now = std::chrono::steady_clock::now();
  if (!is_asked && (!checkpoint_overdue_ || now < next_checkpoint_)) return;
  next_checkpoint_ = now + overdue_pause;
  const bool was_overdue = std::exchange(
      checkpoint_overdue_,
      !connection_.checkpoint(is_asked ? patience : std::chrono::milliseconds::zero()));
  if (checkpoint_overdue_ && !was_overdue) {
    support::log(support::LogLevel::warning,
                 "the database is being read, so what was deleted stays in its write-ahead log");
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
