#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "testing/paths.h"
#include "testing/temporary_directory.h"

namespace taskdock::testing {

/// What a finished process left behind.
struct Finished {
  int status;  // its exit status, or minus the signal that ended it
  std::string output;
  std::string errors;
};

/// Whether the memory of a process is what it uses itself: much of it is a sanitizer's own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool memory_is_real = false;
#else
inline constexpr bool memory_is_real = true;
#endif

/// The taskdock executable, running.
class Process {
 public:
  using Strings = std::vector<std::string>;

  /// Starts `taskdock arguments...` with `environment` (NAME=value) added to a bare environment,
  /// and `input` as its standard input. If that is a terminal, the signals it makes are for the
  /// process. With `program` that is run in taskdock's place, and finds taskdock's path in the
  /// variable TASKDOCK.
  explicit Process(const Strings& arguments, const Strings& environment = {},
                   const std::filesystem::path& input = "/dev/null",
                   const std::string& program = executable());
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  /// Kills it if it still runs.
  ~Process();

  pid_t id() const { return id_; }

  /// The first line on its standard output, waiting for it; empty if it ended without one.
  std::string first_line();

  void signal(int number);

  /// Waits until all its threads wait for something, for half a minute at most; whether they do.
  bool comes_to_rest() const;

  /// The most memory that it has had so far, in bytes.
  std::size_t peak_memory() const;

  /// Waits until it has ended.
  Finished wait();

  /// Whether wait() has returned.
  bool has_ended() const { return ended_; }

  /// What it has written to standard error so far.
  std::string errors() const;

 private:
  TemporaryDirectory files_;
  pid_t id_ = -1;
  bool ended_ = false;
};

/// A server of its own on a free port: its data directory is gone with it, unless it is given one.
class ServerProcess {
 public:
  explicit ServerProcess(const Process::Strings& arguments = {},
                         const Process::Strings& environment = {});
  ServerProcess(const std::filesystem::path& data_directory, const Process::Strings& arguments = {},
                const Process::Strings& environment = {});
  /// Stops it if it still runs, and fails the test if it does not end well: under a sanitizer that
  /// is how a report shows.
  ~ServerProcess();

  int port() const { return port_; }
  Process& process() { return process_; }
  const Process& process() const { return process_; }

  /// Asks it to stop, as a service manager does, and waits.
  Finished stop();

 private:
  TemporaryDirectory directory_;
  Process process_;
  int port_;
};

}  // namespace taskdock::testing
