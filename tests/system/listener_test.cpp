#include "system/listener.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include "cli/outcome.h"
#include "testing/any_port.h"
#include "testing/temporary_directory.h"

namespace taskdock::system {

namespace {

using Event = Acceptor::Accepted::Event;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof(address.sun_path));
  std::strcpy(address.sun_path, path.c_str());
  return address;
}

/// Connects to the Unix socket `path`; returns the connection, or -1.
int connect_to(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(path);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
  ::close(fd);
  return -1;
}

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
  ::close(fd);
  return -1;
}

/// Leaves the file of a socket behind at which nobody listens.
void leave_stale_socket(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(path);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  ::close(fd);
}

std::error_code error_of_bind(const Endpoint& endpoint) {
  try {
    Listener::bind(endpoint);
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
}

}  // namespace

TEST_CASE("system/listener: a port is chosen, told, and taken while it is used") {
  std::vector<Listener> listeners = testing::on_any_port();
  const Endpoint endpoint = listeners.front().endpoint();
  CHECK(endpoint.host == "127.0.0.1");
  CHECK(endpoint.port > 0);
  CHECK(error_of_bind(endpoint) == std::errc::address_in_use);
  listeners.clear();
  CHECK_FALSE(error_of_bind(endpoint));
  CHECK(error_of_bind({.host = "192.0.2.1"}) == std::errc::address_not_available);
}

TEST_CASE("system/listener: the file of a Unix socket is its owner's, and gone at the end") {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "socket").string();
  {
    const Listener listener = Listener::bind({.path = path});
    CHECK(listener.endpoint().is_unix());
    CHECK(listener.endpoint().path == path);
    CHECK(testing::mode_of(path) == 0600);
    const int client = connect_to(path);
    CHECK(client >= 0);
    ::close(client);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("system/listener: a Unix socket at which nobody answers is replaced, another is not") {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "socket").string();
  leave_stale_socket(path);
  {
    const Listener listener = Listener::bind({.path = path});
    const int client = connect_to(path);
    CHECK(client >= 0);
    ::close(client);
    CHECK(error_of_bind({.path = path}) == std::errc::address_in_use);
    CHECK(std::filesystem::exists(path));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("system/listener: what is no socket stays, and so does what has replaced ours") {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "socket").string();
  testing::write_file(path, "a file");
  CHECK(error_of_bind({.path = path}) == std::errc::not_a_socket);
  CHECK(testing::content_of(path) == "a file");
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  CHECK(error_of_bind({.path = path}) == std::errc::not_a_socket);
  std::filesystem::remove(path);
  std::filesystem::create_symlink(directory.path() / "nowhere", path);
  CHECK(error_of_bind({.path = path}) == std::errc::not_a_socket);
  std::filesystem::remove(path);
  {
    const Listener listener = Listener::bind({.path = path});
    std::filesystem::remove(path);
    leave_stale_socket(path);
  }
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("system/listener: a path that the system cannot take is an error of its own") {
  const testing::TemporaryDirectory directory;
  const std::string path = directory.path().string() + '/' + std::string(120, 's');
  CHECK(error_of_bind({.path = path}) == std::errc::filename_too_long);
  CHECK(error_of_bind({.path = "/nowhere/socket"}) == std::errc::no_such_file_or_directory);
}

TEST_CASE("system/listener: connections of all listeners are accepted, and told apart") {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "socket").string();
  std::vector<Listener> listeners = testing::on_any_port();
  listeners.push_back(Listener::bind({.path = path}));
  const int port = listeners.front().endpoint().port;
  Acceptor acceptor(std::move(listeners));
  for (const std::size_t expected : {1U, 0U, 0U, 1U}) {
    const int client = expected == 0 ? connect_to(port) : connect_to(path);
    REQUIRE(client >= 0);
    const Acceptor::Accepted accepted = acceptor.accept();
    CHECK(accepted.event == Event::connection);
    CHECK(accepted.listener == expected);
    ::close(accepted.socket);
    ::close(client);
  }
}

TEST_CASE("system/listener: a listener with many connections does not keep the others waiting") {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "socket").string();
  std::vector<Listener> listeners = testing::on_any_port();
  listeners.push_back(Listener::bind({.path = path}));
  const int port = listeners.front().endpoint().port;
  Acceptor acceptor(std::move(listeners));
  std::vector<int> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(connect_to(port));
  clients.push_back(connect_to(path));
  std::set<std::size_t> first_two;
  for (int i = 0; i < 2; ++i) {
    const Acceptor::Accepted accepted = acceptor.accept();
    first_two.insert(accepted.listener);
    clients.push_back(accepted.socket);
  }
  CHECK(first_two.size() == 2);
  for (const int fd : clients) ::close(fd);
}

TEST_CASE(
    "system/listener: accepting ends when it is stopped, before it begins or while it waits") {
  Acceptor stopped(testing::on_any_port());
  stopped.stop();
  CHECK(stopped.accept().event == Event::stopped);
  CHECK(stopped.accept().event == Event::stopped);

  Acceptor acceptor(testing::on_any_port());
  std::thread stopper([&] { acceptor.stop(); });
  CHECK(acceptor.accept().event == Event::stopped);
  stopper.join();
}

TEST_CASE("system/listener: without variables of a service manager nothing is inherited") {
  CHECK(Listener::take_inherited().empty());
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "1", 1);
  CHECK(Listener::take_inherited().empty());  // they were meant for another process
  CHECK(std::getenv("LISTEN_PID") == nullptr);
  CHECK(std::getenv("LISTEN_FDS") == nullptr);
}

TEST_CASE("system/listener: of many that start at once at one path one listens, and is reached") {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "socket").string();
  constexpr int starters = 8;
  for (int round = 0; round < 50; ++round) {
    CAPTURE(round);
    // A stale socket is there in each other round.
    if (round % 2 == 0) leave_stale_socket(path);
    std::barrier start(starters);
    std::array<std::optional<Listener>, starters> listeners;
    std::atomic<int> refused{0};
    {
      std::vector<std::jthread> threads;
      for (std::optional<Listener>& listener : listeners) {
        threads.emplace_back([&] {
          start.arrive_and_wait();
          try {
            listener.emplace(Listener::bind({.path = path}));
          } catch (const std::system_error& error) {
            if (error.code() == std::errc::address_in_use) ++refused;
          }
        });
      }
    }
    CHECK(std::ranges::count_if(listeners, [](const auto& each) { return each.has_value(); }) == 1);
    CHECK(refused == starters - 1);
    const int connection = connect_to(path);
    CHECK(connection >= 0);
    ::close(connection);
    CHECK_FALSE(std::filesystem::exists(path + ".starting"));
  }
}

TEST_CASE(
    "system/listener: a lock file that a killed server has left is used, another's file kept") {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "socket").string();
  const std::filesystem::path lock = path + ".starting";
  std::ofstream(lock).close();
  { const Listener listener = Listener::bind({.path = path}); }
  CHECK_FALSE(std::filesystem::exists(lock));
  std::ofstream(lock) << "somebody's";
  CHECK_THROWS_AS(Listener::bind({.path = path}), std::system_error);
  CHECK(std::filesystem::file_size(lock) == 10);
}

}  // namespace taskdock::system
