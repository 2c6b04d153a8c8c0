#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "testing/answers.h"

/// What several tests send over raw connections, and what they expect.
namespace taskdock::testing {

using Sockets = std::vector<std::unique_ptr<RawSocket>>;

constexpr std::size_t mib = std::size_t{1024} * 1024;

inline const std::string host = "Host: localhost\r\n";
inline const std::string get_health = "GET /health HTTP/1.1\r\n" + host + "\r\n";
inline const std::string healthy = R"({"status":"healthy"})";
inline const std::string one_task = R"({"title":"x"})";

/// The status of GET /health over a new connection, as soon as it is 200 or `tries` are over, ten a
/// second.
inline int status_of_health(int port, int tries) {
  int status = 0;
  for (int i = 0; i < tries && status != 200; ++i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    status = send_raw(port, get_health).status;
  }
  return status;
}

/// All that comes back for `sent`, until the server closes; the client stops sending if `finish`.
inline std::string everything(int port, const std::string& sent, bool finish = false) {
  RawSocket socket(port);
  socket.send(sent);
  if (finish) socket.finish_sending();
  return socket.receive_all();
}

/// The path of the caller's own `task`.
inline std::string path_of(const nlohmann::json& task) {
  return "/api/tasks/" + task["id"].get<std::string>();
}

}  // namespace taskdock::testing
