#pragma once

namespace taskdock::cli {

/// Why a server stops.
enum class StopReason {
  signal,   // SIGINT, SIGTERM or SIGHUP
  input,    // standard input has ended (--exit-on stdin)
  parent,   // a process that was to be watched has ended (--exit-on parent or pid:N)
  request,  // a client with the right to do so asked for it
};

/// The reason in one word, for programs and the log.
constexpr const char* name_of(StopReason reason) {
  switch (reason) {
    case StopReason::signal:
      return "signal";
    case StopReason::input:
      return "stdin";
    case StopReason::parent:
      return "parent";
    case StopReason::request:
      break;
  }
  return "request";
}

}  // namespace taskdock::cli
