#include "http/body.h"

#include <algorithm>
#include <array>

#include "api/errors.h"
#include "http/library_stream.h"

namespace taskdock::http {

namespace {

constexpr std::size_t max_body_bytes = 1024 * 1024;
constexpr std::size_t body_step_bytes = 64 * 1024;
// Chunks with their framing: nobody honest needs twice the body.
constexpr std::size_t max_chunked_bytes = 2 * max_body_bytes;

api::ApiError too_large() {
  return {413, "The body is larger than 1 MiB"};
}

/// The error for a body that did not arrive whole.
api::ApiError incomplete(const Connection& connection, Connection::Received why) {
  if (why == Connection::Received::too_late) return {408, "The body took too long"};
  if (connection.is_ending()) {
    return {503, "The connection was ended; try again", {{"Retry-After", "1"}}};
  }
  return {400, "The body ended early"};
}

/// The bytes behind a head, for the library's decoder of chunks, which takes many in single bytes.
class ChunkedInput final : public LibraryStream {
 public:
  explicit ChunkedInput(Connection& connection) : connection_(connection) {}

  ssize_t read(char* to, std::size_t size) override {
    if (used_ == filled_) {
      if (received_ > max_chunked_bytes) throw too_large();
      std::size_t got = buffer_.size();
      const auto result = connection_.receive_body(buffer_.data(), got);
      if (result != Connection::Received::some) throw incomplete(connection_, result);
      received_ += got;
      filled_ = got;
      used_ = 0;
    }
    size = std::min(size, filled_ - used_);
    std::copy_n(buffer_.data() + used_, size, to);
    used_ += size;
    return static_cast<ssize_t>(size);
  }

 private:
  Connection& connection_;
  std::array<char, 4096> buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  std::size_t received_ = 0;
};

}  // namespace

std::string Body::read() {
  if (head_.content_length > max_body_bytes) throw too_large();
  if (head_.expects_continue) connection_.send("HTTP/1.1 100 Continue\r\n\r\n");
  std::string body = head_.chunked ? read_chunked() : read_counted();
  remains_ = false;
  return body;
}

std::string Body::read_counted() {
  std::string body;
  while (body.size() < head_.content_length) {
    // Memory follows what has come, not what was announced.
    const std::size_t read = body.size();
    std::size_t size = std::min<std::size_t>(head_.content_length - read, body_step_bytes);
    body.resize(read + size);
    const auto result = connection_.receive_body(body.data() + read, size);
    if (result != Connection::Received::some) throw incomplete(connection_, result);
    body.resize(read + size);
  }
  return body;
}

std::string Body::read_chunked() {
  ChunkedInput input(connection_);
  httplib::detail::ChunkedDecoder decoder(input);
  std::string body;
  std::array<char, 4096> part;
  std::size_t offset = 0;
  std::size_t total = 0;
  for (;;) {
    const ssize_t size = decoder.read_payload(part.data(), part.size(), offset, total);
    if (size < 0) throw api::ApiError(400, "Malformed chunked body");
    if (size == 0) return body;
    body.append(part.data(), static_cast<std::size_t>(size));
    if (body.size() > max_body_bytes) throw too_large();
  }
}

}  // namespace taskdock::http
