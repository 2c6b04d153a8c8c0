#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "store/change_listener.h"
#include "store/sqlite/background.h"
#include "store/sqlite/database_connection.h"
#include "store/sqlite/database_files.h"
#include "store/store.h"
#include "support/metrics.h"
#include "support/mutex.h"

namespace taskdock::store::sqlite {

/// The one thread that writes, with group commit: while one batch is being committed the next one
/// gathers, and is then committed in one transaction. There is no timer, so that a single write
/// does not wait for others. (The idea is LevelDB's, DBImpl::Write.)
///
/// Between batches it does background work, for at most half of the time.
class Writer {
 public:
  /// `connection`, which has the database of `files` open, is the writer thread's alone until this
  /// ends.
  Writer(DatabaseConnection& connection, const DatabaseFiles& files);
  /// Commits what was accepted, then ends the thread. Background work goes on at the next start.
  ~Writer();

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Runs `work(DatabaseConnection&)` on the writer thread, inside a transaction that it shares
  /// with the rest of the batch, and returns when it is on the disk. What `work` throws is rethrown
  /// here, with nothing of it kept and the rest of the batch unharmed. When the transaction or its
  /// commit fails, every call that shares it gets the error and nothing is kept. Errors of SQLite
  /// that may pass, a lack of memory, and files that are no longer where they were are thrown as
  /// Unavailable. Any thread may call it; throws Unavailable once the writer is ending.
  ///
  /// Only `usual` work has a savepoint, since that costs much: SQLite keeps each page as it was, in
  /// a list that it walks along at each later statement. `large` work shares its transaction with
  /// no other. If `single` work throws after it has changed something, against its promise, nothing
  /// of the whole transaction is kept, and the others' calls throw Unavailable.
  template <class Work>
  void run(Work work, ChangeSize size = ChangeSize::usual) {
    JobOf<Work> job(std::move(work));
    job.size = size;
    run_job(job);
  }

  /// The same without waiting, for work that may be lost: it is dropped without notice if the
  /// writer is ending, or if a thousand such calls are waiting already.
  template <class Work>
  void post(Work work) {
    post_job(std::make_unique<JobOf<Work>>(std::move(work)));
  }

  /// Waits until no background work is left; gives up, and returns false, when it has been blocked
  /// for `patience`, or when the writer is ending. Any thread may call it.
  bool finish_background_work(std::chrono::milliseconds patience);

  /// From now on `listener`, or with null nobody, is told of changes. Once this has returned, the
  /// one before is not called any more. Any thread may call it.
  void set_listener(ChangeListener* listener) EXCLUDES(listener_mutex_);

  /// Whether the listener is to be called once a second. Any thread may call it.
  void watch(bool wanted) EXCLUDES(mutex_);

  /// How many transactions were committed so far, and how many jobs each had, whether it was
  /// committed or not.
  std::uint64_t commits() const { return commits_.value(); }
  support::HistogramCounts batch_sizes() const { return batch_sizes_.counts(); }

  /// How many jobs wait for the batch in progress to end.
  std::size_t waiting();

 private:
  static constexpr std::array<std::uint64_t, 10> batch_bounds = {1,  2,  4,   8,   16,
                                                                 32, 64, 128, 256, 512};

  class Job {
   public:
    virtual ~Job() = default;
    virtual void execute(DatabaseConnection& connection) = 0;
    ChangeSize size = ChangeSize::usual;
    std::exception_ptr error;
  };

  template <class Work>
  class JobOf final : public Job {
   public:
    explicit JobOf(Work work) : work_(std::move(work)) {}
    void execute(DatabaseConnection& connection) override { work_(connection); }

   private:
    Work work_;
  };

  /// A job of a caller who waits, on their stack, or of one who does not, which is owned.
  struct Entry {
    Job* job;
    std::unique_ptr<Job> owned;
  };

  /// Jobs that are done together, in as few transactions as there can be.
  struct Batch {
    std::vector<Entry> entries;
    std::size_t posted = 0;  // of them, that nobody waits for

    void clear() {
      entries.clear();
      posted = 0;
    }
  };

  /// The number of the last batch that is finished, of those with an even and an odd number. All
  /// callers of a batch wait on one of them, so that one system call wakes them all, and none of
  /// the batch that gathers meanwhile. A later batch of the same flag cannot gather before this one
  /// is finished. Shared, because a caller may wake after the writer has ended.
  struct Finished {
    std::array<std::atomic<std::uint32_t>, 2> last{0, 1};
  };

  void run_job(Job& job);
  void post_job(std::unique_ptr<Job> job);
  void add_entry(Job& job, std::unique_ptr<Job> owned) REQUIRES(mutex_);
  void work();
  bool take_batch(Batch& batch, std::uint32_t& number);
  void commit(const Batch& batch);
  void commit(std::span<const Entry> entries);
  void execute(Job& job);
  void execute_single(Job& job);
  bool execute_alone(Job& job);
  void abandon_transaction() noexcept;
  void work_in_background();
  std::optional<std::chrono::steady_clock::time_point> next_moment() REQUIRES(mutex_);
  void tell_of_commit() EXCLUDES(listener_mutex_);
  void look_for_others() EXCLUDES(listener_mutex_);

  DatabaseConnection& connection_;
  const DatabaseFiles& files_;
  // The writer thread's alone: the background work, and when its next slice may begin.
  BackgroundWork background_;
  std::chrono::steady_clock::time_point next_slice_;
  // Also its own: whether and when it looks next for changes of other processes, and SQLite's
  // number for the changes of others that it saw last.
  bool looks_ = false;
  std::chrono::steady_clock::time_point next_look_;
  std::int64_t version_of_others_;
  support::Mutex mutex_;
  std::condition_variable work_arrived_;
  Batch gathering_ GUARDED_BY(mutex_);
  std::uint32_t gathering_number_ GUARDED_BY(mutex_) = 2;
  bool ending_ GUARDED_BY(mutex_) = false;
  bool watching_ GUARDED_BY(mutex_) = false;
  support::Mutex listener_mutex_;
  ChangeListener* listener_ GUARDED_BY(listener_mutex_) = nullptr;
  // The result of the last slice of background work, for those who wait for its end.
  std::condition_variable background_changed_;
  BackgroundWork::State background_state_ GUARDED_BY(mutex_) = BackgroundWork::State::more;
  const std::shared_ptr<Finished> finished_;
  support::Counter commits_;
  support::Histogram<batch_bounds> batch_sizes_;
  std::thread thread_;
};

}  // namespace taskdock::store::sqlite
