#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "testing/client.h"

namespace taskdock::testing {

struct ReceivedEvent {
  std::string name;  // empty: it was a comment
  std::string id;    // empty: it has none
  nlohmann::json data;

  bool operator==(const ReceivedEvent&) const = default;
};

/// A client of GET /api/events, on a connection of its own.
class EventClient {
 public:
  /// Asks with the token, unless that is empty. `query` begins with a question mark.
  explicit EventClient(int port, const std::string& token = {}, const std::string& query = {},
                       const Client::Headers& headers = {});

  const Answer& head() const { return head_; }
  /// The status of an answer that is no stream, whose body is in head().
  int status() const { return head_.status; }

  /// The next event, or comment; nothing once the stream has ended.
  std::optional<ReceivedEvent> next();

  /// The next event; fails the test if it has another name, or if there is none.
  ReceivedEvent expect(const std::string& name);

  /// Whether the stream that has ended was not broken off.
  bool is_complete() const { return is_complete_; }

  /// Whether the stream ends without another event.
  bool ends() { return !next(); }

  RawSocket& socket() { return *socket_; }

 private:
  bool receive_chunk();

  std::unique_ptr<RawSocket> socket_;
  std::string received_;  // and not decoded
  std::string text_;      // decoded
  Answer head_;
  bool is_complete_ = false;
};

}  // namespace taskdock::testing
