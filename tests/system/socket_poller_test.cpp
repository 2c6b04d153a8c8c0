#include "system/socket_poller.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <thread>
#include <vector>

namespace taskdock::system {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Ids = std::set<std::uint64_t>;

/// Two connected sockets, the first of which is waited for.
struct Watched {
  Watched() {
    std::array<int, 2> both{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()) == 0);
    ours.emplace(FileDescriptor(both[0]));
    theirs.emplace(FileDescriptor(both[1]));
  }

  std::optional<Socket> ours;
  std::optional<Socket> theirs;
};

Ids wait_for_ids(SocketPoller& poller, std::optional<milliseconds> timeout = seconds(30)) {
  const auto ready = poller.wait(timeout);
  return {ready.begin(), ready.end()};
}

}  // namespace

TEST_CASE("system/socket_poller: those with input, or whose other side has ended, are named") {
  SocketPoller poller;
  std::array<Watched, 4> sockets;
  for (std::size_t i = 0; i < sockets.size(); ++i) REQUIRE(poller.add(*sockets[i].ours, 100 + i));
  CHECK(wait_for_ids(poller, milliseconds(0)).empty());
  sockets[1].theirs->send("x");
  CHECK(wait_for_ids(poller) == Ids{101});
  CHECK(wait_for_ids(poller) == Ids{101});  // it has not been read
  sockets[2].theirs.reset();
  CHECK(wait_for_ids(poller) == Ids{101, 102});
  sockets[3].theirs->stop_sending();
  CHECK(wait_for_ids(poller) == Ids{101, 102, 103});
}

TEST_CASE("system/socket_poller: a closed socket is no longer waited for") {
  SocketPoller poller;
  Watched watched;
  REQUIRE(poller.add(*watched.ours, 0));
  watched.theirs->send("x");
  CHECK(wait_for_ids(poller) == Ids{0});
  watched.ours.reset();
  CHECK(wait_for_ids(poller, milliseconds(10)).empty());
}

TEST_CASE("system/socket_poller: more than it names at once are all named in the end") {
  SocketPoller poller;
  std::vector<Watched> sockets(100);
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    REQUIRE(poller.add(*sockets[i].ours, i));
    sockets[i].theirs->send("x");
  }
  Ids seen;
  for (int round = 0; round < 10 && seen.size() < sockets.size(); ++round) {
    seen.merge(wait_for_ids(poller));
  }
  CHECK(seen.size() == sockets.size());
}

TEST_CASE("system/socket_poller: another thread ends a wait, or else the next one, once") {
  SocketPoller poller;
  poller.wake();
  poller.wake();
  CHECK(wait_for_ids(poller, std::nullopt).empty());
  std::thread other([&] { poller.wake(); });
  CHECK(wait_for_ids(poller, std::nullopt).empty());
  other.join();
  const Watched watched;
  std::thread adds([&] {
    CHECK(poller.add(*watched.ours, 7));
    watched.theirs->send("x");
  });
  CHECK(wait_for_ids(poller, std::nullopt) == Ids{7});
  adds.join();
}

}  // namespace taskdock::system
