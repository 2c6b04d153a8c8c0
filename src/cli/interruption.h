#pragma once

#include <functional>
#include <thread>

#include "system/stop_events.h"

namespace taskdock::cli {

/// While this exists, SIGINT, SIGTERM and SIGHUP (unless it is ignored) end the process at once,
/// whatever it is doing, with ExitStatus::failed and one line on standard error, and files that are
/// not finished are removed (system/unfinished_file.h). Afterwards the signals do nothing: the
/// process is about to end anyway.
class Interruption {
 public:
  /// To be made before there are other threads, which a signal could reach. `tidy`, if there is
  /// one, is called before the process ends, on another thread; it must not throw. Throws
  /// std::system_error if the system has no files or no thread for it.
  explicit Interruption(std::function<void()> tidy = {});
  ~Interruption();

  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

 private:
  void wait();

  const std::function<void()> tidy_;
  system::StopEvents events_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace taskdock::cli
