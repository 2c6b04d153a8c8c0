#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>

#include "testing/temporary_directory.h"

namespace taskdock::testing {

/// The socket at which a service manager listens to its services (sd_notify(3)).
class NotifySocket {
 public:
  enum class Kind { path, abstract };

  explicit NotifySocket(Kind kind = Kind::path) {
    const std::string path = (directory_.path() / "notify").string();
    address_.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address_.sun_path)) throw std::runtime_error("TMPDIR is too long");
    std::memcpy(address_.sun_path, path.c_str(), path.size() + 1);
    size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    name_ = path;
    if (kind == Kind::abstract) {
      address_.sun_path[0] = '\0';
      size_ -= 1;  // the zero byte at the end would be part of the name
      name_[0] = '@';
    }
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address_), size_) != 0) {
      throw std::runtime_error(std::string("bind: ") + std::strerror(errno));
    }
  }
  ~NotifySocket() { ::close(socket_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  /// For NOTIFY_SOCKET.
  const std::string& name() const { return name_; }
  std::string variable() const { return "NOTIFY_SOCKET=" + name_; }

  /// The next message, or nothing if none has come after `patience`.
  std::optional<std::string> receive(
      std::chrono::milliseconds patience = std::chrono::seconds(40)) const {
    pollfd readable{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&readable, 1, static_cast<int>(patience.count())) != 1) return std::nullopt;
    std::string message(4096, '\0');
    const ssize_t size = ::recv(socket_, message.data(), message.size(), 0);
    if (size < 0) return std::nullopt;
    message.resize(static_cast<std::size_t>(size));
    return message;
  }

  /// Takes what has come, and forgets it.
  void drain() const {
    while (receive(std::chrono::milliseconds(0))) {
    }
  }

  /// Sends messages of others until there is room for no more.
  void fill() const {
    for (;;) {
      // A socket of its own for each, since one has room only for some that are not yet received.
      const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      const ssize_t sent = ::sendto(sender, "", 0, MSG_DONTWAIT,
                                    reinterpret_cast<const sockaddr*>(&address_), size_);
      const int reason = errno;
      ::close(sender);
      if (sent < 0 && reason == EAGAIN) return;
      if (sent < 0) throw std::runtime_error(std::string("sendto: ") + std::strerror(reason));
    }
  }

 private:
  TemporaryDirectory directory_;
  sockaddr_un address_{};
  socklen_t size_ = 0;
  std::string name_;
  const int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

}  // namespace taskdock::testing
