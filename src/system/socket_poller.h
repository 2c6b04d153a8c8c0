#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "system/socket.h"

namespace taskdock::system {

/// Waits for many sockets at once. One thread waits; any thread may add sockets and wake it. A
/// socket that is closed is no longer waited for.
class SocketPoller {
 public:
  /// Throws std::system_error if the system has no files for it.
  SocketPoller();

  /// Waits for input on `socket`, and for its end, from now on, too; `id`, which is less than
  /// UINT64_MAX, stands for it. False if
  /// the system has no memory for it.
  bool add(const Socket& socket, std::uint64_t id);

  /// Waits until some of the sockets have input, until wake(), or for `timeout` at most (absent:
  /// without limit). The ids of those sockets, valid until the next call; none also where the wait
  /// was interrupted.
  std::span<const std::uint64_t> wait(std::optional<std::chrono::milliseconds> timeout);

  /// Ends the wait that is going on, or else the next one.
  void wake() const;

 private:
  FileDescriptor poll_;
  FileDescriptor wake_;
  std::array<std::uint64_t, 64> ready_;
};

}  // namespace taskdock::system
