#pragma once

#include <httplib.h>

#include <optional>
#include <string>
#include <string_view>

#include "api/response.h"
#include "http/body.h"
#include "http/body_memory.h"
#include "http/connection.h"
#include "http/origin_guard.h"
#include "http/request_head.h"
#include "http/trusted_proxies.h"
#include "http/worker_pool.h"

namespace taskdock::http {

/// One request and its answer.
struct Exchange {
  Exchange(Connection& on, const RequestHead& request_head, const OriginGuard& guarded_by,
           BodyMemory& body_memory, std::string request_id)
      : connection(on),
        head(request_head),
        guard(guarded_by),
        memory(body_memory, on),
        body(on, request_head, memory),
        id(std::move(request_id)),
        // Where the next request begins must not depend on how chunks are parsed.
        keep_alive(request_head.keep_alive && !request_head.chunked) {}

  Connection& connection;
  const RequestHead& head;
  const OriginGuard& guard;  // of the listener that it came from
  BodyMemory::Share memory;
  Body body;
  const std::string id;
  bool keep_alive;
  api::Response answer;
  std::optional<ProxiedRequest> proxied = {};          // what a trusted proxy says
  std::optional<WorkerPool::Extra> extra_worker = {};  // while the answer is a lasting stream

  std::string_view client_address() const {
    return proxied ? proxied->client_address : connection.client_address();
  }
  std::string_view prefix() const { return proxied ? std::string_view(proxied->prefix) : ""; }
  bool is_over_tls() const { return proxied && proxied->over_tls; }
};

/// What the library sees of an exchange: it reads a request line that we have made, without headers
/// or a body, and writes the answer to the connection.
class ExchangeStream final : public httplib::Stream {
 public:
  explicit ExchangeStream(Exchange& exchange);

  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;

  // The library does not use these for this stream.
  bool is_readable() const override { return true; }
  bool wait_readable() const override { return true; }
  bool wait_writable() const override { return true; }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }
  time_t duration() const override { return 0; }

 private:
  Connection& connection_;
  std::string_view unread_;
};

/// Gives the answer of `exchange` to the library: its status and its body, either as a string or by
/// a provider, which the library calls after it has sent the head. The exchange must outlive
/// `response`. The headers are not given to the library, whose own list of them is slow: the server
/// writes them.
void carry_answer(Exchange& exchange, httplib::Response& response);

}  // namespace taskdock::http
