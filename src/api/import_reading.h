#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <limits>
#include <string_view>
#include <thread>
#include <vector>

#include "api/read.h"
#include "formats/format.h"
#include "support/mutex.h"

/// How a file that is imported is read: checked as a whole, or task by task.
namespace taskdock::api {

/// The bytes of a file that is imported. Belongs to one thread at a time.
class ImportSource {
 public:
  virtual ~ImportSource() = default;

  /// Begins at the first byte again.
  virtual void rewind() = 0;
  /// The next bytes, valid until the next call; none at the end.
  virtual std::string_view next() = 0;
};

/// At most so many faults of a file are told.
inline constexpr std::size_t max_import_faults = 100;

/// What a file is, before anything of it is kept.
struct CheckedFile {
  Faults faults;  // at ["body", "line" or "task", number, member], as Format::numbered says
  std::int64_t tasks = 0;
};

/// Reads the file, as far as it has no more than max_import_faults and `max_tasks`.
CheckedFile check_file(const formats::Format& format, ImportSource& source, support::Timestamp now,
                       std::int64_t max_tasks = std::numeric_limits<std::int64_t>::max());

/// How many tasks of a file are handed over together, but for the last ones. Large enough that the
/// threads seldom wait for each other, small enough for the longest tasks.
inline constexpr std::size_t tasks_at_once = 64;

/// Reads a file on a thread of its own, a few tasks ahead of the one who takes them: to understand
/// a file takes a third of the time that it takes to keep its tasks.
class ImportReading {
 public:
  /// `format` and `source`, which is this thread's alone until this ends, must outlive this. Throws
  /// store::Unavailable if there can be no further thread.
  ImportReading(const formats::Format& format, ImportSource& source, support::Timestamp now);
  /// Waits until the thread has ended, which is soon, also if tasks are left.
  ~ImportReading();

  ImportReading(const ImportReading&) = delete;
  ImportReading& operator=(const ImportReading&) = delete;

  /// The next tasks_at_once, in the file's order and without a fault; none at its end. Throws
  /// ValidationError with the first fault of the file instead of the tasks from there on, and what
  /// the source has thrown.
  std::vector<formats::ImportedTask> next() EXCLUDES(mutex_);

 private:
  void read() noexcept EXCLUDES(mutex_);
  /// False: nobody wants more.
  bool put(std::vector<formats::ImportedTask> tasks) EXCLUDES(mutex_);

  const formats::Format& format_;
  ImportSource& source_;
  const support::Timestamp now_;
  support::Mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<formats::ImportedTask>> ready_ GUARDED_BY(mutex_);
  bool is_at_end_ GUARDED_BY(mutex_) = false;
  bool is_abandoned_ GUARDED_BY(mutex_) = false;
  std::exception_ptr error_ GUARDED_BY(mutex_);
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace taskdock::api
