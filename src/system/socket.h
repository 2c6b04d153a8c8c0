#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "system/file_descriptor.h"

namespace taskdock::system {

/// What the other side of a Unix socket has for an address.
inline constexpr std::string_view unix_peer = "unix";

/// The socket of a connection. One thread receives and sends; the calls that stop or shut down may
/// come from any thread while the socket is open, and wake the one that waits.
class Socket {
 public:
  using Clock = std::chrono::steady_clock;

  /// Takes the connected socket `fd`.
  explicit Socket(FileDescriptor fd) : fd_(std::move(fd)) {}

  const FileDescriptor& descriptor() const { return fd_; }

  /// The other side's numeric IP address, that of an IPv4 client of an IPv6 socket as IPv4, or
  /// unix_peer; empty if the connection broke before it could be asked for.
  std::string peer_address() const;

  /// What became of an attempt to receive or send: something was transferred; it would have had to
  /// wait, or was interrupted; or the connection is of no more use, which for receiving includes
  /// that the other side has finished.
  enum class Outcome { some, none, broken };

  struct Transfer {
    Outcome outcome;
    std::size_t bytes = 0;
  };

  /// Receives at most `size` bytes into `to`, without waiting.
  Transfer receive(char* to, std::size_t size) const;

  /// The same, but waits as long as set_receive_timeout() said.
  Transfer receive_patiently(char* to, std::size_t size) const;
  void set_receive_timeout(std::chrono::milliseconds timeout) const;

  /// Sends what the system takes of `data` without waiting.
  Transfer send(std::string_view data) const;

  /// Wait until something can be received or sent, or the connection is broken. They return false
  /// if the deadline passed before.
  bool wait_to_receive(Clock::time_point deadline) const;
  bool wait_to_send(Clock::time_point deadline) const;

  /// No more is received, or sent: the other side is told that nothing more comes.
  void stop_receiving() const;
  void stop_sending() const;
  void shut_down() const;

 private:
  FileDescriptor fd_;
};

}  // namespace taskdock::system
