#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

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

/// Ends a command with its status, and one line on standard error.
class Failure : public std::runtime_error {
 public:
  Failure(ExitStatus status, const std::string& what) : std::runtime_error(what), status_(status) {}

  ExitStatus status() const { return status_; }

 private:
  ExitStatus status_;
};

/// Throws a Failure about `path`, with ExitStatus::failed.
[[noreturn]] inline void fail(const std::filesystem::path& path, const std::string& what) {
  throw Failure(ExitStatus::failed, path.string() + ": " + what);
}

/// A value that was given is not acceptable.
class WrongValue : public Failure {
 public:
  explicit WrongValue(const std::string& what) : Failure(ExitStatus::wrong_value, what) {}
};

}  // namespace taskdock::cli
