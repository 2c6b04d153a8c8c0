#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "http/requests.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

/// A server whose standard error is a pipe that nobody reads.
class UnreadServer {
 public:
  UnreadServer() {
    std::array<int, 2> output;
    REQUIRE(::pipe2(output.data(), O_CLOEXEC) == 0);
    REQUIRE(::pipe2(errors_.data(), O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, errors_[1], STDERR_FILENO);
    std::string name = executable();
    std::string port_flag = "--port=0";
    std::string data_flag = "--data=" + directory_.path().string();
    const std::array<char*, 4> arguments = {name.data(), port_flag.data(), data_flag.data(),
                                            nullptr};
    REQUIRE(::posix_spawn(&id, name.c_str(), &actions, nullptr, arguments.data(), environ) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(output[1]);
    std::array<char, 128> line{};
    REQUIRE(::read(output[0], line.data(), line.size() - 1) > 0);
    ::close(output[0]);
    port = std::atoi(std::strrchr(line.data(), ':') + 1);
  }

  ~UnreadServer() {
    if (id > 0) {
      ::kill(id, SIGKILL);
      ::waitpid(id, nullptr, 0);
    }
    ::close(errors_[0]);
    ::close(errors_[1]);
  }

  int stop() {
    ::kill(id, SIGTERM);
    int status = -1;
    ::waitpid(std::exchange(id, -1), &status, 0);
    return status;
  }

  pid_t id = -1;
  int port = 0;

 private:
  TemporaryDirectory directory_;
  std::array<int, 2> errors_;
};

}  // namespace

TEST_CASE("http/abuse: an endless run of empty lines is refused, and not kept") {
  ServerProcess server;
  RawSocket socket(server.port());
  std::string lines;
  for (int i = 0; i < 500'000; ++i) lines += "\r\n";
  socket.send(lines);  // the server may have closed before the last of it
  std::string surplus;
  check_error(Client::read_answer(socket, surplus), 400);
  check_alive(server.port());
  CHECK(server.stop().status == 0);
}

TEST_CASE("http/abuse: a log nobody reads costs lines, not the server") {
  UnreadServer server;
  Client client(server.port);
  // Each request is a line of some 60 bytes; a pipe holds 64 KiB, and we 256 KiB.
  for (int i = 0; i < 8000; ++i) REQUIRE(client.get("/").status == 200);
  check_alive(server.port);
  CHECK(server.stop() == 0);
}

TEST_CASE("http/abuse: out of files, the server makes room instead of ending") {
  ServerProcess server;
  check_alive(server.port());  // opens what the database needs
  const rlimit forty{.rlim_cur = 40, .rlim_max = 40};
  REQUIRE(::prlimit(server.process().id(), RLIMIT_NOFILE, &forty, nullptr) == 0);
  std::vector<std::unique_ptr<RawSocket>> idle;
  for (int i = 0; i < 60; ++i) idle.push_back(std::make_unique<RawSocket>(server.port()));
  CHECK(status_of_health(server.port(), 50) == 200);
  idle.clear();
  check_alive(server.port());
  CHECK(server.stop().status == 0);
}

TEST_CASE("http/abuse: clients that never finish their bodies do not keep others out for long") {
  ServerProcess server(Process::Strings{"--max-connections", "4"});
  std::vector<std::unique_ptr<RawSocket>> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(std::make_unique<RawSocket>(server.port()));
    slow.back()->send(
        "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 100\r\n\r\n{\"email\"");
  }
  CHECK(status_of_health(server.port(), 100) == 200);
  CHECK(server.stop().status == 0);
}

TEST_CASE("http/abuse: many clients trying passwords at once are answered, some with 503") {
  // With the throttle, 429 would come first.
  ServerProcess server(Process::Strings{"--throttle", "off"});
  Client(server.port()).sign_up();
  std::atomic<int> refused{0};
  std::atomic<int> busy{0};
  std::atomic<int> others{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 150; ++i) {
    clients.emplace_back([&] {
      const Answer answer =
          Client(server.port())
              .post("/api/auth/login", {{"email", "ann@example.com"}, {"password", "wrong horse"}});
      if (answer.status == 401) {
        ++refused;
      } else if (answer.status == 503 && answer.header("retry-after") == "1") {
        ++busy;
      } else {
        ++others;
      }
    });
  }
  check_alive(server.port());
  for (std::thread& client : clients) client.join();
  CHECK(refused > 0);
  CHECK(others == 0);
  CHECK(refused + busy == 150);
  CHECK(server.stop().status == 0);
}

TEST_CASE("http/abuse: a page is shown why its request was refused, too") {
  ServerProcess server;
  const std::string origin = "Origin: http://localhost:3000\r\n";
  for (const auto& [request, status] :
       {std::pair{"GET / HTTP/1.1\r\n" + origin + "X: " + std::string(20'000, 'x'), 431},
        std::pair{"GET / HTTP/1.1\r\nHost: localhost\r\n" + origin + "A : b\r\n\r\n", 400}}) {
    const Answer answer = send_raw(server.port(), request);
    CHECK(answer.status == status);
    CHECK(answer.header("access-control-allow-origin") == "http://localhost:3000");
  }
  CHECK(send_raw(server.port(), "GET / HTTP/1.1\r\nOrigin: http://evil.example\r\nA : b\r\n\r\n")
            .header("access-control-allow-origin")
            .empty());
}

TEST_CASE("http/abuse: a client of HTTP/1.0 that asks to keep its connection is told that it may") {
  ServerProcess server;
  RawSocket socket(server.port());
  std::string surplus;
  for (int i = 0; i < 2; ++i) {
    socket.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const Answer answer = Client::read_answer(socket, surplus);
    CHECK(answer.status == 200);
    CHECK(answer.header("connection") == "keep-alive");
  }
}

}  // namespace taskdock::testing
