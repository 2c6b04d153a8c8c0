#include "system/service_manager.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>

#include "testing/notify_socket.h"

namespace taskdock::system {

namespace {

using std::chrono::microseconds;
using testing::NotifySocket;

void set(const char* variable, const std::string& value) {
  ::setenv(variable, value.c_str(), 1);
}

/// The watchdog of a service manager that gives these values; nothing where a variable is empty.
std::optional<microseconds> watchdog(const std::string& timeout, const std::string& process = "") {
  const NotifySocket socket;
  set("NOTIFY_SOCKET", socket.name());
  set("WATCHDOG_USEC", timeout);
  set("WATCHDOG_PID", process);
  const ServiceManager manager;
  return manager.watchdog_timeout();
}

}  // namespace

TEST_CASE("system/service_manager: without NOTIFY_SOCKET nobody is there, and nothing is wrong") {
  set("WATCHDOG_USEC", "1000");
  const ServiceManager manager;
  CHECK_FALSE(manager.is_there());
  CHECK_FALSE(manager.watchdog_timeout());
  CHECK(manager.ignored().empty());
  CHECK_FALSE(manager.send("READY=1"));
}

TEST_CASE("system/service_manager: a message is one datagram, to a path or an abstract name") {
  for (const auto kind : {NotifySocket::Kind::path, NotifySocket::Kind::abstract}) {
    const NotifySocket socket(kind);
    set("NOTIFY_SOCKET", socket.name());
    const ServiceManager manager;
    CHECK(manager.is_there());
    CHECK_FALSE(manager.send("READY=1"));
    CHECK_FALSE(manager.send("STOPPING=1"));
    CHECK(socket.receive() == "READY=1");
    CHECK(socket.receive() == "STOPPING=1");
  }
}

TEST_CASE("system/service_manager: the variables are not for programs started from here") {
  const NotifySocket socket;
  for (const std::string& name : {socket.name(), std::string("wrong")}) {
    set("NOTIFY_SOCKET", name);
    set("WATCHDOG_USEC", "1000");
    set("WATCHDOG_PID", "1");
    const ServiceManager manager;
    for (const char* variable : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
      CAPTURE(variable);
      CHECK(std::getenv(variable) == nullptr);
    }
  }
}

TEST_CASE("system/service_manager: an address of another kind is ignored, by name") {
  for (const std::string& name : {std::string("notify"), std::string("./notify"),
                                  std::string("vsock:2:1234"), std::string("/"), std::string("@"),
                                  '/' + std::string(107, 'x'), '@' + std::string(108, 'x')}) {
    CAPTURE(name);
    set("NOTIFY_SOCKET", name);
    const ServiceManager manager;
    CHECK_FALSE(manager.is_there());
    REQUIRE(manager.ignored().size() == 1);
    CHECK(manager.ignored()[0].starts_with("NOTIFY_SOCKET is ignored: '" + name + '\''));
  }
  for (const std::string& name : {'/' + std::string(106, 'x'), '@' + std::string(107, 'x')}) {
    CAPTURE(name);
    set("NOTIFY_SOCKET", name);
    const ServiceManager manager;
    CHECK(manager.is_there());
  }
}

TEST_CASE("system/service_manager: a message to nobody is an error, and no end") {
  {
    set("NOTIFY_SOCKET", "/nowhere/notify");
    const ServiceManager manager;
    CHECK(manager.send("READY=1") == std::errc::no_such_file_or_directory);
  }
  std::string name;
  {
    const NotifySocket socket(NotifySocket::Kind::abstract);
    name = socket.name();
  }
  set("NOTIFY_SOCKET", name);
  const ServiceManager manager;
  CHECK(manager.send("READY=1") == std::errc::connection_refused);
}

TEST_CASE("system/service_manager: a message to one that does not read is refused at once") {
  const NotifySocket socket;
  set("NOTIFY_SOCKET", socket.name());
  const ServiceManager manager;
  socket.fill();
  CHECK(manager.send("READY=1") == std::errc::operation_would_block);
  socket.drain();
  CHECK_FALSE(manager.send("READY=1"));
  CHECK(socket.receive() == "READY=1");
}

TEST_CASE("system/service_manager: the watchdog is ours if it names this process or none") {
  CHECK(watchdog("1500") == microseconds(1500));
  CHECK(watchdog("1500", std::to_string(::getpid())) == microseconds(1500));
  CHECK_FALSE(watchdog("1500", std::to_string(::getppid())));
  CHECK_FALSE(watchdog(""));
}

TEST_CASE("system/service_manager: the longest watchdog fits every clock") {
  CHECK(watchdog("18446744073709551614") > std::chrono::hours(1000));
}

TEST_CASE("system/service_manager: a watchdog that is no time is ignored, by name") {
  for (const auto& [timeout, process] :
       std::vector<std::pair<std::string, std::string>>{{"0", ""},
                                                        {"-1", ""},
                                                        {"1s", ""},
                                                        {" 1", ""},
                                                        {"18446744073709551615", ""},
                                                        {"18446744073709551616", ""},
                                                        {"1000", "0"},
                                                        {"1000", "me"}}) {
    CAPTURE(timeout);
    CAPTURE(process);
    const NotifySocket socket;
    set("NOTIFY_SOCKET", socket.name());
    set("WATCHDOG_USEC", timeout);
    set("WATCHDOG_PID", process);
    const ServiceManager manager;
    CHECK(manager.is_there());
    CHECK_FALSE(manager.watchdog_timeout());
    REQUIRE(manager.ignored().size() == 1);
    const std::string& bad = process.empty() ? timeout : process;
    CHECK(manager.ignored()[0].starts_with("WATCHDOG_USEC is ignored: "));
    CHECK(manager.ignored()[0].find('\'' + bad + '\'') != std::string::npos);
  }
}

}  // namespace taskdock::system
