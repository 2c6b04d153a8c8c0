#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/request_handler.h"
#include "api/traffic.h"
#include "http/connection.h"
#include "http/trusted_proxies.h"
#include "support/clock.h"
#include "support/random.h"
#include "system/listener.h"

namespace taskdock::http {

struct ServerOptions {
  std::size_t max_connections;
  std::vector<std::string> cors_origins;
  std::vector<std::string> allowed_hosts = {};  // further values a Host header may have
  TrustedProxies trusted_proxies = {};
  std::size_t max_body_memory = std::size_t{64} * 1024 * 1024;  // for all bodies in flight
  Deadlines deadlines = {.idle = std::chrono::seconds(60),
                         .head = std::chrono::seconds(10),
                         .body = std::chrono::seconds(30),
                         .send = std::chrono::seconds(30)};
  std::chrono::milliseconds shutdown = std::chrono::seconds(5);
  api::Traffic* traffic = nullptr;  // counts everything, and outlives the server; null: nobody does
};

/// Carries the API over HTTP/1.1.
///
/// Each connection has a worker of its own. A request's head is parsed and checked here
/// (request_head.h, target.h). The HTTP library sees only a request line that we have made: it
/// writes the answer.
class Server {
 public:
  /// Takes the connections of `listeners`, which wait until run(). `handler`, `clock` and `random`
  /// must outlive the server. Throws std::system_error if the system has no files or threads for
  /// it.
  Server(const api::RequestHandler& handler, const support::Clock& clock,
         support::RandomSource& random, std::vector<system::Listener> listeners,
         ServerOptions options);
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Where it listens: of each listener, in their order.
  const std::vector<system::Endpoint>& endpoints() const;

  /// Serves until stop(), then closes the listeners, finishes the requests in flight, for as long
  /// as they are given, and returns. False if it stopped by itself because the system would accept
  /// no more connections.
  bool run();

  /// Makes run() return, also if it has yet to be called. Requests in flight have `patience` to
  /// finish, or else what the options say. Any thread may call it.
  void stop(std::optional<std::chrono::milliseconds> patience = std::nullopt);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

/// The version of the HTTP library, e.g. "0.41.0".
const char* http_library_version();

}  // namespace taskdock::http
