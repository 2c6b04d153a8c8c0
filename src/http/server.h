#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "api/request_handler.h"
#include "http/connection.h"
#include "support/clock.h"
#include "support/random.h"

namespace taskdock::http {

struct ServerOptions {
  std::string host;  // a numeric address; no name is looked up
  int port;          // 0: any free one
  std::size_t max_connections;
  std::vector<std::string> cors_origins;
  std::vector<std::string> allowed_hosts = {};  // further values a Host header may have
  std::size_t max_body_memory = std::size_t{64} * 1024 * 1024;  // for all bodies in flight
  Deadlines deadlines = {.idle = std::chrono::seconds(60),
                         .head = std::chrono::seconds(10),
                         .body = std::chrono::seconds(30),
                         .send = std::chrono::seconds(30)};
  std::chrono::milliseconds shutdown = std::chrono::seconds(5);
};

/// Carries the API over HTTP/1.1.
///
/// Each connection has a worker of its own. A request's head is parsed and checked here
/// (request_head.h, target.h). The HTTP library sees only a request line that we have made: it
/// binds the address and writes the answer.
class Server {
 public:
  /// `handler`, `clock` and `random` must outlive the server.
  Server(const api::RequestHandler& handler, const support::Clock& clock,
         support::RandomSource& random, ServerOptions options);
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds the address and returns the port; connections wait until run(). Throws
  /// std::system_error, with the reason of the system, if it cannot be bound.
  int bind();

  /// Serves until stop(), then finishes the requests in flight, for as long as the options allow,
  /// and returns. False if it stopped by itself because the system would accept no more
  /// connections.
  bool run();

  /// Makes run() return, also if it has yet to be called. After bind(), from any thread but a
  /// worker's.
  void stop();

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

/// The version of the HTTP library, e.g. "0.41.0".
const char* http_library_version();

}  // namespace taskdock::http
