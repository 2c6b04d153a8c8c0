#pragma once

#include <spdlog/details/file_helper.h>

#include <cstddef>
#include <cstdint>

#include "support/log.h"

namespace taskdock::support {

/// An open log file. Lines are added at its end. A line that is in a file is never lost: only the
/// oldest file is removed, when a new one begins. After a failure it must not be used any more.
///
/// spdlog's own sink is not used, since it empties the file if it cannot be renamed.
class RotatingFile {
 public:
  /// Opens the file, and makes it and the directories above it if need be. Throws std::exception.
  explicit RotatingFile(LogFile file);

  /// Adds `line`, which ends with a line feed; it is gathered with others. Throws std::exception.
  void write(const spdlog::memory_buf_t& line);

  /// Writes what is gathered. Throws std::exception.
  void flush();

  /// How many of the lines are not known to be in the file.
  std::uint64_t pending() const { return pending_; }

 private:
  void rotate();

  const LogFile options_;
  spdlog::details::file_helper file_;
  std::size_t size_ = 0;
  std::uint64_t pending_ = 0;
};

}  // namespace taskdock::support
