#include "http/closing_connections.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace taskdock::http {

namespace {

using system::Socket;

/// A connection: the server's socket, and the client's.
std::pair<Socket, Socket> connect() {
  std::array<int, 2> both{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, both.data()) == 0);
  return {Socket(system::FileDescriptor(both[0])), Socket(system::FileDescriptor(both[1]))};
}

std::string receive(const Socket& socket) {
  REQUIRE(socket.wait_to_receive(Socket::Clock::now() + std::chrono::seconds(300)));
  std::array<char, 100> part{};
  return {part.data(), socket.receive(part.data(), part.size()).bytes};
}

}  // namespace

TEST_CASE(
    "http/closing_connections: a request that has arrived is answered by a late thread, too") {
  std::atomic<int> begun = 0;
  ClosingConnections closing([&](std::string_view) {
    // Longer than a connection has.
    if (++begun == 1) std::this_thread::sleep_for(std::chrono::milliseconds(2200));
    return std::string("answer");
  });
  auto [first, first_client] = connect();
  auto [second, second_client] = connect();
  closing.turn_away(std::move(first));
  closing.turn_away(std::move(second));
  first_client.send("a");
  while (begun == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  second_client.send("b");
  CHECK(receive(first_client) == "answer");
  CHECK(receive(second_client) == "answer");
}

}  // namespace taskdock::http
