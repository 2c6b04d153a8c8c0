#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/progress.h"

namespace taskdock::cli {

/// One line on standard error that says how far a command is, for as long as this exists; nothing
/// where that is no terminal.
class ProgressLine {
 public:
  ProgressLine();
  /// Clears the line.
  ~ProgressLine();

  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// As store::Progress is called. It may be called often: the line is written some times a second,
  /// and when something else is being done.
  void show(std::string_view what, std::uint64_t done, std::uint64_t all);

  /// A function that calls show(); this must outlive it.
  store::Progress teller();

 private:
  void write(const std::string& text);

  const bool is_shown_;
  std::string what_;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace taskdock::cli
