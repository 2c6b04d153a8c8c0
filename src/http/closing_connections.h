#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "support/mutex.h"
#include "system/socket.h"
#include "system/socket_poller.h"

namespace taskdock::http {

/// Closes connections gracefully: if a socket is closed with unread bytes, the connection is reset
/// and the answer that was sent last can be lost. So what their clients still send is read and
/// discarded first, for two seconds at most. One thread serves all of them, so that none keeps a
/// worker. Any thread may call it.
class ClosingConnections {
 public:
  /// Makes the answer for a client that is turned away, from what has been received of its request.
  /// Called by the one thread, under a lock: it must not block or call this object. It may throw
  /// nothing but std::bad_alloc.
  using TurnAwayAnswer = std::function<std::string(std::string_view received)>;

  /// Throws std::system_error if the system has no files or threads for it.
  explicit ClosingConnections(TurnAwayAnswer turn_away_answer);

  /// Closes all that are left.
  ~ClosingConnections();

  ClosingConnections(const ClosingConnections&) = delete;
  ClosingConnections& operator=(const ClosingConnections&) = delete;

  /// Answers the first request on `socket`, which is refused, and closes it.
  void turn_away(system::Socket socket) noexcept { add(std::move(socket), false); }

  /// Closes `socket`, on which everything has been sent.
  void close(system::Socket socket) noexcept { add(std::move(socket), true); }

  /// Closes the oldest of the connections at once, to free its descriptor; false if there is none.
  bool close_oldest() EXCLUDES(mutex_);

 private:
  using Clock = std::chrono::steady_clock;

  struct Closing {
    system::Socket socket;
    Clock::time_point deadline;
    bool answered;
    std::size_t bytes_read = 0;
  };

  void add(system::Socket socket, bool answered) noexcept EXCLUDES(mutex_);
  void work() EXCLUDES(mutex_);
  std::optional<std::chrono::milliseconds> time_to_wait() EXCLUDES(mutex_);
  void serve(std::uint64_t id) EXCLUDES(mutex_);
  bool discard_input(Closing& closing) const;

  const TurnAwayAnswer turn_away_answer_;
  system::SocketPoller poller_;
  std::atomic<bool> ending_{false};
  support::Mutex mutex_;
  std::uint64_t next_id_ GUARDED_BY(mutex_) = 1;
  std::map<std::uint64_t, Closing> connections_ GUARDED_BY(mutex_);  // in the order they came
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace taskdock::http
