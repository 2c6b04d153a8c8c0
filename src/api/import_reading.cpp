#include "api/import_reading.h"

#include <functional>
#include <system_error>
#include <utility>

#include "api/imported_task.h"
#include "store/errors.h"

namespace taskdock::api {

namespace {

constexpr std::size_t max_ready = 4;

/// Checks the tasks of a file, and collects what is wrong with them.
class CheckingSink : public formats::TaskSink {
 public:
  CheckingSink(const formats::Format& format, support::Timestamp now)
      : now_(now), numbered_(format.numbered) {}

  void take(formats::ImportedTask task, std::size_t number) final {
    if (is_full()) return;
    const Where body(Source::body);
    const Where unit(body, numbered_);
    check_imported_task(task, Where(unit, number), now_, faults_);
    if (faults_.empty()) keep(std::move(task));
  }

  void refuse(formats::Fault fault) final {
    if (is_full()) return;
    const Where body(Source::body);
    const Where unit(body, numbered_);
    const Where task(unit, fault.number);
    if (fault.number == 0 || fault.member.empty()) {
      add_file_fault(fault.number == 0 ? body : task, fault.message, faults_);
    } else {
      add_value_error(Where(task, fault.member), fault.message, faults_);
    }
  }

  /// Nothing more is to be read.
  virtual bool is_full() const = 0;
  Faults& faults() { return faults_; }
  const Faults& faults() const { return faults_; }

 private:
  /// Takes a task of a file that has had no fault up to it.
  virtual void keep(formats::ImportedTask task) = 0;

  const support::Timestamp now_;
  const std::string_view numbered_;
  Faults faults_;
};

class CountingSink final : public CheckingSink {
 public:
  CountingSink(const formats::Format& format, support::Timestamp now, std::int64_t max_tasks)
      : CheckingSink(format, now), max_tasks_(max_tasks) {}

  bool is_full() const override {
    return faults().size() >= max_import_faults || tasks_ > max_tasks_;
  }
  std::int64_t tasks() const { return tasks_; }

 private:
  void keep(formats::ImportedTask /*task*/) override { ++tasks_; }

  const std::int64_t max_tasks_;
  std::int64_t tasks_ = 0;
};

/// Gathers tasks, and hands them over.
class HandingSink final : public CheckingSink {
 public:
  /// Returns whether more are wanted.
  using Put = std::function<bool(std::vector<formats::ImportedTask>)>;

  HandingSink(const formats::Format& format, support::Timestamp now, Put put)
      : CheckingSink(format, now), put_(std::move(put)) {}

  bool is_full() const override { return !is_wanted_ || !faults().empty(); }
  void hand_over() { is_wanted_ = put_(std::exchange(tasks_, {})); }

 private:
  void keep(formats::ImportedTask task) override {
    tasks_.push_back(std::move(task));
    if (tasks_.size() >= tasks_at_once) hand_over();
  }

  const Put put_;
  std::vector<formats::ImportedTask> tasks_;
  bool is_wanted_ = true;
};

/// Whether a file that begins so is UTF-16, with a byte order mark or, as far as it is ASCII,
/// without one.
bool begins_as_utf16(std::string_view beginning) {
  if (beginning.size() < 2) return false;
  const std::string_view first = beginning.substr(0, 2);
  return first == "\xff\xfe" || first == "\xfe\xff" || first.find('\0') != first.npos;
}

void read_file(const formats::Format& format, ImportSource& source, CheckingSink& sink) {
  const auto reader = (*format.make_reader)(sink);
  source.rewind();
  for (bool is_first = true;; is_first = false) {
    const std::string_view bytes = source.next();
    if (bytes.empty()) break;
    if (is_first && begins_as_utf16(bytes)) {
      return sink.refuse({0, {}, "The file is UTF-16: save it as UTF-8"});
    }
    reader->read(bytes);
    if (sink.is_full()) return;
  }
  reader->finish();
}

}  // namespace

CheckedFile check_file(const formats::Format& format, ImportSource& source, support::Timestamp now,
                       std::int64_t max_tasks) {
  CountingSink sink(format, now, max_tasks);
  read_file(format, source, sink);
  return {std::move(sink.faults()), sink.tasks()};
}

ImportReading::ImportReading(const formats::Format& format, ImportSource& source,
                             support::Timestamp now)
    : format_(format), source_(source), now_(now) {
  try {
    thread_ = std::thread([this] { read(); });
  } catch (const std::system_error&) {
    throw store::Unavailable("there can be no further thread");
  }
}

ImportReading::~ImportReading() {
  {
    const support::MutexLock lock(mutex_);
    is_abandoned_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ImportReading::read() noexcept {
  std::exception_ptr error;
  try {
    HandingSink sink(format_, now_, [this](std::vector<formats::ImportedTask> tasks) {
      return put(std::move(tasks));
    });
    read_file(format_, source_, sink);
    if (sink.faults().empty()) {
      sink.hand_over();
    } else {
      throw ValidationError(std::move(sink.faults()));
    }
  } catch (...) {
    error = std::current_exception();
  }
  {
    const support::MutexLock lock(mutex_);
    error_ = error;
    is_at_end_ = true;
  }
  changed_.notify_one();
}

bool ImportReading::put(std::vector<formats::ImportedTask> tasks) {
  support::MutexLock lock(mutex_);
  while (ready_.size() >= max_ready && !is_abandoned_) lock.wait(changed_);
  if (is_abandoned_) return false;
  ready_.push_back(std::move(tasks));
  changed_.notify_one();
  return true;
}

std::vector<formats::ImportedTask> ImportReading::next() {
  support::MutexLock lock(mutex_);
  while (ready_.empty() && !is_at_end_) lock.wait(changed_);
  if (ready_.empty()) {
    if (error_) std::rethrow_exception(error_);
    return {};
  }
  std::vector<formats::ImportedTask> tasks = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_one();
  return tasks;
}

}  // namespace taskdock::api
