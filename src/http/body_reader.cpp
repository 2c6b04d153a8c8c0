#include "http/body_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <system_error>

#include "api/errors.h"

namespace taskdock::http {

namespace {

// Sizes, extensions, trailers: nobody needs longer ones, nor more of all of them together than
// this many times the longest body.
constexpr std::size_t max_line_bytes = 1024;
constexpr std::size_t max_framing_factor = 8;

api::ApiError malformed() {
  return {400, "Malformed chunked body"};
}

/// The bytes of one body as they arrive.
class Input {
 public:
  Input(Connection& connection, std::size_t max_bytes)
      : connection_(connection), max_bytes_(max_bytes) {}

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
    if (received_ > max_bytes_) throw malformed();
    filled_ = receive_some(connection_, buffer_.data(), buffer_.size());
    received_ += filled_;
    used_ = 0;
  }

  Connection& connection_;
  const std::size_t max_bytes_;
  std::array<char, 4096> buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  std::size_t received_ = 0;
};

/// The size a chunk's first line tells; one that no number holds is SIZE_MAX.
std::size_t chunk_size(std::string_view line) {
  const std::string_view digits = line.substr(0, line.find(';'));
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (digits.empty() || end != digits.data() + digits.size()) throw malformed();
  return error == std::errc::result_out_of_range ? SIZE_MAX : size;
}

}  // namespace

std::size_t receive_some(Connection& connection, char* to, std::size_t size) {
  switch (connection.receive_body(to, size)) {
    case Connection::Received::some:
      break;
    case Connection::Received::closed:
      throw api::ApiError(400, "The body ended early");
    case Connection::Received::too_late:
      throw api::ApiError(408, "The body took too long");
  }
  return size;
}

std::optional<std::string> read_chunked_body(Connection& connection, std::size_t max_bytes) {
  Input input(connection, max_framing_factor * max_bytes);
  std::string body;
  for (;;) {
    const std::size_t size = chunk_size(input.line());
    if (size == 0) break;
    if (size > max_bytes - body.size()) return std::nullopt;
    input.append_to(body, size);
    if (!input.line().empty()) throw malformed();
  }
  while (!input.line().empty()) {
  }
  return body;
}

}  // namespace taskdock::http
