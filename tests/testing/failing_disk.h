#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <limits>
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
/// call it.
class FailingDisk final : private FileWatcher {
 public:
  /// From now on calls are counted anew, and call number `first`, from 1, fails by `fault`.
  void fail(const DiskFault& fault, std::uint64_t first) {
    first_ = std::numeric_limits<std::uint64_t>::max();
    fault_ = fault;
    count_ = 0;
    failed_ = 0;
    first_ = first;
  }
  /// From now on calls of the fault's kinds are counted, and none fails.
  void count(const DiskFault& fault) { fail(fault, std::numeric_limits<std::uint64_t>::max()); }
  /// No more calls fail. The counts stay.
  void heal() { first_ = std::numeric_limits<std::uint64_t>::max(); }

  std::uint64_t counted() const { return count_; }
  std::uint64_t failed() const { return failed_; }

 private:
  FileOutcome decide(const FileRequest& request) override {
    if ((request.call & fault_.calls) == 0) return {};
    const std::uint64_t number = ++count_;
    if (fault_.lasts ? number < first_ : number != first_) return {};
    ++failed_;
    return {.error = fault_.error, .is_partial = fault_.is_partial};
  }

  DiskFault fault_;  // changed only while no file is open
  std::atomic<std::uint64_t> first_ = std::numeric_limits<std::uint64_t>::max();
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
  WatchedFiles files_{*this};
};

}  // namespace taskdock::testing
