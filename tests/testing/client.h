#pragma once

#include <sys/socket.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace taskdock::testing {

/// Where a Unix socket is. A type of its own, so that a number is never taken for a path.
struct UnixSocket {
  std::filesystem::path path;
};

/// A connected socket, for bytes no HTTP client would send.
class RawSocket {
 public:
  /// To a port of 127.0.0.1.
  /// `from` is the client's own IPv4 address: one of 127.0.0.0/8.
  explicit RawSocket(int port, const std::string& from = "127.0.0.1");
  explicit RawSocket(const UnixSocket& server);
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  ~RawSocket();

  /// Sends all of `bytes`; false if the server no longer takes them.
  bool send(const std::string& bytes);
  /// Sends what the server takes at once.
  void send_without_waiting(const std::string& bytes);
  void finish_sending();

  /// Appends to `received` what comes next; false if the server has closed, or nothing came for
  /// five minutes.
  bool receive(std::string& received);

  /// Everything until the server closes.
  std::string receive_all();

 private:
  /// Connects, or closes the socket and throws.
  void connect(const sockaddr* address, socklen_t size);

  int fd_;
};

struct Answer {
  int status = 0;  // 0: the connection was closed without an answer
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string body;

  /// The value of a header (its name in lower case), empty if there is none.
  std::string header(const std::string& name) const;
  nlohmann::json json() const { return nlohmann::json::parse(body); }
};

/// An HTTP client that keeps its connection, and opens a new one when the server has closed it.
class Client {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  /// `from` is the client's own IPv4 address: one of 127.0.0.0/8.
  explicit Client(int port, const std::string& from = "127.0.0.1")
      : connect_([port, from] { return std::make_unique<RawSocket>(port, from); }) {}
  explicit Client(const UnixSocket& server)
      : connect_([server] { return std::make_unique<RawSocket>(server); }) {}

  /// The Authorization header's token from now on; empty for none.
  std::string token;

  /// A body goes with Content-Type: application/json, unless `headers` has another.
  Answer call(const std::string& method, const std::string& target, const std::string& body = {},
              const Headers& headers = {});

  Answer get(const std::string& target) { return call("GET", target); }
  Answer post(const std::string& target, const nlohmann::json& body) {
    return call("POST", target, body.dump());
  }

  /// Signs up, keeps the token, and returns the user.
  nlohmann::json sign_up(const std::string& email = "ann@example.com",
                         const std::string& password = "correct horse");

  /// Makes a task and returns it.
  nlohmann::json create_task(const std::string& title);

  /// Reads one answer from `socket`; `surplus` keeps what came behind it.
  static Answer read_answer(RawSocket& socket, std::string& surplus, bool to_head = false);

 private:
  std::function<std::unique_ptr<RawSocket>()> connect_;
  std::string surplus_;
  std::unique_ptr<RawSocket> socket_;
};

}  // namespace taskdock::testing
