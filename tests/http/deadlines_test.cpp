#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "cli/outcome.h"
#include "testing/answers.h"
#include "testing/backend.h"

// These need deadlines shorter than anybody would serve with, so the server runs in this process.
namespace taskdock::testing {

using std::chrono::milliseconds;

namespace {

/// Impatient only with what has begun, so that a client may be slow to begin.
struct ImpatientServer : LocalServer {
  ImpatientServer()
      : LocalServer({}, http::Deadlines{.idle = std::chrono::minutes(1),
                                        .head = milliseconds(300),
                                        .body = milliseconds(300),
                                        .send = milliseconds(300)}) {}
};

/// Sends `bytes`, then one more of `trickle` every 20 ms until the server answers or ten seconds
/// are over, and reads the answer.
Answer trickle(int port, const std::string& bytes, char more) {
  RawSocket socket(port);
  socket.send(bytes);
  std::atomic<bool> answered{false};
  std::thread sender([&] {
    for (int i = 0; i < 500 && !answered; ++i) {
      socket.send(std::string(1, more));
      std::this_thread::sleep_for(milliseconds(20));
    }
  });
  std::string surplus;
  Answer answer = Client::read_answer(socket, surplus);
  answered = true;
  sender.join();
  return answer;
}

const std::string login =
    "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

}  // namespace

TEST_CASE("http/deadlines: a silent connection is closed without a word") {
  constexpr std::chrono::minutes long_enough(1);
  const LocalServer server({}, http::Deadlines{.idle = milliseconds(600),
                                               .head = long_enough,
                                               .body = long_enough,
                                               .send = long_enough});
  CHECK(RawSocket(server.port).receive_all().empty());
  std::optional<RawSocket> used;
  CHECK(becomes_true([&] {  // a client that was slow to begin is too late, and tries again
    used.emplace(server.port);
    used->send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::string surplus;
    return Client::read_answer(*used, surplus).status == 200;
  }));
  CHECK(used->receive_all().empty());
}

TEST_CASE("http/deadlines: a head that takes too long is 408, trickling gains no time") {
  ImpatientServer server;
  RawSocket half(server.port);
  half.send("GET /health HTT");
  std::string surplus;
  check_error(Client::read_answer(half, surplus), 408, "The request took too long");
  check_error(trickle(server.port, "GET /health HTTP/1.1\r\nHost: localhost\r\nX: ", 'x'), 408,
              "The request took too long");
  check_alive(server.port);
}

TEST_CASE("http/deadlines: a body that takes too long is 408, counted or in chunks") {
  ImpatientServer server;
  RawSocket half(server.port);
  half.send(login + "Content-Length: 100\r\n\r\n{");
  std::string surplus;
  check_error(Client::read_answer(half, surplus), 408, "The body took too long");
  check_error(trickle(server.port, login + "Content-Length: 16000\r\n\r\n{", ' '), 408,
              "The body took too long");
  check_error(trickle(server.port, login + "Transfer-Encoding: chunked\r\n\r\n3fff\r\n{", ' '), 408,
              "The body took too long");
  check_error(trickle(server.port, login + "Transfer-Encoding: chunked\r\n\r\n1;", 'x'), 408,
              "The body took too long");
  check_alive(server.port);
}

TEST_CASE("http/deadlines: a client that never reads is let go, and the server can end") {
  ImpatientServer server;
  const std::string request = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::string many;
  for (int i = 0; i < 2000; ++i) many += request;
  RawSocket deaf(server.port);
  // The answers fill both sides' buffers, then the server waits for the client, and then no more.
  bool taken = true;
  for (int i = 0; i < 2000 && taken; ++i) taken = deaf.send(many);
  CHECK_FALSE(taken);
  check_alive(server.port);
}

}  // namespace taskdock::testing
