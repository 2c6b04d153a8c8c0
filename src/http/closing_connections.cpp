#include "http/closing_connections.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <new>
#include <system_error>

namespace taskdock::http {

namespace {

constexpr std::chrono::seconds max_closing_time{2};
constexpr std::size_t max_bytes_read = std::size_t{8} * 1024 * 1024;
constexpr std::size_t max_connections = 4096;
constexpr std::uint64_t wake_id = 0;

/// `fd`, which a system call has just returned.
int checked(int fd) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "closing connections");
  return fd;
}

bool watch(int epoll, int fd, std::uint64_t id) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.u64 = id;
  return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

ClosingConnections::ClosingConnections(TurnAwayAnswer turn_away_answer)
    : turn_away_answer_(std::move(turn_away_answer)),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC))),
      wake_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  if (!watch(epoll_.get(), wake_.get(), wake_id)) checked(-1);
  thread_ = std::thread([this] { work(); });
}

ClosingConnections::~ClosingConnections() {
  ending_ = true;
  wake();
  thread_.join();
}

bool ClosingConnections::close_oldest() {
  const support::MutexLock lock(mutex_);
  if (connections_.empty()) return false;
  connections_.erase(connections_.begin());
  return true;
}

void ClosingConnections::add(support::FileDescriptor socket, bool answered) noexcept {
  if (answered) ::shutdown(socket.get(), SHUT_WR);
  try {
    const int fd = socket.get();
    const support::MutexLock lock(mutex_);
    if (connections_.size() == max_connections) connections_.erase(connections_.begin());
    const std::uint64_t id = next_id_++;
    const bool is_first = connections_.empty();
    connections_.emplace(id, Closing{.socket = std::move(socket),
                                     .deadline = Clock::now() + max_closing_time,
                                     .answered = answered});
    if (!watch(epoll_.get(), fd, id)) connections_.erase(id);
    if (is_first) wake();  // the thread waits without a deadline
  } catch (const std::bad_alloc&) {
    // It is closed at once instead, and may be reset.
  }
}

void ClosingConnections::work() {
  std::array<epoll_event, 64> events;
  while (!ending_) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   milliseconds_to_wait());
    for (int i = 0; i < count; ++i) serve(events[static_cast<std::size_t>(i)].data.u64);
  }
}

/// Closes those whose time is over. Returns how long the next one has, or -1 if there is none.
int ClosingConnections::milliseconds_to_wait() {
  const Clock::time_point now = Clock::now();
  const support::MutexLock lock(mutex_);
  while (!connections_.empty() && connections_.begin()->second.deadline <= now) {
    connections_.erase(connections_.begin());
  }
  if (connections_.empty()) return -1;
  const auto left = connections_.begin()->second.deadline - now;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

void ClosingConnections::serve(std::uint64_t id) {
  if (id == wake_id) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof(count));
    return;
  }
  const support::MutexLock lock(mutex_);
  const auto found = connections_.find(id);
  if (found != connections_.end() && !discard_input(found->second)) connections_.erase(found);
}

/// Reads what has arrived, and sends the answer if that was not done yet. Returns whether more may
/// arrive.
bool ClosingConnections::discard_input(Closing& closing) const {
  std::array<char, 16384> part;
  const int fd = closing.socket.get();
  const ssize_t got = ::recv(fd, part.data(), part.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  const auto size = static_cast<std::size_t>(got);
  closing.bytes_read += size;
  if (!closing.answered) {
    closing.answered = true;
    try {
      const std::string answer = turn_away_answer_({part.data(), size});
      // The send buffer of a new connection has room for all of it.
      ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    } catch (const std::bad_alloc&) {
      return false;
    }
    ::shutdown(fd, SHUT_WR);
  }
  return closing.bytes_read < max_bytes_read;
}

void ClosingConnections::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof(one));
}

}  // namespace taskdock::http
