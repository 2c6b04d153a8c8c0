#include "system/socket.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace taskdock::system {

namespace {

using std::chrono::milliseconds;

/// Why a call has failed that has just set errno.
Socket::Outcome failure() {
  const bool may_retry = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return may_retry ? Socket::Outcome::none : Socket::Outcome::broken;
}

/// Of what recv(2) returned: zero means that the other side has finished.
Socket::Transfer received(ssize_t result) {
  if (result < 0) return {failure()};
  return {result == 0 ? Socket::Outcome::broken : Socket::Outcome::some,
          static_cast<std::size_t>(result)};
}

/// Waits until the socket is ready for `events`, or broken; false if the deadline passed.
bool wait_for(int fd, short events, Socket::Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Socket::Clock::now());
    if (left.count() <= 0) return false;
    pollfd poll{.fd = fd, .events = events, .revents = 0};
    const int timeout = static_cast<int>(std::min<milliseconds::rep>(left.count(), INT_MAX));
    if (::poll(&poll, 1, timeout) > 0) return true;
  }
}

}  // namespace

std::string Socket::peer_address() const {
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  if (::getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return {};
  int family = peer.ss_family;
  if (family == AF_UNIX) return std::string(unix_peer);
  const void* address = &reinterpret_cast<const sockaddr_in&>(peer).sin_addr;
  if (family == AF_INET6) {
    const in6_addr& wide = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
    address = &wide;
    // An IPv4 client of a dual-stack socket: as IPv6 addresses all of these are in one network.
    if (IN6_IS_ADDR_V4MAPPED(&wide)) {
      family = AF_INET;
      address = &wide.s6_addr[12];
    }
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, address, text.data(), text.size()) ? text.data() : "";
}

Socket::Transfer Socket::receive(char* to, std::size_t size) const {
  return received(::recv(fd_.get(), to, size, MSG_DONTWAIT));
}

Socket::Transfer Socket::receive_patiently(char* to, std::size_t size) const {
  return received(::recv(fd_.get(), to, size, 0));
}

void Socket::set_receive_timeout(milliseconds timeout) const {
  const timeval value{.tv_sec = timeout.count() / 1000, .tv_usec = timeout.count() % 1000 * 1000};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &value, sizeof(value));
}

Socket::Transfer Socket::send(std::string_view data) const {
  const ssize_t sent = ::send(fd_.get(), data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return {failure()};
  return {Outcome::some, static_cast<std::size_t>(sent)};
}

bool Socket::wait_to_receive(Clock::time_point deadline) const {
  return wait_for(fd_.get(), POLLIN, deadline);
}

bool Socket::wait_to_send(Clock::time_point deadline) const {
  return wait_for(fd_.get(), POLLOUT, deadline);
}

void Socket::stop_receiving() const {
  ::shutdown(fd_.get(), SHUT_RD);
}

void Socket::stop_sending() const {
  ::shutdown(fd_.get(), SHUT_WR);
}

void Socket::shut_down() const {
  ::shutdown(fd_.get(), SHUT_RDWR);
}

}  // namespace taskdock::system
