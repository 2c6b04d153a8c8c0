#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "http/server.h"
#include "testing/any_port.h"
#include "testing/fakes.h"

namespace taskdock::testing {

/// A server in this process that answers with what a function of the test's returns.
class FunctionServer {
 public:
  using Function = std::function<api::Response(const api::Request&)>;

  explicit FunctionServer(Function function, const http::ServerOptions& options = options_of_test())
      : handler_(std::move(function)),
        server_(handler_, clock_, random_, on_any_port(), options),
        port(server_.endpoints().front().port),
        thread_([this] { server_.run(); }) {}
  FunctionServer(const FunctionServer&) = delete;
  FunctionServer& operator=(const FunctionServer&) = delete;
  ~FunctionServer() {
    if (thread_.joinable()) stop();
  }

  /// Returns when it has ended.
  void stop(std::optional<std::chrono::milliseconds> patience = std::nullopt) {
    server_.stop(patience);
    thread_.join();
  }

  /// Requests under way may take ten minutes to end.
  static http::ServerOptions options_of_test() {
    return {.max_connections = 16,
            .cors_origins = {"http://localhost:3000"},
            .shutdown = std::chrono::minutes(10)};
  }

 private:
  class Handler final : public api::RequestHandler {
   public:
    explicit Handler(Function function) : function_(std::move(function)) {}
    api::Response handle(const api::Request& request) const noexcept override {
      return function_(request);
    }

   private:
    const Function function_;
  };

  const Handler handler_;
  FakeClock clock_;
  support::SystemRandom random_;
  http::Server server_;

 public:
  const int port;

 private:
  std::thread thread_;
};

}  // namespace taskdock::testing
