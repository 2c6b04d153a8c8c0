#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace taskdock::cli {

/// What the process's exit status says, to scripts and to programs that start Taskdock.
enum class ExitStatus {
  done = 0,               // also: stopped as asked
  failed = 1,             // could not start, could not do it, or had to stop
  wrong_value = 2,        // of an option, a variable, an argument or an input
  data_in_use = 3,        // another process has the data directory
  port_in_use = 4,        // another process listens there
  database_unusable = 5,  // newer than this version, damaged, not ours, or not there
};

/// The cause of a failure in one word, for programs that start Taskdock. There are few of them, so
/// that such a program can decide what to do next.
namespace failure_code {
inline constexpr std::string_view failed = "failed";  // none of the others
inline constexpr std::string_view bad_option = "bad-option";
inline constexpr std::string_view data_in_use = "data-in-use";
inline constexpr std::string_view port_in_use = "port-in-use";
inline constexpr std::string_view data_unusable = "data-unusable";
inline constexpr std::string_view newer_database = "newer-database";
}  // namespace failure_code

/// The code that failures with `status` have if nothing more is known.
constexpr std::string_view code_of(ExitStatus status) {
  switch (status) {
    case ExitStatus::wrong_value:
      return failure_code::bad_option;
    case ExitStatus::data_in_use:
      return failure_code::data_in_use;
    case ExitStatus::port_in_use:
      return failure_code::port_in_use;
    case ExitStatus::database_unusable:
      return failure_code::data_unusable;
    case ExitStatus::done:
    case ExitStatus::failed:
      break;
  }
  return failure_code::failed;
}

/// Ends a command with its status, and one line on standard error.
class Failure : public std::runtime_error {
 public:
  Failure(ExitStatus status, const std::string& what) : Failure(status, what, code_of(status)) {}
  /// `code` is one of failure_code.
  Failure(ExitStatus status, const std::string& what, std::string_view code)
      : std::runtime_error(what), status_(status), code_(code) {}

  ExitStatus status() const { return status_; }
  std::string_view code() const { return code_; }

 private:
  ExitStatus status_;
  std::string_view code_;
};

/// Throws a Failure about `path`, which is the data directory or in it, with ExitStatus::failed.
[[noreturn]] inline void fail(const std::filesystem::path& path, const std::string& what,
                              std::string_view code = failure_code::data_unusable) {
  throw Failure(ExitStatus::failed, path.string() + ": " + what, code);
}

/// A value that was given is not acceptable.
class WrongValue : public Failure {
 public:
  explicit WrongValue(const std::string& what) : Failure(ExitStatus::wrong_value, what) {}
};

}  // namespace taskdock::cli
