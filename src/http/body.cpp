#include "http/body.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <system_error>

#include "api/errors.h"
#include "support/text.h"

namespace taskdock::http {

namespace {

constexpr std::size_t body_step_bytes = 64 * 1024;
// Lines with sizes, extensions and trailers: honest clients need no longer ones, and no more bytes
// of them in total than of the body itself.
constexpr std::size_t max_line_bytes = 1024;
constexpr std::size_t max_chunked_bytes_per_byte = 2;

api::ApiError too_large(std::size_t max_bytes) {
  return {413, "The body is larger than " + support::format_bytes(max_bytes)};
}

api::ApiError malformed() {
  return {400, "Malformed chunked body"};
}

/// Receives at least one and at most `size` bytes of a body into `to`; returns how many. Throws
/// ApiError.
std::size_t receive_some(Connection& connection, char* to, std::size_t size) {
  switch (connection.receive_body(to, size)) {
    case Connection::Received::some:
      return size;
    case Connection::Received::too_late:
      throw api::ApiError(408, "The body took too long");
    case Connection::Received::closed:
      break;
  }
  if (!connection.is_ending()) throw api::ApiError(400, "The body ended early");
  throw api::ApiError(503, "The connection was ended; try again", api::retry_soon);
}

/// The bytes of a chunked body as they arrive. What it has received after the body is lost, so that
/// the connection cannot carry another request.
class ChunkedInput {
 public:
  ChunkedInput(Connection& connection, std::size_t max_body_bytes)
      : connection_(connection), max_body_bytes_(max_body_bytes) {}

  /// The next line without its CR LF; a line feed alone ends no line.
  std::string line() {
    std::string line;
    for (char c = next(); c != '\r'; c = next()) {
      if (c == '\n' || line.size() == max_line_bytes) throw malformed();
      line += c;
    }
    if (next() != '\n') throw malformed();
    return line;
  }

  void append_to(std::string& body, std::size_t size) {
    while (size > 0) {
      if (used_ == filled_) fill();
      const std::size_t part = std::min(size, filled_ - used_);
      body.append(buffer_.data() + used_, part);
      used_ += part;
      size -= part;
    }
  }

 private:
  char next() {
    if (used_ == filled_) fill();
    return buffer_[used_++];
  }

  void fill() {
    if (received_ > max_chunked_bytes_per_byte * max_body_bytes_ + buffer_.size()) {
      throw too_large(max_body_bytes_);
    }
    filled_ = receive_some(connection_, buffer_.data(), buffer_.size());
    received_ += filled_;
    used_ = 0;
  }

  Connection& connection_;
  const std::size_t max_body_bytes_;
  std::array<char, 4096> buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  std::size_t received_ = 0;
};

/// The size in the first line of a chunk; SIZE_MAX if it is too large for the type.
std::size_t chunk_size(std::string_view line) {
  const std::string_view digits = line.substr(0, line.find(';'));
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (digits.empty() || end != digits.data() + digits.size()) throw malformed();
  return error == std::errc::result_out_of_range ? SIZE_MAX : size;
}

}  // namespace

std::string Body::read(std::size_t max_bytes) {
  if (head_.content_length > max_bytes) throw too_large(max_bytes);
  if (head_.expects_continue) connection_.send("HTTP/1.1 100 Continue\r\n\r\n");
  std::string body = head_.chunked ? read_chunked(max_bytes) : read_counted();
  remains_ = false;
  return body;
}

bool Body::reserve_answer(std::size_t bytes) {
  return memory_.grow_by(bytes);
}

bool Body::keep_answer(std::size_t bytes) {
  // That of a HEAD is not sent.
  const bool is_counted = bytes > BodyMemory::uncounted_answer_bytes && head_.method != "HEAD";
  if (memory_.account_for(is_counted ? bytes : 0)) return true;
  if (head_.method == "GET") return false;
  memory_.account_beyond_limit(bytes);
  return true;
}

std::string Body::read_counted() {
  std::string body;
  // This reserves address space, which costs nothing; memory is used as bytes arrive.
  body.reserve(head_.content_length);
  while (body.size() < head_.content_length) {
    const std::size_t read = body.size();
    const std::size_t size = std::min<std::size_t>(head_.content_length - read, body_step_bytes);
    have_memory_for(read + size);
    body.resize(read + size);
    body.resize(read + receive_some(connection_, body.data() + read, size));
  }
  return body;
}

void Body::have_memory_for(std::size_t bytes) {
  if (memory_.grow_to(bytes)) return;
  throw api::short_of_memory();
}

/// Reads chunks strictly as in RFC 9112, 7.1: a proxy in front of us may understand anything else
/// differently. Extensions and trailers are ignored.
std::string Body::read_chunked(std::size_t max_bytes) {
  ChunkedInput input(connection_, max_bytes);
  std::string body;
  body.reserve(max_bytes);  // address space, as above
  while (const std::size_t size = chunk_size(input.line())) {
    if (size > max_bytes - body.size()) throw too_large(max_bytes);
    have_memory_for(body.size() + size);
    input.append_to(body, size);
    if (!input.line().empty()) throw malformed();
  }
  while (!input.line().empty()) {
  }
  return body;
}

}  // namespace taskdock::http
