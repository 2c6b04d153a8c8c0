#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace taskdock::formats {

/// Takes a text that comes in pieces apart into lines, which end with LF or CRLF. A byte order mark
/// (UTF-8) before the first one is left out. The lines may be any bytes.
///
///   while (lines.next(bytes)) use(lines.line());     // for each piece
///   if (lines.finish()) use(lines.line());           // after the last one
class Lines {
 public:
  /// Takes bytes from the beginning of `bytes` to the end of a line, and returns true; or takes all
  /// of them and returns false if no line ends in them.
  bool next(std::string_view& bytes);
  /// Whether there is a last line, which has no end.
  bool finish();

  /// The line that was found, without its end; valid until the next call. One that is longer than
  /// max_task_bytes is cut off there.
  std::string_view line() const { return line_; }
  bool is_too_long() const { return is_too_long_; }
  /// Its number, from one on.
  std::size_t number() const { return number_; }

 private:
  void add(std::string_view bytes);
  void end();

  std::string line_;
  std::size_t number_ = 0;
  bool is_complete_ = true;  // the next bytes begin another one
  bool is_too_long_ = false;
};

}  // namespace taskdock::formats
