#include "http/server.h"

#include <httplib.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "api/errors.h"
#include "http/body.h"
#include "http/connection_registry.h"
#include "http/cors.h"
#include "http/worker_pool.h"
#include "support/log.h"

namespace taskdock::http {

namespace {

constexpr std::chrono::seconds worker_patience{10};

// Those who are turned away are told so by a few threads of their own, in little time.
constexpr std::size_t most_turned_away_at_once = 16;
constexpr Deadlines turning_away = {.idle = std::chrono::seconds(1),
                                    .head = std::chrono::seconds(1),
                                    .body = std::chrono::seconds(1),
                                    .send = std::chrono::seconds(1)};

// How long to wait for the system to find files or memory for another connection.
constexpr std::chrono::milliseconds shortage_pause{10};

/// What the library sees of an exchange: a request line we made, with no headers behind it and no
/// body, and a way out for the answer.
class ExchangeStream final : public httplib::Stream {
 public:
  ExchangeStream(Connection& connection, const RequestHead& head) : connection_(connection) {
    // Only HEAD is different to the library, which leaves the body out of its answer; everything
    // else, methods it has never heard of included, is for our router to tell apart.
    text_ = head.method == "HEAD" ? "HEAD " : "GET ";
    text_ += head.target;
    text_ += " HTTP/1.1\r\n\r\n";
  }

  ssize_t read(char* to, std::size_t size) override {
    size = text_.copy(to, size, read_);
    read_ += size;
    return static_cast<ssize_t>(size);
  }

  ssize_t write(const char* data, std::size_t size) override {
    return connection_.send({data, size}) ? static_cast<ssize_t>(size) : -1;
  }

  // What the library never asks of this stream.
  bool is_readable() const override { return true; }
  bool wait_readable() const override { return true; }
  bool wait_writable() const override { return true; }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }
  time_t duration() const override { return 0; }

 private:
  Connection& connection_;
  std::string text_;
  std::size_t read_ = 0;
};

/// One request and what became of it. The library's callbacks have no place for it, so each worker
/// keeps the one it is busy with.
struct Exchange {
  Connection& connection;
  const RequestHead& head;
  Body& body;
  std::string id;
  api::Response answer = {};  // with the body, where the library is to ask for it
  bool keep_alive = false;
  int status = 0;
};

thread_local Exchange* current_exchange = nullptr;

std::string_view without_query(std::string_view target) {
  return target.substr(0, target.find('?'));
}

/// The parameters in the query of `target`, decoded, in their order. The library's own list leaves
/// out what stands there a second time, and with it which of several values is the last.
std::vector<std::pair<std::string, std::string>> query_of(std::string_view target) {
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string_view rest = target.substr(without_query(target).size());
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the question mark, or an ampersand
    const std::string_view parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(parameter.size());
    const std::string name(parameter.substr(0, parameter.find('=')));
    if (name.empty()) continue;
    const std::string value(parameter.substr(std::min(parameter.size(), name.size() + 1)));
    parameters.emplace_back(httplib::decode_query_component(name),
                            httplib::decode_query_component(value));
  }
  return parameters;
}

void log_request(const Exchange& exchange, Connection::Clock::time_point start) {
  if (!support::logs(support::LogLevel::info)) return;
  using std::chrono::microseconds;
  const auto duration =
      std::chrono::duration_cast<microseconds>(Connection::Clock::now() - start).count();
  std::string line(exchange.head.method);
  line += ' ';
  line += without_query(exchange.head.target);
  line += ' ' + std::to_string(exchange.status) + ' ' + std::to_string(duration) + "us ";
  support::log(support::LogLevel::info, line + exchange.id);
}

/// An answer written without the library, for a request it must not see.
std::string render(const api::Response& response) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + ' ' +
                     httplib::status_message(response.status) +
                     "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                     std::to_string(response.body.size()) + "\r\n";
  for (const auto& [name, value] : response.headers) {
    text += name;
    text += ": ";
    text += value;
    text += "\r\n";
  }
  return text + "\r\n" + response.body;
}

}  // namespace

class Server::Library final : public httplib::Server {
 public:
  Library(const api::RequestHandler& handler, const support::Clock& clock,
          support::RandomSource& random, ServerOptions options)
      : handler_(handler),
        clock_(clock),
        options_(std::move(options)),
        cors_(options_.cors_origins),
        workers_(options_.max_connections, worker_patience) {
    std::array<std::uint8_t, 4> noise;
    random.fill(noise);
    for (const std::uint8_t byte : noise) {
      std::array<char, 3> digits;
      std::snprintf(digits.data(), digits.size(), "%02x", byte);
      request_id_prefix_ += digits.data();
    }
    request_id_prefix_ += '-';

    set_tcp_nodelay(true);
    // Not the library's SO_REUSEPORT, with which a second server on the port would start silently.
    set_socket_options(
        [](socket_t socket) { httplib::set_socket_opt(socket, SOL_SOCKET, SO_REUSEADDR, 1); });
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      answer(request, response);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler(
        [this](const httplib::Request&, httplib::Response& response) { finish(response); });
    // An error without a body: there was no memory for one, or the library made the error itself.
    set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (!response.body.empty()) return;
      const char* detail = response.status == 500 ? "Internal server error"
                                                  : httplib::status_message(response.status);
      response.set_content(api::error_response(response.status, detail).body, "application/json");
    });
    set_error_logger([this](const httplib::Error&, const httplib::Request*) {
      if (bind_errno_ == 0) bind_errno_ = errno;
    });
  }

  int bind() {
    const int port = options_.port == 0 ? bind_to_any_port(options_.host, AI_NUMERICHOST)
                     : bind_to_port(options_.host, options_.port, AI_NUMERICHOST) ? options_.port
                                                                                  : -1;
    if (port < 0) {
      throw std::system_error(bind_errno_ == 0 ? EADDRNOTAVAIL : bind_errno_,
                              std::generic_category(), "bind");
    }
    return port;
  }

  /// The accept loop. The library's own ends the server at the first shortage of files or memory.
  bool run() {
    bool good = true;
    while (!stopping_) {
      const int fd = ::accept4(svr_sock_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0) {
        take_in(fd);
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        registry_.make_room();
        std::this_thread::sleep_for(shortage_pause);
      } else if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK || errno == EOPNOTSUPP) {
        good = stopping_;
        break;
      }
      // Everything else is about one connection that did not come about (accept(2)).
    }
    // No more connections. The socket is closed only when the answers are out, because its closing
    // is what makes the library break off those that it sends by a provider.
    httplib::detail::shutdown_socket(svr_sock_);
    registry_.end_all();
    if (!workers_.wait_until_done(std::chrono::steady_clock::now() + options_.shutdown)) {
      registry_.cut_all();
    }
    httplib::detail::close_socket(svr_sock_.exchange(INVALID_SOCKET));
    return good;
  }

  void stop() {
    stopping_ = true;
    httplib::detail::shutdown_socket(svr_sock_);  // makes accept4 return
  }

 private:
  void take_in(int fd) {
    try {
      if (workers_.run([this, fd] { serve_connection(fd); })) return;
      if (registry_.make_room()) {
        workers_.run_later([this, fd] { serve_connection(fd); });
        return;
      }
      if (turn_away_.run([this, fd] { turn_away(fd); })) return;
    } catch (const std::bad_alloc&) {
      support::log(support::LogLevel::error, "no memory for another connection");
    }
    ::close(fd);
  }

  void serve_connection(int fd) {
    Connection connection(fd, options_.deadlines);
    const ConnectionRegistry::Entry entry(registry_, connection);
    if (entry.is_admitted()) serve(connection);
  }

  /// Answers the first request with 503; closed before it is read, the socket would be reset.
  void turn_away(int fd) {
    Connection connection(fd, turning_away);
    const ConnectionRegistry::Entry entry(registry_, connection);
    if (!entry.is_admitted()) return;
    const auto next = connection.next_request();
    if (std::holds_alternative<Connection::Closed>(next)) return;
    refuse(connection, {503, "Too many connections; try again"});
  }

  void serve(Connection& connection) {
    for (bool again = true; again;) {
      const auto next = connection.next_request();
      if (const auto* head = std::get_if<RequestHead>(&next)) {
        again = serve_request(connection, *head);
      } else {
        if (const auto* refusal = std::get_if<Refusal>(&next)) refuse(connection, *refusal);
        return;
      }
    }
  }

  /// Whether the connection can carry another request.
  bool serve_request(Connection& connection, const RequestHead& head) {
    const auto start = Connection::Clock::now();
    Body body(connection, head);
    Exchange exchange{.connection = connection, .head = head, .body = body, .id = next_id()};
    // Few clients send chunks; how they are read must not decide where a next request begins.
    exchange.keep_alive = head.keep_alive && !head.chunked;
    current_exchange = &exchange;
    ExchangeStream stream(connection, head);
    bool closed = false;
    const bool sent = process_request(stream, {}, 0, {}, 0, false, closed, nullptr);
    current_exchange = nullptr;
    log_request(exchange, start);
    if (sent && !exchange.keep_alive) connection.close_gently();
    return sent && exchange.keep_alive;
  }

  void refuse(Connection& connection, const Refusal& refusal) {
    const std::string id = next_id();
    support::log(support::LogLevel::info,
                 "refused " + std::to_string(refusal.status) + " (" + refusal.detail + ") " + id);
    api::Response response =
        api::error_response(refusal.status, refusal.detail, {{"X-Request-Id", id}});
    if (refusal.status == 503) response.headers.emplace_back("Retry-After", "1");
    cors_.add_headers(origin_in(connection.head_text()), false, response);
    if (connection.send(render(response))) connection.close_gently();
  }

  /// Hands the request to the application and its answer to the library.
  void answer(const httplib::Request& request, httplib::Response& response) {
    Exchange& exchange = *current_exchange;
    const api::Request asked{.method = exchange.head.method,
                             .target = exchange.head.target,
                             .path = request.path,
                             .query = query_of(exchange.head.target),
                             .headers = exchange.head.headers,
                             .body = exchange.body,
                             .client_address = exchange.connection.client_address(),
                             .id = exchange.id};
    api::Response answered = handler_.handle(asked);
    cors_.add_headers(asked.header("Origin").value_or(""),
                      asked.method == "OPTIONS" && asked.header("Access-Control-Request-Method"),
                      answered);
    response.status = answered.status;
    for (auto& [name, value] : answered.headers) response.headers.emplace(name, std::move(value));
    const bool has_body =
        answered.stream || !answered.shared.bytes.empty() || !answered.body.empty();
    if (has_body && !response.has_header("Content-Type")) {
      response.headers.emplace("Content-Type", "application/json");
    }
    exchange.answer = std::move(answered);
    carry_body(exchange, response);
  }

  /// Gives the body of the answer to the library: a text goes with the head, the others have a
  /// provider that the library asks once the head is sent.
  static void carry_body(Exchange& exchange, httplib::Response& response) {
    if (exchange.answer.stream) {
      carry_stream(exchange, response);
    } else if (const std::string_view shared = exchange.answer.shared.bytes; !shared.empty()) {
      response.content_length_ = shared.size();
      response.content_provider_ = [shared](std::size_t offset, std::size_t size,
                                            httplib::DataSink& sink) {
        return sink.write(shared.data() + offset, size);
      };
    } else {
      response.body = std::move(exchange.answer.body);
    }
  }

  static void carry_stream(Exchange& exchange, httplib::Response& response) {
    const std::optional<std::uint64_t> size = exchange.answer.stream->size();
    if (size == 0) return;
    response.content_length_ = static_cast<std::size_t>(size.value_or(0));
    response.is_chunked_content_provider_ = !size && !exchange.head.is_http_1_0;
    if (!size && exchange.head.is_http_1_0) exchange.keep_alive = false;
    const auto streaming = std::make_shared<std::optional<Connection::Streaming>>();
    response.content_provider_ = [&exchange, streaming](std::size_t, std::size_t left,
                                                        httplib::DataSink& sink) {
      api::BodyStream& stream = *exchange.answer.stream;
      if (!*streaming) streaming->emplace(exchange.connection, stream);
      return send_piece(stream, exchange.answer.stream->size() ? left : SIZE_MAX, sink);
    };
  }

  /// Sends the next piece of `stream`, which may have no more than `max_bytes`; false breaks the
  /// connection off.
  static bool send_piece(api::BodyStream& stream, std::size_t max_bytes, httplib::DataSink& sink) {
    try {
      const std::string_view piece = stream.next();
      if (!piece.empty())
        return piece.size() <= max_bytes && sink.write(piece.data(), piece.size());
    } catch (const std::exception& error) {
      support::log(support::LogLevel::error, std::string("a body broke off: ") + error.what());
      return false;
    }
    if (max_bytes != SIZE_MAX) return false;  // it is shorter than it said
    sink.done();
    return true;
  }

  /// Settles the headers that every answer has, over what the library thinks of them.
  void finish(httplib::Response& response) {
    Exchange& exchange = *current_exchange;
    exchange.status = response.status;
    if (exchange.body.remains() || exchange.connection.is_ending()) exchange.keep_alive = false;

    httplib::Headers& headers = response.headers;
    headers.erase("Keep-Alive");
    headers.erase("Accept-Ranges");
    headers.erase("Connection");
    if (!exchange.keep_alive) {
      headers.emplace("Connection", "close");
    } else if (exchange.head.is_http_1_0) {
      headers.emplace("Connection", "keep-alive");
    }
    // Neither has a body whose length could be told (RFC 9110, 8.6).
    if (response.status == 204 || response.status == 304) headers.erase("Content-Length");
    headers.emplace("X-Request-Id", exchange.id);
    headers.emplace("Date", support::format_http_date(clock_.now()));
  }

  std::string next_id() { return request_id_prefix_ + std::to_string(++request_count_); }

  const api::RequestHandler& handler_;
  const support::Clock& clock_;
  const ServerOptions options_;
  const Cors cors_;
  ConnectionRegistry registry_;
  std::string request_id_prefix_;  // tells this run of the server from others in a log
  std::atomic<std::uint64_t> request_count_{0};
  int bind_errno_ = 0;
  std::atomic<bool> stopping_{false};
  // Last, so that they end first: their threads use all of the above.
  WorkerPool workers_;
  WorkerPool turn_away_{most_turned_away_at_once, worker_patience};
};

Server::Server(const api::RequestHandler& handler, const support::Clock& clock,
               support::RandomSource& random, ServerOptions options)
    : library_(std::make_unique<Library>(handler, clock, random, std::move(options))) {}

Server::~Server() = default;

int Server::bind() {
  return library_->bind();
}

bool Server::run() {
  return library_->run();
}

void Server::stop() {
  library_->stop();
}

const char* http_library_version() {
  return CPPHTTPLIB_VERSION;
}

}  // namespace taskdock::http
