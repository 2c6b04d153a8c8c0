#pragma once

#include <functional>
#include <mutex>
#include <thread>

namespace taskdock::cli {

/// The signals that ask the server to stop, SIGINT and SIGTERM. They are blocked in the thread that
/// makes this and in all it starts, so that nobody is interrupted; one thread waits for them.
///
/// As long as the server starts, a signal ends the process at once, with status 0: starting may
/// take long (a migration, a lock), and can be cut off anywhere as a power cut would, since every
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
  void call(std::function<void()> stop);
  void wait();

  std::mutex mutex_;
  std::function<void()> stop_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace taskdock::cli
