#include "cli/progress_line.h"

#include "system/standard_streams.h"

namespace taskdock::cli {

namespace {

constexpr std::chrono::milliseconds pause_between_lines{200};

}  // namespace

ProgressLine::ProgressLine() : is_shown_(system::error_is_terminal()) {}

ProgressLine::~ProgressLine() {
  if (!what_.empty()) write({});
}

void ProgressLine::show(std::string_view what, std::uint64_t done, std::uint64_t all) {
  if (!is_shown_) return;
  const auto now = std::chrono::steady_clock::now();
  if (what == what_ && now < next_) return;
  what_ = what;
  next_ = now + pause_between_lines;
  write(what_ + (all == 0 ? " ..." : ": " + std::to_string(100 * done / all) + " %"));
}

store::Progress ProgressLine::teller() {
  return [this](std::string_view what, std::uint64_t done, std::uint64_t all) {
    show(what, done, all);
  };
}

void ProgressLine::write(const std::string& text) {
  // To the beginning of the line, and erases what is there (ECMA-48, EL).
  system::write_to_standard_error("\r\x1b[K" + text);
}

}  // namespace taskdock::cli
