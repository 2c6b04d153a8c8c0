#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/response.h"
#include "http/request_head.h"
#include "support/mutex.h"
#include "system/socket.h"

namespace taskdock::http {

/// How long each part of an exchange may take.
struct Deadlines {
  std::chrono::milliseconds idle;  // between requests
  std::chrono::milliseconds head;  // from a request's first byte to the end of its head
  std::chrono::milliseconds body;  // from there to the end of its body
  std::chrono::milliseconds send;  // for one answer, or one piece of a stream
  // For a client that keeps its worker waiting while another connection needs one: to send its
  // request, or to receive the next part of the answer.
  std::chrono::milliseconds patience = std::chrono::seconds(5);
  // For a client to begin a request while another needs its worker: always the first one, the next
  // where some other client is slower. Short, so that silent ones cannot hold all places.
  std::chrono::milliseconds request_start = std::chrono::milliseconds(250);
};

/// One client's connection: what has been received and not yet used, and the deadlines that keep a
/// slow or silent client from holding a worker. Belongs to one worker; end(), cut(), activity(),
/// since(), is_new(), body_memory() and is_ending() may be called from other threads.
class Connection {
 public:
  using Clock = system::Socket::Clock;

  Connection(system::Socket socket, const Deadlines& deadlines);

  /// The client's numeric IP address, or system::unix_peer; empty if the connection broke before it
  /// could be asked for.
  const std::string& client_address() const { return client_address_; }

  /// The client is gone, was silent for too long, or the connection was ended.
  struct Closed {};

  /// Waits for the next request's head, which stays valid until the next call. What has arrived of
  /// further requests is kept for them.
  std::variant<RequestHead, Refusal, Closed> next_request();

  /// What has been received of the current request's head, refused or not.
  std::string_view head_text() const { return {buffer_.data() + head_start_, head_bytes_}; }

  enum class Received { some, closed, too_late };

  /// Receives at least one and at most `size` bytes of the body into `to`; `size` becomes how many.
  Received receive_body(char* to, std::size_t& size);

  /// Sends all of `data`; false if the client is gone or too slow.
  bool send(std::string_view data);

  /// Releases the socket after the last answer was sent. No other thread may use the connection any
  /// more.
  system::Socket take_socket() { return std::move(socket_); }

  /// The connection streams for as long as this lives: end() interrupts `stream`.
  class Streaming {
   public:
    Streaming(Connection& connection, api::BodyStream& stream);
    Streaming(const Streaming&) = delete;
    Streaming& operator=(const Streaming&) = delete;
    ~Streaming();

   private:
    Connection& connection_;
  };

  /// Ends the connection after the request it is busy with, or at once if it is idle or streams.
  void end();
  bool is_ending() const { return ending_; }

  /// Shuts the connection down at once, whatever it is busy with.
  void cut();

  /// What it is busy with: waiting for a request, receiving one, answering it, waiting for a client
  /// that is slow to receive its answer, or sending an answer that is produced meanwhile, which is
  /// a lasting one or not.
  enum class Activity { idle, receiving, answering, sending, streaming, lasting };
  Activity activity() const { return activity_; }

  /// Since when it is idle, when the request that it receives began, or, while it sends or streams,
  /// when the client last received something.
  Clock::time_point since() const { return Clock::time_point(Clock::duration(since_)); }

  /// Whether nothing has been received on it yet.
  bool is_new() const { return is_new_; }

  /// How much memory the bodies that it is busy with use, in bytes.
  std::size_t body_memory() const { return body_memory_; }
  void set_body_memory(std::size_t bytes) { body_memory_ = bytes; }

 private:
  Received receive(char* to, std::size_t& size, Clock::time_point deadline);
  bool send_slowly(std::string_view data);
  bool wait_to_send(Clock::time_point deadline) const;
  std::string_view unused() const { return {buffer_.data() + used_, filled_ - used_}; }
  void make_room();
  void begin(Activity activity);
  bool is_streaming() const {
    const Activity activity = activity_;
    return activity == Activity::streaming || activity == Activity::lasting;
  }

  system::Socket socket_;
  const Deadlines deadlines_;
  const std::string client_address_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;    // of the buffer: handed out
  std::size_t filled_ = 0;  // of the buffer: received
  std::size_t head_start_ = 0;
  std::size_t head_bytes_ = 0;
  HeadScanner scanner_;
  Clock::time_point body_deadline_;
  api::BodyStream* lasting_ = nullptr;  // what it streams, if that is lasting; the worker's alone
  std::atomic<Activity> activity_{Activity::idle};
  std::atomic<Clock::rep> since_;
  std::atomic<bool> is_new_{true};
  std::atomic<std::size_t> body_memory_{0};
  std::atomic<bool> ending_{false};
  std::atomic<bool> waits_to_send_{false};
  support::Mutex stream_mutex_;
  api::BodyStream* stream_ GUARDED_BY(stream_mutex_) = nullptr;
};

}  // namespace taskdock::http
