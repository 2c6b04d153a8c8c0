#pragma once

#include <atomic>
#include <chrono>
#include <string_view>
#include <variant>
#include <vector>

#include "http/request_head.h"
#include "support/file_descriptor.h"

namespace taskdock::http {

/// How long each part of an exchange may take.
struct Deadlines {
  std::chrono::milliseconds idle;  // between requests
  std::chrono::milliseconds head;  // from a request's first byte to the end of its head
  std::chrono::milliseconds body;  // from there to the end of its body
  std::chrono::milliseconds send;  // for one answer
};

/// One client's connection: what has been received and not yet used, and the deadlines that keep a
/// slow or silent client from holding a worker. Belongs to one worker; end(), cut(), is_idle() and
/// idle_since() may be called from other threads.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  /// Takes the connected socket `fd`.
  Connection(int fd, const Deadlines& deadlines);

  /// The client is gone, was silent for too long, or the connection was ended.
  struct Closed {};

  /// Waits for the next request's head, which stays valid until the next call. What has arrived of
  /// further requests is kept for them.
  std::variant<RequestHead, Refusal, Closed> next_request();

  enum class Received { some, closed, too_late };

  /// Receives at least one and at most `size` bytes of the body into `to`; `size` becomes how many.
  Received receive_body(char* to, std::size_t& size);

  /// Sends all of `data`; false if the client is gone or too slow.
  bool send(std::string_view data);

  /// Sends what fits without waiting, for a thread that must not.
  void send_without_waiting(std::string_view data);

  /// Says that nothing more will be sent and reads away, for a bounded time and amount, what the
  /// client is still sending: closed with bytes unread, the socket would be reset, and the answer
  /// lost on its way.
  void close_gently();

  /// Ends the connection after the request it is busy with, or at once if it is idle.
  void end();
  bool is_ending() const { return ending_; }

  /// Breaks the connection off, whatever it is busy with.
  void cut();

  bool is_idle() const { return idle_; }
  Clock::time_point idle_since() const { return Clock::time_point(Clock::duration(idle_since_)); }

 private:
  Received receive(char* to, std::size_t& size, Clock::time_point deadline);
  std::string_view unused() const { return {buffer_.data() + used_, filled_ - used_}; }
  void make_room();
  void become_idle();
  void become_busy();

  const support::FileDescriptor socket_;
  const Deadlines deadlines_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;    // of the buffer: handed out
  std::size_t filled_ = 0;  // of the buffer: received
  HeadScanner scanner_;
  Clock::time_point body_deadline_;
  std::atomic<bool> idle_{true};
  std::atomic<bool> ending_{false};
  std::atomic<Clock::rep> idle_since_;
};

}  // namespace taskdock::http
