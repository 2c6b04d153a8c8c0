#include "http/server.h"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "api/errors.h"
#include "http/answer_headers.h"
#include "http/body_memory.h"
#include "http/closing_connections.h"
#include "http/connection_registry.h"
#include "http/cors.h"
#include "http/exchange.h"
#include "http/origin_guard.h"
#include "http/target.h"
#include "http/worker_pool.h"
#include "support/log.h"
#include "system/listener.h"

namespace taskdock::http {

namespace {

constexpr std::chrono::seconds worker_patience{10};

// How long to wait for the system to find files or memory for another connection.
constexpr std::chrono::milliseconds shortage_pause{10};

// The library's callbacks have no parameter for our data, so each worker thread keeps its exchange
// here.
thread_local Exchange* current_exchange = nullptr;

void log_request(const Exchange& exchange, Connection::Clock::duration time) {
  using std::chrono::microseconds;
  const int status = exchange.answer.status;
  const auto duration = std::chrono::duration_cast<microseconds>(time).count();
  std::string line(exchange.head.method);
  line += ' ';
  line += exchange.head.path;
  line += ' ' + std::to_string(status) + ' ' + std::to_string(duration) + "us ";
  line += exchange.id;
  line += ' ';
  line += exchange.client_address();
  support::log(support::LogLevel::info, line,
               {{"method", exchange.head.method},
                {"path", exchange.head.path},
                {"status", std::int64_t{status}},
                {"duration_us", std::int64_t{duration}},
                {"request_id", exchange.id},
                {"client", exchange.client_address()}});
}

void append_header(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ": ";
  text += value;
  text += "\r\n";
}

std::vector<system::Endpoint> endpoints_of(const std::vector<system::Listener>& listeners) {
  std::vector<system::Endpoint> endpoints;
  endpoints.reserve(listeners.size());
  for (const system::Listener& listener : listeners) endpoints.push_back(listener.endpoint());
  return endpoints;
}

/// The text of an answer, for a request that the library must not see.
std::string render(const api::Response& response) {
  std::string text =
      "HTTP/1.1 " + std::to_string(response.status) + ' ' +
      httplib::status_message(response.status) +
      "\r\nConnection: close\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n";
  for (const auto& [name, value] : response.headers) append_header(text, name, value);
  return text + "\r\n" + response.body;
}

}  // namespace

class Server::Library final : public httplib::Server {
 public:
  Library(const api::RequestHandler& handler, const support::Clock& clock,
          support::RandomSource& random, std::vector<system::Listener> listeners,
          ServerOptions options)
      : handler_(handler),
        clock_(clock),
        options_(std::move(options)),
        cors_(options_.cors_origins),
        endpoints_(endpoints_of(listeners)),
        acceptor_(std::move(listeners)),
        registry_(options_.deadlines),
        body_memory_(options_.max_body_memory, registry_),
        workers_(options_.max_connections, worker_patience) {
    std::array<std::uint8_t, 4> noise;
    random.fill(noise);
    for (const std::uint8_t byte : noise) {
      std::array<char, 3> digits;
      std::snprintf(digits.data(), digits.size(), "%02x", byte);
      request_id_prefix_ += digits.data();
    }
    request_id_prefix_ += '-';

    for (const system::Endpoint& endpoint : endpoints_) {
      guards_.emplace_back(endpoint, options_.allowed_hosts, cors_);
    }
    // Any value but INVALID_SOCKET, at which the library breaks off the answers it sends.
    svr_sock_ = INVALID_SOCKET + 1;
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& response) {
      answer(response);
      return HandlerResponse::Handled;
    });
    set_header_writer([this](httplib::Stream& stream, httplib::Headers& headers) {
      return write_headers(stream, headers);
    });
    // An error without a body: there was no memory for one, or for the whole answer.
    set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (!response.body.empty() || response.content_provider_) return;
      const char* detail = response.status == 500 ? "Internal server error"
                                                  : httplib::status_message(response.status);
      api::Response& answer = current_exchange->answer;
      answer.status = response.status;
      answer.body = api::error_response(response.status, detail).body;
      api::add_retry(answer);
      add_general_headers({}, answer);
      response.body = std::move(answer.body);
    });
  }

  /// The accept loop. The library's own ends the server at the first shortage of files or memory.
  bool run() {
    using Event = system::Acceptor::Accepted::Event;
    system::Acceptor::Accepted accepted;
    while ((accepted = acceptor_.accept()).event != Event::stopped &&
           accepted.event != Event::failed) {
      if (accepted.event == Event::connection) {
        take_in(accepted.socket, accepted.listener);
      } else {
        if (!closing_.close_oldest()) registry_.free_a_worker();
        std::this_thread::sleep_for(shortage_pause);
      }
    }
    acceptor_.close();
    registry_.end_all();
    if (!workers_.wait_until_done(std::chrono::steady_clock::now() + patience_.load())) {
      registry_.cut_all();
    }
    return accepted.event == Event::stopped;
  }

  void stop(std::optional<std::chrono::milliseconds> patience) {
    if (patience) patience_ = *patience;
    acceptor_.stop();
  }

  const std::vector<system::Endpoint>& endpoints() const { return endpoints_; }

 private:
  void take_in(int fd, std::size_t listener) {
    try {
      const auto job = [this, fd, of = static_cast<unsigned>(listener)] {
        serve_connection(fd, guards_[of]);
      };
      if (workers_.run(job)) return;
      if (registry_.free_a_worker()) {
        workers_.run_later(job);
        return;
      }
    } catch (const std::bad_alloc&) {
      support::log(support::LogLevel::error, "no memory for another connection");
    }
    if (options_.traffic) options_.traffic->turned_away.add();
    closing_.turn_away(system::Socket(system::FileDescriptor(fd)));
  }

  void serve_connection(int fd, const OriginGuard& guard) {
    Connection connection(system::Socket(system::FileDescriptor(fd)), options_.deadlines);
    const support::Gauge::Hold open(options_.traffic ? &options_.traffic->open_connections
                                                     : nullptr);
    bool answered = false;
    {
      const ConnectionRegistry::Entry entry(registry_, connection);
      answered = entry.is_admitted() && serve(connection, guard);
    }
    if (answered) closing_.close(connection.take_socket());
  }

  /// Serves all requests of `connection`; whether the last one was answered.
  bool serve(Connection& connection, const OriginGuard& guard) {
    const bool is_proxy = options_.trusted_proxies.trusts(connection.client_address());
    for (;;) {
      const auto next = connection.next_request();
      if (const auto* refusal = std::get_if<Refusal>(&next)) {
        return connection.send(
            refuse(*refusal, connection.head_text(), connection.client_address()));
      }
      const auto* head = std::get_if<RequestHead>(&next);
      if (!head) return false;
      switch (serve_request(connection, *head, guard, is_proxy)) {
        case Outcome::go_on:
          break;
        case Outcome::answered:
          return true;
        case Outcome::broken:
          return false;
      }
    }
  }

  /// The connection can carry another request, or that was the last, or it is broken.
  enum class Outcome { go_on, answered, broken };

  Outcome serve_request(Connection& connection, const RequestHead& head, const OriginGuard& guard,
                        bool is_proxy) {
    const auto start = Connection::Clock::now();
    Exchange exchange(connection, head, guard, body_memory_, next_id());
    if (is_proxy) {
      exchange.proxied = options_.trusted_proxies.read(connection.client_address(), head.headers);
    }
    current_exchange = &exchange;
    ExchangeStream stream(exchange);
    bool closed = false;
    const bool sent = process_request(stream, {}, 0, {}, 0, true, closed, nullptr);
    current_exchange = nullptr;
    record(exchange, start);
    if (!sent) return Outcome::broken;
    return exchange.keep_alive ? Outcome::go_on : Outcome::answered;
  }

  /// Logs and counts a request that has ended.
  void record(const Exchange& exchange, Connection::Clock::time_point start) {
    const bool logged = support::logs(support::LogLevel::info);
    if (!logged && !options_.traffic) return;
    const auto duration = Connection::Clock::now() - start;
    const api::Response& answer = exchange.answer;
    if (options_.traffic) {
      options_.traffic->count(exchange.head.method, answer.route, answer.status, duration);
    }
    if (logged) log_request(exchange, duration);
  }

  /// The answer to a request that is not served; `received` is what has arrived of it, from `peer`
  /// if that is known.
  std::string refuse(const Refusal& refusal, std::string_view received, std::string_view peer) {
    const std::string id = next_id();
    std::string line = "refused " + std::to_string(refusal.status) + " (" + refusal.detail + ") ";
    line += id;
    if (!peer.empty()) line.append(" ").append(peer);
    support::log(support::LogLevel::info, line,
                 {{"status", std::int64_t{refusal.status}}, {"request_id", id}, {"client", peer}});
    if (options_.traffic) options_.traffic->count({}, nullptr, refusal.status, std::nullopt);
    api::Response response =
        api::error_response(refusal.status, refusal.detail, {{"X-Request-Id", id}});
    api::add_retry(response);
    cors_.add_headers(origin_in(received), false, response);
    add_general_headers({}, response);
    return render(response);
  }

  /// Hands the request to the application and its answer to the library.
  void answer(httplib::Response& response) {
    Exchange& exchange = *current_exchange;
    const api::Request asked{.method = exchange.head.method,
                             .target = exchange.head.target,
                             .path = decode_path(exchange.head.path),
                             .query = decode_query(exchange.head.query),
                             .headers = exchange.head.headers,
                             .body = exchange.body,
                             .client_address = exchange.client_address(),
                             .id = exchange.id,
                             .prefix = exchange.prefix()};
    const auto refusal = exchange.guard.check(exchange.head, exchange.is_over_tls());
    exchange.answer =
        refusal ? api::error_response(refusal->status, refusal->detail) : handler_.handle(asked);
    cors_.add_headers(asked.header("Origin").value_or(""), asked.is_preflight(), exchange.answer);
    add_general_headers(asked.path, exchange.answer);
    if (exchange.answer.stream && exchange.answer.stream->is_lasting()) {
      exchange.keep_alive = false;
      exchange.extra_worker.emplace(workers_);
    }
    carry_answer(exchange, response);
  }

  /// Writes the headers of the answer, and of the library's own only those that frame the body: its
  /// others do not know the real request.
  ssize_t write_headers(httplib::Stream& stream, const httplib::Headers& of_library) {
    Exchange& exchange = *current_exchange;
    if (exchange.body.remains() || exchange.connection.is_ending()) exchange.keep_alive = false;
    std::string text;
    text.reserve(768);
    const int status = exchange.answer.status;
    // Neither has a body whose length could be told (RFC 9110, 8.6).
    const bool has_length = status != 204 && status != 304;
    for (const auto& [name, value] : of_library) {
      if ((name == "Content-Length" && has_length) || name == "Transfer-Encoding") {
        append_header(text, name, value);
      }
    }
    for (const auto& [name, value] : exchange.answer.headers) append_header(text, name, value);
    if (!exchange.keep_alive) {
      append_header(text, "Connection", "close");
    } else if (exchange.head.is_http_1_0) {
      append_header(text, "Connection", "keep-alive");
    }
    append_header(text, "X-Request-Id", exchange.id);
    append_header(text, "Date", support::format_http_date(clock_.now()));
    text += "\r\n";
    return stream.write(text.data(), text.size());
  }

  std::string next_id() { return request_id_prefix_ + std::to_string(++request_count_); }

  const api::RequestHandler& handler_;
  const support::Clock& clock_;
  const ServerOptions options_;
  const Cors cors_;
  const std::vector<system::Endpoint> endpoints_;
  std::vector<OriginGuard> guards_;  // one for each endpoint
  system::Acceptor acceptor_;
  ConnectionRegistry registry_;
  BodyMemory body_memory_;
  std::string request_id_prefix_;  // different for each run of the server
  std::atomic<std::uint64_t> request_count_{0};
  std::atomic<std::chrono::milliseconds> patience_{options_.shutdown};  // with requests at the end
  // Last, so that they end first: their threads use all of the above.
  ClosingConnections closing_{[this](std::string_view received) {
    return refuse({503, "Too many connections; try again"}, received, {});
  }};
  WorkerPool workers_;
};

Server::Server(const api::RequestHandler& handler, const support::Clock& clock,
               support::RandomSource& random, std::vector<system::Listener> listeners,
               ServerOptions options)
    : library_(std::make_unique<Library>(handler, clock, random, std::move(listeners),
                                         std::move(options))) {}

Server::~Server() = default;

const std::vector<system::Endpoint>& Server::endpoints() const {
  return library_->endpoints();
}

bool Server::run() {
  return library_->run();
}

void Server::stop(std::optional<std::chrono::milliseconds> patience) {
  library_->stop(patience);
}

const char* http_library_version() {
  return CPPHTTPLIB_VERSION;
}

}  // namespace taskdock::http
