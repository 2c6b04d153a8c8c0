#include "testing/event_client.h"

#include <doctest/doctest.h>

namespace taskdock::testing {

EventClient::EventClient(int port, const std::string& token, const std::string& query,
                         const Client::Headers& headers)
    : socket_(std::make_unique<RawSocket>(port)) {
  std::string request = "GET /api/events" + query + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (!token.empty()) request += "Authorization: Bearer " + token + "\r\n";
  for (const auto& [name, value] : headers) request.append(name + ": " + value + "\r\n");
  socket_->send(request + "\r\n");
  head_ = Client::read_answer(*socket_, received_);
}

std::optional<ReceivedEvent> EventClient::next() {
  std::size_t end;
  while ((end = text_.find("\n\n")) == std::string::npos) {
    if (!receive_chunk()) return std::nullopt;
  }
  const std::string block = text_.substr(0, end + 1);
  text_.erase(0, end + 2);
  ReceivedEvent event;
  for (std::size_t at = 0; at < block.size();) {
    const std::string line = block.substr(at, block.find('\n', at) - at);
    at += line.size() + 1;
    if (line.starts_with("event: ")) event.name = line.substr(7);
    if (line.starts_with("id: ")) event.id = line.substr(4);
    if (line.starts_with("data: ")) event.data = nlohmann::json::parse(line.substr(6));
  }
  return event;
}

ReceivedEvent EventClient::expect(const std::string& name) {
  std::optional<ReceivedEvent> event = next();
  while (event && event->name.empty()) event = next();
  REQUIRE(event);
  CAPTURE(event->data.dump());
  REQUIRE(event->name == name);
  return *event;
}

/// Decodes one chunk (RFC 9112, 7.1); false after the last one, or where the connection ends.
bool EventClient::receive_chunk() {
  for (;;) {
    const std::size_t line_end = received_.find("\r\n");
    if (line_end != std::string::npos) {
      const std::size_t size = std::stoul(received_, nullptr, 16);
      is_complete_ = size == 0;
      if (is_complete_) return false;
      if (received_.size() >= line_end + 2 + size + 2) {
        text_ += received_.substr(line_end + 2, size);
        received_.erase(0, line_end + 2 + size + 2);
        return true;
      }
    }
    if (!socket_->receive(received_)) return false;
  }
}

}  // namespace taskdock::testing
