#include "http/connection.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "http/trusted_proxies.h"

namespace taskdock::http {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t buffer_step = 4096;
constexpr std::size_t max_empty_bytes = 16;
constexpr milliseconds min_send_step{100};

void set_receive_timeout(int fd, milliseconds timeout) {
  const timeval value{.tv_sec = timeout.count() / 1000, .tv_usec = timeout.count() % 1000 * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof(value));
}

bool may_retry(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

std::string address_of_peer(int fd) {
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return {};
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

}  // namespace

Connection::Connection(int fd, const Deadlines& deadlines)
    : socket_(fd),
      deadlines_(deadlines),
      client_address_(address_of_peer(fd)),
      buffer_(buffer_step) {
  // Between requests, where a connection spends most of its time, one call waits for the next.
  set_receive_timeout(fd, deadlines.idle);
  begin(Activity::idle);
}

std::variant<RequestHead, Refusal, Connection::Closed> Connection::next_request() {
  make_room();
  begin(Activity::idle);
  Clock::time_point deadline = Clock::now() + deadlines_.idle;
  for (;;) {
    // A few empty lines before a request are ignored (RFC 9112, 2.2).
    while (used_ < max_empty_bytes && unused().starts_with("\r\n")) head_start_ = used_ += 2;
    if (!unused().empty() && activity_ == Activity::idle) {
      begin(Activity::receiving);
      is_new_ = false;
      deadline = Clock::now() + deadlines_.head;
    }
    head_bytes_ = unused().size();
    const HeadScanner::Progress progress =
        unused() == "\r" ? HeadScanner::Progress::incomplete : scanner_.scan(unused());
    if (progress == HeadScanner::Progress::complete) break;
    if (progress == HeadScanner::Progress::malformed) return Refusal{400, "Malformed request"};
    if (progress == HeadScanner::Progress::too_long) {
      if (scanner_.head_bytes() == 0) return Refusal{414, "The request target is too long"};
      return Refusal{431, "The headers are too long"};
    }
    if (ending_ && activity_ == Activity::idle) return Closed{};

    if (filled_ == buffer_.size()) buffer_.resize(buffer_.size() + buffer_step);
    std::size_t size = buffer_.size() - filled_;
    switch (receive(buffer_.data() + filled_, size, deadline)) {
      case Received::some:
        filled_ += size;
        break;
      case Received::closed:
        return Closed{};
      case Received::too_late:
        if (activity_ == Activity::idle) return Closed{};
        return Refusal{408, "The request took too long"};
    }
  }
  head_bytes_ = scanner_.head_bytes();
  used_ += head_bytes_;
  activity_ = Activity::answering;
  body_deadline_ = Clock::now() + deadlines_.body;
  auto parsed = parse_head(head_text());
  if (auto* refusal = std::get_if<Refusal>(&parsed)) return *refusal;
  return std::get<RequestHead>(std::move(parsed));
}

Connection::Received Connection::receive_body(char* to, std::size_t& size) {
  const std::string_view at_hand = unused();
  if (at_hand.empty()) {
    activity_ = Activity::receiving;
    const Received received = receive(to, size, body_deadline_);
    activity_ = Activity::answering;
    return received;
  }
  size = std::min(size, at_hand.size());
  std::memcpy(to, at_hand.data(), size);
  used_ += size;
  return Received::some;
}

bool Connection::send(std::string_view data) {
  const ssize_t sent = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && !may_retry(errno)) return false;
  if (sent > 0) data.remove_prefix(static_cast<std::size_t>(sent));
  if (activity_ == Activity::streaming) {
    if (sent > 0) begin(Activity::streaming);
    return data.empty() || send_slowly(data);
  }
  if (data.empty()) return true;
  begin(Activity::sending);
  const bool done = send_slowly(data);
  activity_ = Activity::answering;
  return done;
}

/// Sends `data` as fast as the client receives it; false if it is too slow or end() interrupts it.
/// If an ended connection has another answer that the client does not receive, this waits no longer
/// than the patience.
bool Connection::send_slowly(std::string_view data) {
  const Clock::time_point deadline = Clock::now() + deadlines_.send;
  while (!data.empty()) {
    waits_to_send_ = true;
    const bool ended = ending_ && activity_ == Activity::streaming;
    const bool ready = !ended && wait_to_send(deadline);
    waits_to_send_ = false;
    if (!ready) return false;
    const ssize_t sent =
        ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && !may_retry(errno)) return false;
    if (sent > 0) {
      data.remove_prefix(static_cast<std::size_t>(sent));
      begin(activity_);
    }
  }
  return true;
}

Connection::Streaming::Streaming(Connection& connection, api::BodyStream& stream)
    : connection_(connection) {
  const support::MutexLock lock(connection_.stream_mutex_);
  connection_.stream_ = &stream;
  connection_.begin(Activity::streaming);
  if (connection_.ending_) stream.interrupt();
}

Connection::Streaming::~Streaming() {
  const support::MutexLock lock(connection_.stream_mutex_);
  connection_.stream_ = nullptr;
  connection_.activity_ = Activity::answering;
}

void Connection::end() {
  ending_ = true;
  {
    const support::MutexLock lock(stream_mutex_);
    if (stream_) stream_->interrupt();
  }
  // Wakes the worker that waits for a request; what has arrived before is still received.
  if (activity_ == Activity::idle) ::shutdown(socket_.get(), SHUT_RD);
  // Wakes the worker whose client does not receive the stream.
  if (activity_ == Activity::streaming && waits_to_send_) ::shutdown(socket_.get(), SHUT_WR);
}

void Connection::cut() {
  end();
  ::shutdown(socket_.get(), SHUT_RDWR);
}

Connection::Received Connection::receive(char* to, std::size_t& size, Clock::time_point deadline) {
  // Only between requests does the socket's own timeout equal the deadline.
  int flags = activity_ == Activity::idle ? 0 : MSG_DONTWAIT;
  for (;;) {
    const ssize_t got = ::recv(socket_.get(), to, size, flags);
    if (got == 0 || (got < 0 && !may_retry(errno))) return Received::closed;
    // Checked even if bytes came, or a client that sends slowly could exceed the deadline.
    if (flags != 0 && Clock::now() >= deadline) return Received::too_late;
    if (got > 0) {
      size = static_cast<std::size_t>(got);
      return Received::some;
    }
    if (!wait_for(POLLIN, deadline)) return Received::too_late;
    flags = MSG_DONTWAIT;
  }
}

/// Waits until the client takes something; false if the deadline passed, or, where the connection
/// is to end and its place may be promised to another, the patience.
bool Connection::wait_to_send(Clock::time_point deadline) const {
  const Clock::time_point impatient = since() + deadlines_.patience;
  // end() cannot wake this wait, so it ends now and then by itself.
  const auto step = std::max<Clock::duration>(deadlines_.patience, min_send_step);
  for (;;) {
    const Clock::time_point limit = ending_ ? impatient : Clock::now() + step;
    if (wait_for(POLLOUT, std::min(deadline, limit))) return true;
    const Clock::time_point now = Clock::now();
    if (now >= deadline || (ending_ && now >= impatient)) return false;
  }
}

/// Waits until the socket is ready for `events`, or broken; false if the deadline passed.
bool Connection::wait_for(short events, Clock::time_point deadline) const {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd poll{.fd = socket_.get(), .events = events, .revents = 0};
    const int timeout = static_cast<int>(std::min<milliseconds::rep>(left.count(), INT_MAX));
    if (::poll(&poll, 1, timeout) > 0) return true;
  }
}

/// Discards the last request and moves what was received after it to the front, so that the buffer
/// need not be larger than one head.
void Connection::make_room() {
  const std::string_view rest = unused();
  if (used_ > 0 && !rest.empty()) std::memmove(buffer_.data(), rest.data(), rest.size());
  filled_ = rest.size();
  used_ = head_start_ = head_bytes_ = 0;
  scanner_.restart();
}

void Connection::begin(Activity activity) {
  since_ = Clock::now().time_since_epoch().count();
  activity_ = activity;
}

}  // namespace taskdock::http
