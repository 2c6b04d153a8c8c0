// Chunked bodies. What is accepted, and what is read of it, is what a second, plain reading of RFC
// 9112, 7.1, says, however the body arrives; and what is sent in chunks is received as it was.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <variant>

#include "api/errors.h"
#include "http/body.h"
#include "http/body_memory.h"
#include "http/connection.h"
#include "http/connection_registry.h"
#include "property.h"

using taskdock::fuzz::require;

namespace api = taskdock::api;
namespace http = taskdock::http;
namespace operating_system = taskdock::system;

namespace {

constexpr std::size_t max_body_bytes = 600;
constexpr std::size_t max_line_bytes = 1024;
constexpr std::string_view head =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

/// The client's end of a connection.
class Sender {
 public:
  Sender() {
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) == 0,
            "there is a socket");
  }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  ~Sender() { ::close(ends_[0]); }

  /// The end that a Connection takes over; to be called once.
  int receiving_end() const { return ends_[1]; }

  void send(std::string_view bytes) {
    require(::send(ends_[0], bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
            "a socket takes all of an input");
  }
  void finish() { ::shutdown(ends_[0], SHUT_WR); }

 private:
  std::array<int, 2> ends_{};
};

constexpr http::Deadlines patient{std::chrono::minutes(1), std::chrono::minutes(1),
                                  std::chrono::minutes(1), std::chrono::minutes(1)};

/// The body that is received of `encoded`, or nothing where it is refused. It arrives behind its
/// head, or together with it.
std::optional<std::string> receive(std::string_view encoded, bool is_with_head) {
  Sender sender;
  http::Connection connection(
      operating_system::Socket(operating_system::FileDescriptor(sender.receiving_end())), patient);
  sender.send(head);
  if (is_with_head) sender.send(encoded);
  const auto request = connection.next_request();
  require(std::holds_alternative<http::RequestHead>(request), "the head is accepted");
  if (!is_with_head) sender.send(encoded);
  sender.finish();

  http::ConnectionRegistry registry(patient);
  http::BodyMemory memory(std::size_t{1024} * 1024, registry);
  http::BodyMemory::Share share(memory, connection);
  http::Body body(connection, std::get<http::RequestHead>(request), share);
  try {
    std::string text = body.read(max_body_bytes);
    require(text.size() <= max_body_bytes, "a body is not larger than allowed");
    require(!body.remains(), "nothing remains of a body that was read");
    return text;
  } catch (const api::ApiError& error) {
    require(error.status() == 400 || error.status() == 413, "a body is malformed or too large");
    return std::nullopt;
  }
}

/// Takes a line and its CR LF off `text`. Neither may stand alone in it.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find_first_of("\r\n");
  if (end == std::string_view::npos || text.substr(end, 2) != "\r\n") return std::nullopt;
  if (end > max_line_bytes) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

std::optional<std::size_t> value_of(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::size_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::size_t>(digit - 'a') + 10;
  if (digit >= 'A' && digit <= 'F') return static_cast<std::size_t>(digit - 'A') + 10;
  return std::nullopt;
}

/// What the RFC says of `encoded`; nothing where it is malformed, ends early or is too large.
std::optional<std::string> decode(std::string_view encoded) {
  std::string body;
  for (;;) {
    const auto line = take_line(encoded);
    if (!line) return std::nullopt;
    const std::string_view digits = line->substr(0, line->find(';'));
    if (digits.empty()) return std::nullopt;
    std::size_t chunk_bytes = 0;
    for (const char digit : digits) {
      const auto value = value_of(digit);
      if (!value) return std::nullopt;
      chunk_bytes = std::min<std::size_t>(16 * chunk_bytes + *value, max_body_bytes + 1);
    }
    if (chunk_bytes == 0) break;
    if (chunk_bytes > max_body_bytes - body.size() || chunk_bytes > encoded.size())
      return std::nullopt;
    body += encoded.substr(0, chunk_bytes);
    encoded.remove_prefix(chunk_bytes);
    const auto end = take_line(encoded);
    if (!end || !end->empty()) return std::nullopt;
  }
  for (;;) {
    const auto trailer = take_line(encoded);
    if (!trailer) return std::nullopt;
    if (trailer->empty()) return body;
  }
}

/// `body` in chunks of up to `chunk_bytes`.
std::string encode(std::string_view body, std::size_t chunk_bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string encoded;
  while (!body.empty()) {
    const std::string_view chunk = body.substr(0, chunk_bytes);
    encoded += digits[chunk.size() / 256];
    encoded += digits[chunk.size() / 16 % 16];
    encoded += digits[chunk.size() % 16];
    encoded.append("\r\n").append(chunk).append("\r\n");
    body.remove_prefix(chunk.size());
  }
  return encoded + "0\r\n\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = taskdock::fuzz::as_text(data, size);
  const auto received = receive(input, false);
  require(received == receive(input, true), "a body is the same however it arrives");
  // Beyond this size the amount of what surrounds a body is limited, too.
  if (input.size() <= 2 * max_body_bytes) {
    require(received == decode(input), "a body is what the RFC says");
  }

  const std::string_view body = input.substr(0, max_body_bytes);
  // Small chunks are surrounded by more bytes than they have.
  const std::string encoded = encode(body, 20 + size % 50);
  require(receive(encoded, false) == body, "what is sent in chunks is received");
  return 0;
}
