#include "system/socket.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

namespace taskdock::system {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Two connected Unix sockets.
struct SocketPair {
  SocketPair() {
    std::array<int, 2> both{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()) == 0);
    ours = Socket(FileDescriptor(both[0]));
    theirs = Socket(FileDescriptor(both[1]));
  }

  Socket ours{FileDescriptor()};
  Socket theirs{FileDescriptor()};
};

/// The socket that accepts a connection from 127.0.0.1 to a listener of `family`, and the client's.
std::pair<Socket, Socket> connect_by(int family) {
  const FileDescriptor listener(::socket(family, SOCK_STREAM, 0));
  sockaddr_in six_or_four{};
  six_or_four.sin_family = AF_INET;
  six_or_four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  // An IPv4 address as IPv6 writes it: ::ffff:127.0.0.1.
  six.sin6_addr.s6_addr[10] = six.sin6_addr.s6_addr[11] = 0xff;
  six.sin6_addr.s6_addr[12] = 127;
  six.sin6_addr.s6_addr[15] = 1;
  const auto* address = family == AF_INET ? reinterpret_cast<const sockaddr*>(&six_or_four)
                                          : reinterpret_cast<const sockaddr*>(&six);
  const socklen_t size = family == AF_INET ? sizeof(six_or_four) : sizeof(six);
  REQUIRE(::bind(listener.get(), address, size) == 0);
  REQUIRE(::listen(listener.get(), 1) == 0);
  sockaddr_storage bound{};
  socklen_t bound_size = sizeof(bound);
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&bound), &bound_size);
  FileDescriptor client(::socket(family, SOCK_STREAM, 0));
  REQUIRE(::connect(client.get(), reinterpret_cast<sockaddr*>(&bound), bound_size) == 0);
  FileDescriptor accepted(::accept(listener.get(), nullptr, nullptr));
  REQUIRE(accepted.is_open());
  return {Socket(std::move(accepted)), Socket(std::move(client))};
}

Socket::Clock::time_point in(milliseconds time) {
  return Socket::Clock::now() + time;
}

}  // namespace

TEST_CASE("system/socket: what is sent is received, and without waiting nothing is nothing") {
  const SocketPair pair;
  std::array<char, 16> room{};
  CHECK(pair.ours.receive(room.data(), room.size()).outcome == Socket::Outcome::none);
  CHECK_FALSE(pair.ours.wait_to_receive(in(milliseconds(10))));
  const auto sent = pair.theirs.send("three grey geese in a field");
  CHECK(sent.outcome == Socket::Outcome::some);
  CHECK(sent.bytes == 27);
  CHECK(pair.ours.wait_to_receive(in(seconds(30))));
  const auto first = pair.ours.receive(room.data(), room.size());
  CHECK(first.outcome == Socket::Outcome::some);
  CHECK(std::string(room.data(), first.bytes) == "three grey geese");
  const auto second = pair.ours.receive_patiently(room.data(), room.size());
  CHECK(std::string(room.data(), second.bytes) == " in a field");
}

TEST_CASE("system/socket: a reader that does not read holds up no sender") {
  const SocketPair pair;
  const std::string much(1024 * 1024, 'x');
  CHECK(pair.ours.wait_to_send(in(seconds(30))));
  std::size_t bytes = 0;
  for (auto sent = pair.ours.send(much); sent.outcome == Socket::Outcome::some;
       sent = pair.ours.send(much)) {
    bytes += sent.bytes;
    REQUIRE(bytes < 1024 * much.size());
  }
  CHECK(pair.ours.send("x").outcome == Socket::Outcome::none);
  CHECK_FALSE(pair.ours.wait_to_send(in(milliseconds(10))));
}

TEST_CASE("system/socket: the end of the other side is told from nothing, and kills nobody") {
  SocketPair pair;
  std::array<char, 16> room{};
  pair.theirs.send("last");
  pair.theirs.stop_sending();
  CHECK(pair.ours.receive(room.data(), room.size()).bytes == 4);
  CHECK(pair.ours.wait_to_receive(in(seconds(30))));
  CHECK(pair.ours.receive(room.data(), room.size()).outcome == Socket::Outcome::broken);
  CHECK(pair.ours.send("answer").outcome == Socket::Outcome::some);  // it may still read
  pair.theirs = Socket(FileDescriptor());
  CHECK(pair.ours.send("answer").outcome == Socket::Outcome::broken);
}

TEST_CASE("system/socket: a patient receiver waits no longer than it was told") {
  const SocketPair pair;
  std::array<char, 16> room{};
  pair.ours.set_receive_timeout(milliseconds(20));
  CHECK(pair.ours.receive_patiently(room.data(), room.size()).outcome == Socket::Outcome::none);
}

TEST_CASE("system/socket: another thread wakes the one that waits") {
  const SocketPair pair;
  for (const bool by_shut_down : {true, false}) {
    std::thread other([&] { by_shut_down ? pair.ours.shut_down() : pair.ours.stop_receiving(); });
    CHECK(pair.ours.wait_to_receive(in(seconds(60))));
    other.join();
    std::array<char, 16> room{};
    CHECK(pair.ours.receive(room.data(), room.size()).outcome == Socket::Outcome::broken);
  }
}

TEST_CASE("system/socket: the other side's address is numeric, IPv4 through IPv6, or unix") {
  CHECK(SocketPair().ours.peer_address() == unix_peer);
  const auto [four, four_client] = connect_by(AF_INET);
  CHECK(four.peer_address() == "127.0.0.1");
  const auto [mapped, mapped_client] = connect_by(AF_INET6);
  CHECK(mapped.peer_address() == "127.0.0.1");
  CHECK(Socket(FileDescriptor(::socket(AF_INET, SOCK_STREAM, 0))).peer_address().empty());
}

}  // namespace taskdock::system
