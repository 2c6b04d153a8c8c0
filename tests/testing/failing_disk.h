#pragma once

#include <cerrno>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>

#include "testing/watched_files.h"

namespace taskdock::testing {

/// Which call fails, and how.
struct DiskFault {
  std::string name = {};
  int error = EIO;
  bool lasts = false;          // not only one call fails, but all from it on
  bool is_partial = false;     // a write that fails has written its first half
  unsigned calls = all_calls;  // the kinds of calls that are counted, and fail
};

/// While this exists, the disk of SQLite's files fails on command (WatchedFiles). Any thread may
/// call it, also while a store works in the background.
class FailingDisk final : private FileWatcher {
 public:
  /// From now on calls are counted anew, and call number `first`, from 1, fails by `fault`.
  void fail(const DiskFault& fault, std::uint64_t first) {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
    first_ = first;
    counted_ = 0;
    failed_ = 0;
  }
  /// From now on calls of the fault's kinds are counted, and none fails.
  void count(const DiskFault& fault) { fail(fault, never); }
  /// No more calls fail. The counts stay.
  void heal() {
    const std::lock_guard lock(mutex_);
    first_ = never;
  }

  std::uint64_t counted() const {
    const std::lock_guard lock(mutex_);
    return counted_;
  }
  std::uint64_t failed() const {
    const std::lock_guard lock(mutex_);
    return failed_;
  }

 private:
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  FileOutcome decide(const FileRequest& request) override {
    const std::lock_guard lock(mutex_);
    if ((request.call & fault_.calls) == 0) return {};
    ++counted_;
    if (fault_.lasts ? counted_ < first_ : counted_ != first_) return {};
    ++failed_;
    return {.error = fault_.error, .is_partial = fault_.is_partial};
  }

  mutable std::mutex mutex_;  // guards all below but the files
  DiskFault fault_;
  std::uint64_t first_ = never;
  std::uint64_t counted_ = 0;
  std::uint64_t failed_ = 0;
  WatchedFiles files_{*this};
};

}  // namespace taskdock::testing
