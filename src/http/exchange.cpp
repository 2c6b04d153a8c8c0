#include "http/exchange.h"

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "support/log.h"

namespace taskdock::http {

namespace {

/// Sends the next piece of the answer's stream, of which `left` bytes are to come if its size is
/// known. False makes the library close the connection.
bool send_piece(const Exchange& exchange, std::optional<std::size_t> left,
                httplib::DataSink& sink) {
  try {
    const std::string_view piece = exchange.answer.stream->next();
    if (!piece.empty()) {
      return (!left || piece.size() <= *left) && sink.write(piece.data(), piece.size());
    }
  } catch (const std::exception& error) {
    support::log(support::LogLevel::error,
                 std::string("a body could not be completed: ") + error.what(),
                 {{"request_id", exchange.id}, {"client", exchange.client_address()}});
    return false;
  }
  if (left) return false;  // it is shorter than it said
  sink.done();
  return true;
}

void carry_stream(Exchange& exchange, httplib::Response& response) {
  const std::optional<std::uint64_t> size = exchange.answer.stream->size();
  if (size == 0) return;
  response.content_length_ = static_cast<std::size_t>(size.value_or(0));
  if (!size && exchange.head.is_http_1_0) exchange.keep_alive = false;
  response.is_chunked_content_provider_ = !size && !exchange.head.is_http_1_0;
  const auto streaming = std::make_shared<std::optional<Connection::Streaming>>();
  response.content_provider_ = [&exchange, has_size = size.has_value(), streaming](
                                   std::size_t, std::size_t left, httplib::DataSink& sink) {
    if (!*streaming) streaming->emplace(exchange.connection, *exchange.answer.stream);
    return send_piece(exchange, has_size ? std::optional(left) : std::nullopt, sink);
  };
}

/// `bytes` must stay valid until they are sent.
void carry_bytes(std::string_view bytes, httplib::Response& response) {
  response.content_length_ = bytes.size();
  response.content_provider_ = [bytes](std::size_t offset, std::size_t size,
                                       httplib::DataSink& sink) {
    return sink.write(bytes.data() + offset, size);
  };
}

/// Gives only the length of `body`, which is freed: a client that does not read the heads of its
/// answers would make us keep one body for each.
void carry_length(std::string& body, httplib::Response& response) {
  response.content_length_ = body.size();
  response.content_provider_ = [](std::size_t, std::size_t, httplib::DataSink&) { return false; };
  std::string().swap(body);  // an assignment would keep its memory
}

}  // namespace

ExchangeStream::ExchangeStream(Exchange& exchange)
    : connection_(exchange.connection),
      // The library must know only whether it is a HEAD, whose answer has no body. The target and
      // all other methods, even those that the library does not know, are for our router.
      unread_(exchange.head.method == "HEAD" ? "HEAD / HTTP/1.1\r\n\r\n"
                                             : "GET / HTTP/1.1\r\n\r\n") {}

ssize_t ExchangeStream::read(char* to, std::size_t size) {
  size = unread_.copy(to, size);
  unread_.remove_prefix(size);
  return static_cast<ssize_t>(size);
}

ssize_t ExchangeStream::write(const char* data, std::size_t size) {
  return connection_.send({data, size}) ? static_cast<ssize_t>(size) : -1;
}

void carry_answer(Exchange& exchange, httplib::Response& response) {
  api::Response& answer = exchange.answer;
  response.status = answer.status;
  if (answer.stream) {
    carry_stream(exchange, response);
  } else if (!answer.shared.bytes.empty()) {
    carry_bytes(answer.shared.bytes, response);
  } else if (exchange.head.method == "HEAD" && !answer.body.empty()) {
    carry_length(answer.body, response);
  } else if (answer.body.size() > BodyMemory::small_body_bytes) {
    carry_bytes(answer.body, response);  // the library would copy it
  } else {
    response.body = std::move(answer.body);
  }
}

}  // namespace taskdock::http
