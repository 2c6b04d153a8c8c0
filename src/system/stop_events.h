#pragma once

#include <memory>
#include <vector>

#include "system/process.h"

namespace taskdock::system {

/// What standard input is.
enum class InputKind {
  stream,    // a pipe or a socket: it ends when whoever holds the other end closes it or is gone
  terminal,  // a person
  null,      // the null device; also what was closed when the process started
  other,     // a file or a device
};
InputKind standard_input_kind();

/// Waits for everything outside that can ask a server to stop, at once and without looking again
/// and again: SIGINT, SIGTERM, SIGHUP unless it is ignored, the end of standard input, and the end
/// of other processes.
class StopEvents {
 public:
  /// What to wait for besides the signals.
  struct Watched {
    bool input = false;  // standard input, whose kind must be InputKind::stream; it is never read
    std::vector<Process> processes = {};
  };

  enum class Event { signal, input_ended, process_ended, woken };

  /// Blocks the signals in the thread that calls this and in all threads it starts, so that no
  /// system call is interrupted. Throws std::system_error if the system has no files for it.
  explicit StopEvents(Watched watched);

  /// Signals stay blocked.
  ~StopEvents();

  StopEvents(const StopEvents&) = delete;
  StopEvents& operator=(const StopEvents&) = delete;

  /// Waits for the next event. Each source is reported once: signals after the first one do
  /// nothing. To be called by one thread.
  Event wait();

  /// Makes wait() return `woken`, now or when it is called next. Any thread may call it.
  void wake() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace taskdock::system
