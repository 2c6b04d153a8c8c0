#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <thread>

#include "support/mutex.h"
#include "system/service_manager.h"

namespace taskdock::cli {

/// Tells the service manager that the server is ready, that it stops and, where the service manager
/// has a watchdog, again and again that it works. A service manager that does not read, or is not
/// there any more, makes no difference to the server: the log has a warning.
class ServiceNotifier {
 public:
  /// `check` is to throw, with the reason, if the server could not answer a request now. It is
  /// called, on a thread of its own, only for a watchdog. `manager` must outlive this.
  ServiceNotifier(const system::ServiceManager& manager, std::function<void()> check);

  /// Waits for a `check` that is in progress.
  ~ServiceNotifier();

  ServiceNotifier(const ServiceNotifier&) = delete;
  ServiceNotifier& operator=(const ServiceNotifier&) = delete;

  /// To be called once. Throws std::system_error if the system has no thread for it.
  void ready();

  /// Any thread may call it. The watchdog is served until this object ends, since a stop takes its
  /// time.
  void stopping() noexcept EXCLUDES(mutex_);

 private:
  using Pause = std::chrono::microseconds;

  /// What the thread does.
  void follow_up(bool is_ready_sent) noexcept;
  void send_ready_late() noexcept EXCLUDES(mutex_);
  void serve_watchdog(Pause timeout) noexcept;

  /// Whether `check` says that the server works.
  bool works() noexcept;

  /// Whether there is nothing more to do about `message`: it was sent, or cannot be. False if the
  /// service manager has no room for it now.
  bool send(const char* message) noexcept REQUIRES(mutex_);

  /// Waits for that long; false if this object is to end.
  bool wait(Pause pause) noexcept EXCLUDES(mutex_);

  const system::ServiceManager& manager_;
  const std::function<void()> check_;
  bool fails_ = false;  // what the last `check` said; only the thread uses it

  support::Mutex mutex_;
  std::condition_variable change_;
  bool ended_ GUARDED_BY(mutex_) = false;
  bool stopping_ GUARDED_BY(mutex_) = false;
  bool is_unheard_ GUARDED_BY(mutex_) = false;  // the last message was not sent
  std::thread thread_;
};

}  // namespace taskdock::cli
