#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/log.h"

namespace taskdock::api {

/// A header field as it came, its value without white space around it.
struct Header {
  std::string_view name;
  std::string_view value;
};

/// Where a request's body comes from, so that it is read only for callers who may send one; and
/// where the memory of the answer's body is counted.
class BodyChannel {
 public:
  virtual ~BodyChannel() = default;

  /// Whether the request announced a body of at least one byte.
  virtual bool announced() const = 0;

  /// The whole body, of at most `max_bytes` bytes; to be called once. Throws ApiError (400, 408,
  /// 413, 503).
  virtual std::string read(std::size_t max_bytes) = 0;

  /// Whether there is memory for an answer of up to `bytes` bytes, beside that of the request's
  /// body; may wait a second for some. To be asked before a change whose answer can be large: once
  /// it is made, it is too late to refuse it.
  virtual bool reserve_answer(std::size_t bytes) = 0;

  /// Whether there is memory to keep an answer with a body of `bytes` bytes, which is there
  /// already, until its client has received it; may wait a second for some. The memory of the
  /// request's body counts no longer.
  virtual bool keep_answer(std::size_t bytes) = 0;
};

/// A request as the handlers see it, whatever carried it.
struct Request {
  std::string_view method;
  std::string_view target;                                 // as it was sent: the path and the query
  std::string path;                                        // percent-decoded, but for %2F and %25
  std::vector<std::pair<std::string, std::string>> query;  // percent-decoded
  std::span<const Header> headers;
  BodyChannel& body;
  std::string_view client_address;  // numeric, or "unix" over a Unix socket
  std::string_view id;              // names this request in the log and in X-Request-Id
  // What clients write before each path of ours: where a proxy has put the server, e.g. "/todo".
  std::string_view prefix = {};

  /// Logs that `what`, such as a log-in, failed, with the client's address. The line must not tell
  /// whose account was meant, or whether there is one. Filters of fail2ban read such lines, so
  /// their words are part of what is promised (README, "fail2ban").
  void log_failure(support::LogLevel level, std::string_view what) const;

  /// Logs why this request could not be served, which its client is not told, with the request's
  /// id.
  void log_cause(std::string_view cause) const;

  /// The path `ours` as the client has to write it.
  std::string below_prefix(std::string_view ours) const { return std::string(prefix).append(ours); }

  /// The value of the header `name` (in any case); nothing if there is none. Where it was sent more
  /// than once, the values stand in one list, with commas between them (RFC 9110, 5.3).
  std::optional<std::string> header(std::string_view name) const;

  /// Whether a browser asks what a page of another origin may send (fetch.spec.whatwg.org,
  /// "CORS-preflight request").
  bool is_preflight() const;
};

}  // namespace taskdock::api
