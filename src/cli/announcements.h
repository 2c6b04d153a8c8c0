#pragma once

#include <exception>
#include <string>
#include <vector>

#include "cli/server_file.h"
#include "cli/stop_reason.h"

namespace taskdock::cli {

/// What a program that starts the server is told on standard output (--ready): nothing else is
/// written there. It does not depend on the log.
class Announcements {
 public:
  enum class Form {
    text,  // one line when the server is ready, for people and simple scripts
    json,  // one line of JSON for each event
  };

  explicit Announcements(Form form) : form_(form) {}

  /// The server `info` takes connections; `addresses` are what it listens on, for people: a line
  /// for each. Throws Failure where it cannot be written, since somebody would wait for it for
  /// ever.
  void ready(const ServerInfo& info, const std::vector<std::string>& addresses) const;

  /// The server begins to stop. Never waits for a reader, who may be gone or hung.
  void stopping(StopReason reason) const noexcept;

 private:
  const Form form_;
};

/// Whether whoever gave this command line reads JSON events: it is the server's, and --ready or
/// TASKDOCK_READY says json. Only words are looked at, so that this holds where the rest of the
/// command line is wrong.
bool wants_events(int argc, char** argv);

/// The event of a server that cannot start, or had to stop: what is in its way, and a code for it
/// (README, "Ready"). Never waits for a reader.
void announce_failure(const std::exception& error) noexcept;

}  // namespace taskdock::cli
