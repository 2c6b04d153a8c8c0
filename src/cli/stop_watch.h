#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "cli/announcements.h"
#include "cli/stop_reason.h"
#include "support/mutex.h"
#include "system/stop_events.h"

namespace taskdock::cli {

/// Everything that can ask the server to stop, with one thread that waits for it: SIGINT, SIGTERM,
/// SIGHUP, what --exit-on names, and request(). The first reason is announced and acted on; those
/// after it change nothing. Signals are blocked in the thread that makes this and in all threads it
/// starts, so that no system call is interrupted.
///
/// Until there is a Call, a reason ends the process at once, with status 0: starting can take long
/// (a migration, a lock), and may be interrupted anywhere, as by a loss of power, since every
/// change of the database is a transaction.
class StopWatch {
 public:
  /// `announcements` must outlive it. Throws std::system_error if the system has no files for it.
  StopWatch(system::StopEvents::Watched watched, const Announcements& announcements);
  /// Signals stay blocked.
  ~StopWatch();

  StopWatch(const StopWatch&) = delete;
  StopWatch& operator=(const StopWatch&) = delete;

  /// Stops the server as a signal does, with StopReason::request. Returns at once. Any thread may
  /// call it, also one that `stop` of the Call waits for.
  void request() noexcept;

  /// For as long as this lives, the first reason calls `stop`, on another thread; it must not
  /// throw. Afterwards reasons do nothing: the process is about to end.
  class Call {
   public:
    using Stop = std::function<void(StopReason)>;

    Call(StopWatch& watch, Stop stop);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    StopWatch& watch_;
  };

 private:
  void call(Call::Stop stop) EXCLUDES(mutex_);
  void wait() EXCLUDES(mutex_);

  const Announcements& announcements_;
  system::StopEvents events_;
  std::atomic<bool> is_requested_{false};
  // Held while `stop_` is called, so that it has returned when its Call ends.
  support::Mutex mutex_;
  Call::Stop stop_ GUARDED_BY(mutex_);
  bool is_stopping_ GUARDED_BY(mutex_) = false;
  bool has_ended_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace taskdock::cli
