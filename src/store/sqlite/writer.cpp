#include "store/sqlite/writer.h"

#include <algorithm>

#include "store/errors.h"
#include "store/sqlite/failure.h"

namespace taskdock::store::sqlite {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t max_posted_jobs = 1000;

// After a slice of background work: as long as a slice, so that half of the time is left to this
// writer's batches and to those of other processes.
constexpr std::chrono::milliseconds slice_pause{10};

// After a slice that could not do anything.
constexpr std::chrono::seconds blocked_pause{1};

// How often the writer looks for changes of other processes while somebody wants to know of them.
constexpr std::chrono::seconds look_pause{1};

/// Whether batch `number` is finished when `last` is; the numbers may wrap around.
bool is_finished(std::uint32_t last, std::uint32_t number) {
  return static_cast<std::int32_t>(last - number) >= 0;
}

/// Makes the connection ready for a large change, for as long as this exists.
class LargeChange {
 public:
  explicit LargeChange(DatabaseConnection& connection) : connection_(connection) {
    connection.expect_large_change();
  }
  ~LargeChange() { connection_.end_large_change(); }

  LargeChange(const LargeChange&) = delete;
  LargeChange& operator=(const LargeChange&) = delete;

 private:
  DatabaseConnection& connection_;
};

}  // namespace

Writer::Writer(DatabaseConnection& connection, const DatabaseFiles& files)
    : connection_(connection),
      files_(files),
      background_(connection),
      next_slice_(steady_clock::now()),
      next_look_(next_slice_),
      version_of_others_(connection.version_of_others()),
      finished_(std::make_shared<Finished>()),
      thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const support::MutexLock lock(mutex_);
    ending_ = true;
  }
  work_arrived_.notify_one();
  background_changed_.notify_all();
  thread_.join();
}

void Writer::run_job(Job& job) {
  const std::shared_ptr<Finished> finished = finished_;
  std::uint32_t number = 0;
  {
    const support::MutexLock lock(mutex_);
    if (ending_) throw Unavailable("the database is closing");
    number = gathering_number_;
    add_entry(job, nullptr);
  }
  std::atomic<std::uint32_t>& last = finished->last[number % 2];
  for (std::uint32_t seen = last.load(); !is_finished(seen, number); seen = last.load()) {
    last.wait(seen);
  }
  if (job.error) std::rethrow_exception(job.error);
}

void Writer::post_job(std::unique_ptr<Job> job) {
  const support::MutexLock lock(mutex_);
  if (ending_ || gathering_.posted >= max_posted_jobs) return;
  Job& posted = *job;
  add_entry(posted, std::move(job));
  ++gathering_.posted;
}

void Writer::add_entry(Job& job, std::unique_ptr<Job> owned) {
  gathering_.entries.push_back({&job, std::move(owned)});
  // The writer looks again before it sleeps, so only the first of a batch needs to wake it.
  if (gathering_.entries.size() == 1) work_arrived_.notify_one();
}

/// Allocates nothing itself, so that only a job can run out of memory here.
void Writer::work() {
  Batch batch;
  std::uint32_t number = 0;
  while (take_batch(batch, number)) {
    if (!batch.entries.empty()) {
      commit(batch);
      std::atomic<std::uint32_t>& last = finished_->last[number % 2];
      last.store(number);
      last.notify_all();
      batch.clear();
      tell_of_commit();
    }
    look_for_others();
    if (!background_.is_done() && steady_clock::now() >= next_slice_) work_in_background();
  }
}

/// Waits for jobs, or, with nothing in `batch`, until there is something else to do. False
/// once the writer is to end and nothing is left to commit.
bool Writer::take_batch(Batch& batch, std::uint32_t& number) {
  support::MutexLock lock(mutex_);
  while (gathering_.entries.empty() && !ending_) {
    const auto next = next_moment();
    if (!next) {
      lock.wait(work_arrived_);
    } else if (steady_clock::now() >= *next || !lock.wait_until(work_arrived_, *next)) {
      break;
    }
  }
  looks_ = watching_;
  if (gathering_.entries.empty()) return !ending_;
  std::swap(batch, gathering_);
  number = gathering_number_++;
  return true;
}

/// When there is something to do even if no job comes: the next slice of background work, or the
/// next look for changes of others.
std::optional<steady_clock::time_point> Writer::next_moment() {
  std::optional<steady_clock::time_point> next;
  if (!background_.is_done()) next = next_slice_;
  if (watching_ && (!next || next_look_ < *next)) next = next_look_;
  return next;
}

void Writer::commit(const Batch& batch) {
  const auto is_large = [](const Entry& entry) { return entry.job->size == ChangeSize::large; };
  for (std::span<const Entry> rest = batch.entries; !rest.empty();) {
    const auto large = std::find_if(rest.begin(), rest.end(), is_large);
    const auto count = std::max<std::ptrdiff_t>(large - rest.begin(), 1);
    commit(rest.first(static_cast<std::size_t>(count)));
    background_.take_requests();
    rest = rest.subspan(static_cast<std::size_t>(count));
  }
  if (!background_.is_done()) {
    const support::MutexLock lock(mutex_);
    if (background_state_ == BackgroundWork::State::done) {
      background_state_ = BackgroundWork::State::more;
    }
  }
}

/// Does these jobs, or one that is large, in one transaction.
void Writer::commit(std::span<const Entry> entries) {
  batch_sizes_.observe(entries.size());
  std::optional<LargeChange> large;
  try {
    // A transaction is still open if there was no memory to roll it back.
    if (!connection_.roll_back()) throw Unavailable("a failed transaction cannot be ended");
    if (entries.front().job->size == ChangeSize::large) large.emplace(connection_);
    connection_.begin_immediate.lend().step();
    if (entries.size() == 1) {
      if (!execute_alone(*entries.front().job)) return;
    } else {
      for (const Entry& entry : entries) {
        if (entry.job->size == ChangeSize::single) {
          execute_single(*entry.job);
        } else {
          execute(*entry.job);
        }
      }
    }
    connection_.write_noted();
    files_.require_unchanged();
    connection_.commit.lend().step();
    // Once more: the commit may have gone into a file that was unlinked meanwhile.
    files_.require_unchanged();
    commits_.add();
  } catch (...) {
    // Nothing of the transaction was kept, so every job of it has failed.
    const std::exception_ptr error = as_store_error(connection_.database());
    for (const Entry& entry : entries) entry.job->error = error;
    abandon_transaction();
    // Where the log may not grow, because the disk is full or by a limit on the size of files, it
    // takes new changes again once it has been emptied into the database.
    connection_.requests = {.empty_log = true};
  }
}

/// Runs one job in its savepoint. Throws only when the transaction as a whole is lost.
void Writer::execute(Job& job) {
  connection_.savepoint.lend().step();
  const DatabaseConnection::Noted noted = connection_.noted();
  try {
    job.execute(connection_);
  } catch (...) {
    job.error = as_store_error(connection_.database());
    // When the disk is full, for instance, SQLite rolls back the whole transaction, with the
    // savepoint.
    if (!connection_.in_transaction()) throw;
    connection_.rollback_to.lend().step();
    connection_.forget_noted_since(noted);
  }
  connection_.release.lend().step();
}

/// Runs one job that needs no savepoint, since it throws only before it has changed anything.
void Writer::execute_single(Job& job) {
  const std::int64_t changes = connection_.total_changes();
  try {
    job.execute(connection_);
  } catch (...) {
    job.error = as_store_error(connection_.database());
    if (!connection_.in_transaction()) throw;  // the disk is full, for instance
    if (connection_.total_changes() != changes) {
      throw Unavailable("another change of the same transaction failed halfway");
    }
  }
}

/// Runs the only job of a transaction, which is rolled back as a whole if the job fails. Returns
/// whether there is something to commit.
bool Writer::execute_alone(Job& job) {
  try {
    job.execute(connection_);
    return true;
  } catch (...) {
    job.error = as_store_error(connection_.database());
    if (!connection_.in_transaction()) throw;  // the disk is full, for instance
  }
  abandon_transaction();
  return false;
}

/// Whom the change concerned stays noted, with those of earlier transactions of the batch: users
/// may be named in vain.
void Writer::abandon_transaction() noexcept {
  connection_.roll_back();
  connection_.forget_noted();
}

void Writer::work_in_background() {
  using State = BackgroundWork::State;
  const State state = files_.are_unchanged() ? background_.do_slice() : State::blocked;
  next_slice_ = steady_clock::now();
  next_slice_ += state == State::blocked ? steady_clock::duration(blocked_pause) : slice_pause;
  {
    const support::MutexLock lock(mutex_);
    background_state_ = state;
  }
  background_changed_.notify_all();
}

void Writer::set_listener(ChangeListener* listener) {
  const support::MutexLock lock(listener_mutex_);
  listener_ = listener;
}

void Writer::watch(bool wanted) {
  const support::MutexLock lock(mutex_);
  watching_ = wanted;
  if (wanted) work_arrived_.notify_one();
}

void Writer::tell_of_commit() {
  ChangedUsers& changed = connection_.changed;
  if (changed.empty()) return;
  {
    const support::MutexLock lock(listener_mutex_);
    if (listener_) listener_->on_commit(changed);
  }
  changed.clear();
}

/// Looks whether others have changed the database since the last time, if it is time to.
void Writer::look_for_others() {
  if (!looks_) return;
  const auto now = steady_clock::now();
  if (now < next_look_) return;
  next_look_ = now + look_pause;
  bool others_wrote = false;
  try {
    const std::int64_t version = connection_.version_of_others();
    others_wrote = std::exchange(version_of_others_, version) != version;
  } catch (const std::exception&) {
    // The database cannot be read now. What others wrote is seen the next time.
  }
  const support::MutexLock lock(listener_mutex_);
  if (listener_) listener_->on_second(others_wrote);
}

std::size_t Writer::waiting() {
  const support::MutexLock lock(mutex_);
  return gathering_.entries.size();
}

bool Writer::finish_background_work(std::chrono::milliseconds patience) {
  using State = BackgroundWork::State;
  support::MutexLock lock(mutex_);
  auto deadline = steady_clock::now() + patience;
  while (background_state_ != State::done && !ending_) {
    if (background_state_ == State::more) {
      lock.wait(background_changed_);
      deadline = steady_clock::now() + patience;
    } else if (!lock.wait_until(background_changed_, deadline)) {
      break;
    }
  }
  return background_state_ == State::done;
}

}  // namespace taskdock::store::sqlite
