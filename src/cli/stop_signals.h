#pragma once

#include <functional>
#include <thread>

#include "support/mutex.h"

namespace taskdock::cli {

/// The signals that ask the server to stop, SIGINT and SIGTERM. They are blocked in the thread that
/// makes this and in all threads it starts, so that no system call is interrupted; one thread waits
/// for them.
///
/// Until there is a Call, a signal ends the process at once, with status 0: starting can take long
/// (a migration, a lock), and may be interrupted anywhere, as by a loss of power, since every
/// change of the database is a transaction.
class StopSignals {
 public:
  StopSignals();
  /// Signals stay blocked.
  ~StopSignals();

  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// For as long as this lives a signal calls `stop`, on another thread; it must not throw.
  /// Afterwards signals do nothing: the process is about to end.
  class Call {
   public:
    Call(StopSignals& signals, std::function<void()> stop);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    StopSignals& signals_;
  };

 private:
  void call(std::function<void()> stop) EXCLUDES(mutex_);
  void wait() EXCLUDES(mutex_);

  // Held while `stop_` is called, so that it has returned when its Call ends.
  support::Mutex mutex_;
  std::function<void()> stop_ GUARDED_BY(mutex_);
  bool ended_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace taskdock::cli
