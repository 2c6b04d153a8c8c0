#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "formats/lines.h"

namespace taskdock::formats {

/// A line of iCalendar (RFC 5545, 3.1): NAME;PARAMETER=VALUE:VALUE.
struct ContentLine {
  std::string_view name;
  std::string_view parameters;  // as they are written, each after a semicolon
  std::string_view value;       // as it is written

  /// The value of the parameter `wanted`, whose case makes no difference, without quotation marks;
  /// empty if there is none.
  std::string_view parameter(std::string_view wanted) const;
};

/// Takes such a line apart; it may be any bytes. The parts are views of it. Nothing if it has no
/// name or no colon. A quotation mark that is not closed is a character like others.
std::optional<ContentLine> parse_content_line(std::string_view line);

/// Appends `line` with its end, folded so that no line has more than 75 bytes and no character is
/// cut (RFC 5545, 3.1).
void append_content_line(std::string& out, std::string_view line);

/// Puts the folded lines of a text that comes in pieces together again. A character may have been
/// cut by the folding.
///
///   while (lines.next(bytes)) use(lines.line());     // for each piece
///   while (lines.finish()) use(lines.line());        // after the last one
class ContentLines {
 public:
  /// Takes bytes from the beginning of `bytes` until a line is found, and returns true; or takes
  /// all of them and returns false.
  bool next(std::string_view& bytes);
  bool finish();

  /// The line that was found, valid until the next call. One that is longer than max_task_bytes is
  /// cut off there.
  std::string_view line() const { return line_; }
  /// The number of its first line in the text, from one on.
  std::size_t number() const { return number_; }

 private:
  /// Adds the line that lines_ has found. Returns whether the one before it is complete.
  bool add();
  void take_following();

  Lines lines_;
  std::string line_;
  std::size_t number_ = 0;
  std::string following_;  // the line after it, as far as it is known
  std::size_t following_number_ = 0;
  bool has_following_ = false;
};

}  // namespace taskdock::formats
