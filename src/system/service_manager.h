#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace taskdock::system {

/// The service manager that has started this process, if it wants to hear from it: systemd, or
/// another one that speaks its protocol, which is stable (sd_notify(3), "Notes"): each message is
/// one datagram to a Unix socket. Any thread may call it.
class ServiceManager {
 public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and removes them from the environment:
  /// they are not for programs that are started from here. To be called before other threads run.
  ServiceManager();
  ~ServiceManager();

  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  /// Whether there is a service manager that wants to hear from this process.
  bool is_there() const { return socket_ >= 0; }

  /// Sends `message`, such as "READY=1". Never waits: if the service manager does not read, the
  /// result is std::errc::operation_would_block. No error if none is there.
  std::error_code send(const std::string& message) const noexcept;

  /// The service manager ends this process if it does not get a "WATCHDOG=1" for that long
  /// (sd_watchdog_enabled(3)). Absent if none is there or it does not want them.
  std::optional<std::chrono::microseconds> watchdog_timeout() const { return watchdog_timeout_; }

  /// Variables that were ignored because of their value: a sentence about each.
  const std::vector<std::string>& ignored() const { return ignored_; }

 private:
  void read_socket(const std::string& path);
  void read_watchdog(const std::string& microseconds, const std::string& process);

  std::string address_;  // for sun_path: of an abstract socket it begins with a zero byte
  int socket_ = -1;
  std::optional<std::chrono::microseconds> watchdog_timeout_;
  std::vector<std::string> ignored_;
};

}  // namespace taskdock::system
