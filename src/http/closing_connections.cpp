#include "http/closing_connections.h"

#include <array>
#include <new>

namespace taskdock::http {

namespace {

constexpr std::chrono::seconds max_closing_time{2};
constexpr std::size_t max_bytes_read = std::size_t{8} * 1024 * 1024;
constexpr std::size_t max_connections = 4096;

}  // namespace

ClosingConnections::ClosingConnections(TurnAwayAnswer turn_away_answer)
    : turn_away_answer_(std::move(turn_away_answer)) {
  thread_ = std::thread([this] { work(); });
}

ClosingConnections::~ClosingConnections() {
  ending_ = true;
  poller_.wake();
  thread_.join();
}

bool ClosingConnections::close_oldest() {
  const support::MutexLock lock(mutex_);
  if (connections_.empty()) return false;
  connections_.erase(connections_.begin());
  return true;
}

void ClosingConnections::add(system::Socket socket, bool answered) noexcept {
  if (answered) socket.stop_sending();
  try {
    const support::MutexLock lock(mutex_);
    if (connections_.size() == max_connections) connections_.erase(connections_.begin());
    const std::uint64_t id = next_id_++;
    const bool is_first = connections_.empty();
    const auto added = connections_.emplace(id, Closing{.socket = std::move(socket),
                                                        .deadline = Clock::now() + max_closing_time,
                                                        .answered = answered});
    if (!poller_.add(added.first->second.socket, id)) connections_.erase(id);
    if (is_first) poller_.wake();  // the thread waits without a deadline
  } catch (const std::bad_alloc&) {
    // It is closed at once instead, and may be reset.
  }
}

void ClosingConnections::work() {
  while (!ending_) {
    for (const std::uint64_t id : poller_.wait(time_to_wait())) serve(id);
  }
}

/// Closes those whose time is over; a request that has arrived by then is answered all the same, as
/// this thread may be late. Returns how long the next one has, if there is one.
std::optional<std::chrono::milliseconds> ClosingConnections::time_to_wait() {
  const Clock::time_point now = Clock::now();
  const support::MutexLock lock(mutex_);
  while (!connections_.empty() && connections_.begin()->second.deadline <= now) {
    if (Closing& first = connections_.begin()->second; !first.answered) discard_input(first);
    connections_.erase(connections_.begin());
  }
  if (connections_.empty()) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(connections_.begin()->second.deadline - now);
}

void ClosingConnections::serve(std::uint64_t id) {
  const support::MutexLock lock(mutex_);
  const auto found = connections_.find(id);
  if (found != connections_.end() && !discard_input(found->second)) connections_.erase(found);
}

/// Reads what has arrived, and sends the answer if that was not done yet. Returns whether more may
/// arrive.
bool ClosingConnections::discard_input(Closing& closing) const {
  std::array<char, 16384> part;
  const auto [outcome, size] = closing.socket.receive(part.data(), part.size());
  if (outcome != system::Socket::Outcome::some) return outcome == system::Socket::Outcome::none;
  closing.bytes_read += size;
  if (!closing.answered) {
    closing.answered = true;
    try {
      // The send buffer of a new connection has room for all of it.
      closing.socket.send(turn_away_answer_({part.data(), size}));
    } catch (const std::bad_alloc&) {
      return false;
    }
    closing.socket.stop_sending();
  }
  return closing.bytes_read < max_bytes_read;
}

}  // namespace taskdock::http
