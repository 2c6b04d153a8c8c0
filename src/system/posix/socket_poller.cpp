#include "system/socket_poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "system/posix/system_call.h"

namespace taskdock::system {

namespace {

// Stands for the event that wakes.
constexpr std::uint64_t wake_id = UINT64_MAX;

/// `fd`, which a system call has just returned.
int checked(int fd) {
  if (fd < 0) throw_last_error("polling sockets");
  return fd;
}

bool watch(int poll, int fd, std::uint64_t id) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.u64 = id;
  return ::epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

SocketPoller::SocketPoller()
    : poll_(checked(::epoll_create1(EPOLL_CLOEXEC))),
      wake_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  if (!watch(poll_.get(), wake_.get(), wake_id)) checked(-1);
}

bool SocketPoller::add(const Socket& socket, std::uint64_t id) {
  return watch(poll_.get(), socket.descriptor().get(), id);
}

std::span<const std::uint64_t> SocketPoller::wait(
    std::optional<std::chrono::milliseconds> timeout) {
  std::array<epoll_event, std::tuple_size_v<decltype(ready_)>> events;
  const int milliseconds =
      timeout ? static_cast<int>(std::clamp<std::int64_t>(timeout->count(), 0, INT_MAX)) : -1;
  const int count =
      ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), milliseconds);
  std::size_t ready = 0;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
    if (id != wake_id) {
      ready_[ready++] = id;
    } else {
      std::uint64_t wakes = 0;
      [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &wakes, sizeof(wakes));
    }
  }
  return std::span(ready_).first(ready);
}

void SocketPoller::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof(one));
}

}  // namespace taskdock::system
