#include "http/connection.h"

#include <algorithm>
#include <cstring>

namespace taskdock::http {

namespace {

using std::chrono::milliseconds;
using Outcome = system::Socket::Outcome;

constexpr std::size_t buffer_step = 4096;
constexpr std::size_t max_empty_bytes = 16;
constexpr milliseconds min_send_step{100};
constexpr milliseconds lasting_step{500};  // at which a lasting stream is asked whether to go on

}  // namespace

Connection::Connection(system::Socket socket, const Deadlines& deadlines)
    : socket_(std::move(socket)),
      deadlines_(deadlines),
      client_address_(socket_.peer_address()),
      buffer_(buffer_step) {
  // Between requests, where a connection spends most of its time, one call waits for the next.
  socket_.set_receive_timeout(deadlines.idle);
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
  const auto [outcome, sent] = socket_.send(data);
  if (outcome == Outcome::broken) return false;
  data.remove_prefix(sent);
  if (is_streaming()) {
    if (sent > 0) begin(activity_);
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
    const bool ended = ending_ && is_streaming();
    const bool ready = !ended && wait_to_send(deadline);
    waits_to_send_ = false;
    if (!ready) return false;
    const auto [outcome, sent] = socket_.send(data);
    if (outcome == Outcome::broken) return false;
    if (sent > 0) {
      data.remove_prefix(sent);
      begin(activity_);
    }
  }
  return true;
}

Connection::Streaming::Streaming(Connection& connection, api::BodyStream& stream)
    : connection_(connection) {
  const support::MutexLock lock(connection_.stream_mutex_);
  connection_.stream_ = &stream;
  if (stream.is_lasting()) connection_.lasting_ = &stream;
  connection_.begin(connection_.lasting_ ? Activity::lasting : Activity::streaming);
  if (connection_.ending_) stream.interrupt();
}

Connection::Streaming::~Streaming() {
  const support::MutexLock lock(connection_.stream_mutex_);
  connection_.stream_ = connection_.lasting_ = nullptr;
  connection_.activity_ = Activity::answering;
}

void Connection::end() {
  ending_ = true;
  {
    const support::MutexLock lock(stream_mutex_);
    if (stream_) stream_->interrupt();
  }
  // Wakes the worker that waits for a request; what has arrived before is still received.
  if (activity_ == Activity::idle) socket_.stop_receiving();
  // Wakes the worker whose client does not receive the stream.
  if (is_streaming() && waits_to_send_) socket_.stop_sending();
}

void Connection::cut() {
  end();
  socket_.shut_down();
}

Connection::Received Connection::receive(char* to, std::size_t& size, Clock::time_point deadline) {
  // Only between requests does the socket's own timeout equal the deadline.
  bool patiently = activity_ == Activity::idle;
  for (;;) {
    const auto [outcome, got] =
        patiently ? socket_.receive_patiently(to, size) : socket_.receive(to, size);
    if (outcome == Outcome::broken) return Received::closed;
    // Checked even if bytes came, or a client that sends slowly could exceed the deadline.
    if (!patiently && Clock::now() >= deadline) return Received::too_late;
    if (outcome == Outcome::some) {
      size = got;
      return Received::some;
    }
    if (!socket_.wait_to_receive(deadline)) return Received::too_late;
    patiently = false;
  }
}

/// Waits until the client takes something; false if the deadline passed, or, where the connection
/// is to end and its place may be promised to another, the patience; or if the stream gives the
/// client up.
bool Connection::wait_to_send(Clock::time_point deadline) const {
  const Clock::time_point impatient = since() + deadlines_.patience;
  // end() cannot wake this wait, so it ends now and then by itself.
  const Clock::duration step =
      lasting_ ? lasting_step : std::max(deadlines_.patience, min_send_step);
  for (;;) {
    const Clock::time_point limit = ending_ ? impatient : Clock::now() + step;
    if (socket_.wait_to_send(std::min(deadline, limit))) return true;
    const Clock::time_point now = Clock::now();
    if (now >= deadline || (ending_ && now >= impatient)) return false;
    if (lasting_ && lasting_->is_given_up()) return false;
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
