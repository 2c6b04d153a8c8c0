#include "testing/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "support/text.h"

namespace taskdock::testing {

RawSocket::RawSocket(int port, const std::string& from)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, from.c_str(), &address.sin_addr);
  // The port is chosen at connect(): chosen here, it would be taken from all connections alike.
  const int late = 1;
  ::setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &late, sizeof(late));
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(fd_);
    throw std::runtime_error("bind");
  }
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connect(reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

RawSocket::RawSocket(const UnixSocket& server)
    : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  server.path.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
  connect(reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

void RawSocket::connect(const sockaddr* address, socklen_t size) {
  const timeval patience{.tv_sec = 300, .tv_usec = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (::connect(fd_, address, size) == 0) return;
  ::close(fd_);
  throw std::runtime_error("connect");
}

RawSocket::~RawSocket() {
  ::close(fd_);
}

bool RawSocket::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return true;
}

void RawSocket::send_without_waiting(const std::string& bytes) {
  [[maybe_unused]] const ssize_t sent =
      ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void RawSocket::finish_sending() {
  ::shutdown(fd_, SHUT_WR);
}

bool RawSocket::receive(std::string& received) {
  std::array<char, 65536> part;
  const ssize_t n = ::recv(fd_, part.data(), part.size(), 0);
  if (n <= 0) return false;
  received.append(part.data(), static_cast<std::size_t>(n));
  return true;
}

std::string RawSocket::receive_all() {
  std::string all;
  while (receive(all)) {
  }
  return all;
}

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

namespace {

/// Takes a chunked body, which `received` begins, out of what comes from `socket`; false if it is
/// not complete.
bool take_chunks(RawSocket& socket, std::string& received, std::string& body) {
  for (;;) {
    std::size_t end;
    while ((end = received.find("\r\n")) == std::string::npos) {
      if (!socket.receive(received)) return false;
    }
    const std::size_t size = std::stoul(received, nullptr, 16);
    while (received.size() < end + 2 + size + 2) {
      if (!socket.receive(received)) return false;
    }
    body.append(received, end + 2, size);
    received.erase(0, end + 2 + size + 2);
    if (size == 0) return true;
  }
}

}  // namespace

Answer Client::read_answer(RawSocket& socket, std::string& surplus, bool to_head) {
  std::string received = std::exchange(surplus, {});
  std::size_t head_end;
  while ((head_end = received.find("\r\n\r\n")) == std::string::npos) {
    if (!socket.receive(received)) return {};
  }
  Answer answer;
  answer.status = std::stoi(received.substr(received.find(' ') + 1, 3));
  for (std::size_t at = received.find("\r\n") + 2; at < head_end;) {
    const std::size_t end = received.find("\r\n", at);
    const std::size_t colon = received.find(": ", at);
    answer.headers.emplace(support::to_lower_ascii(received.substr(at, colon - at)),
                           received.substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  if (answer.status == 100) {
    surplus = received.substr(head_end + 4);
    return read_answer(socket, surplus, to_head);
  }
  // A stream of events goes on: it is left to the caller.
  if (!to_head && answer.header("transfer-encoding") == "chunked" &&
      answer.header("content-type") != "text/event-stream") {
    received.erase(0, head_end + 4);
    if (!take_chunks(socket, received, answer.body)) return {};
    surplus = received;
    return answer;
  }
  const std::string length = answer.header("content-length");
  const std::size_t body_bytes = to_head || length.empty() ? 0 : std::stoul(length);
  while (received.size() < head_end + 4 + body_bytes) {
    if (!socket.receive(received)) return {};
  }
  answer.body = received.substr(head_end + 4, body_bytes);
  surplus = received.substr(head_end + 4 + body_bytes);
  return answer;
}

Answer Client::call(const std::string& method, const std::string& target, const std::string& body,
                    const Headers& headers) {
  std::string request = method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (!token.empty()) request += "Authorization: Bearer " + token + "\r\n";
  bool typed = false;
  for (const auto& [name, value] : headers) {
    request += name + ": " + value + "\r\n";
    typed |= support::equals_ignoring_case(name, "Content-Type");
  }
  if (!body.empty()) {
    if (!typed) request += "Content-Type: application/json\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  request += "\r\n" + body;

  if (!socket_) socket_ = connect_();
  socket_->send(request);
  Answer answer = read_answer(*socket_, surplus_, method == "HEAD");
  if (answer.status == 0 || answer.header("connection") == "close") {
    socket_.reset();
    surplus_.clear();
  }
  return answer;
}

nlohmann::json Client::sign_up(const std::string& email, const std::string& password) {
  const Answer answer = post("/api/auth/signup", {{"email", email}, {"password", password}});
  if (answer.status != 201) throw std::runtime_error("sign-up: " + answer.body);
  token = answer.json()["access_token"];
  return answer.json()["user"];
}

nlohmann::json Client::create_task(const std::string& title) {
  const Answer answer = post("/api/tasks", {{"title", title}});
  if (answer.status != 201) throw std::runtime_error("create: " + answer.body);
  return answer.json();
}

}  // namespace taskdock::testing
