#include "cli/service_notifier.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>

#include "cli/outcome.h"
#include "testing/client.h"
#include "testing/notify_socket.h"

// What the real executable tells a service manager.
namespace taskdock::testing {

namespace {

namespace fs = std::filesystem;

using std::chrono::milliseconds;

constexpr const char* short_watchdog = "WATCHDOG_USEC=100000";
constexpr const char* ready = "READY=1";
constexpr const char* stopping = "STOPPING=1";
constexpr const char* watchdog = "WATCHDOG=1";

/// Several times the pause between the messages of `short_watchdog`.
constexpr milliseconds many_pauses{600};

void serves(ServerProcess& server) {
  CHECK(Client(server.port()).get("/health").status == 200);
}

/// Waits until the log has `text`.
bool logs(const ServerProcess& server, const std::string& text) {
  for (int tries = 0; tries < 4000; ++tries) {
    if (contains(server.process().errors(), text)) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

std::ptrdiff_t count_threads(const Process& process) {
  const fs::directory_iterator threads("/proc/" + std::to_string(process.id()) + "/task");
  return std::distance(begin(threads), end(threads));
}

}  // namespace

TEST_CASE("cli/service_notifier: ready is told once the server answers, the stop when it begins") {
  for (const auto kind : {NotifySocket::Kind::path, NotifySocket::Kind::abstract}) {
    const NotifySocket manager(kind);
    const TemporaryDirectory data;
    Process process({"--port", "0", "--data", data.path().string()}, {manager.variable()});
    CHECK(manager.receive() == ready);
    const std::string line = process.first_line();
    Client client(std::stoi(line.substr(line.rfind(':') + 1)));
    CHECK(client.get("/health").status == 200);
    process.signal(SIGTERM);
    CHECK(manager.receive() == stopping);
    const Finished finished = process.wait();
    CHECK(finished.status == 0);
    CHECK_FALSE(contains(finished.errors, " warning "));
    CHECK_FALSE(manager.receive(milliseconds(0)));
  }
}

TEST_CASE("cli/service_notifier: the stop is told before requests in progress are finished") {
  const NotifySocket manager;
  ServerProcess server(Process::Strings{}, {manager.variable()});
  CHECK(manager.receive() == ready);
  Client client(server.port());
  client.sign_up();
  RawSocket socket(server.port());
  CHECK(socket.send("POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                    client.token +
                    "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                    "Content-Length: 13\r\n\r\n"));
  std::string received;
  CHECK(socket.receive(received));  // it waits for the body
  server.process().signal(SIGTERM);
  CHECK(manager.receive() == stopping);
  CHECK(socket.send(R"({"title":"x"})"));
  CHECK(contains(socket.receive_all(), "HTTP/1.1 201"));
  const Finished finished = server.process().wait();
  CHECK(finished.status == 0);
  CHECK(contains(finished.errors, "requests in flight have 5000 ms"));
}

TEST_CASE("cli/service_notifier: a server that cannot start is not ready") {
  const NotifySocket manager;
  const TemporaryDirectory data;
  ServerProcess first(data.path());
  CHECK(run({"--port", "0", "--data", data.path().string()}, {manager.variable()}).status == 3);
  CHECK_FALSE(manager.receive(milliseconds(0)));
}

TEST_CASE("cli/service_notifier: the watchdog is told again and again that the server works") {
  const NotifySocket manager;
  ServerProcess server(Process::Strings{}, {manager.variable(), short_watchdog});
  CHECK(manager.receive() == ready);
  for (int times = 0; times < 4; ++times) CHECK(manager.receive() == watchdog);
  serves(server);
}

TEST_CASE("cli/service_notifier: the watchdog is told nothing while the database is away") {
  const NotifySocket manager;
  const TemporaryDirectory data;
  ServerProcess server(data.path(), {}, {manager.variable(), short_watchdog});
  CHECK(manager.receive() == ready);
  CHECK(manager.receive() == watchdog);
  const fs::path database = data.path() / "taskdock.db";
  fs::rename(database, data.path() / "away");
  CHECK(logs(server, "is not told WATCHDOG=1: the database was removed"));
  CHECK(Client(server.port()).get("/health").status == 503);
  manager.drain();
  CHECK_FALSE(manager.receive(many_pauses));
  fs::rename(data.path() / "away", database);
  CHECK(manager.receive() == watchdog);
  const Finished finished = server.stop();
  CHECK(finished.status == 0);
  const auto first = finished.errors.find("is not told");
  CHECK(finished.errors.find("is not told", first + 1) == std::string::npos);
}

TEST_CASE("cli/service_notifier: the watchdog of this process is served, another's is not") {
  const NotifySocket manager;
  const TemporaryDirectory data;
  const auto start = [&](const std::string& id) {
    return std::make_unique<Process>(
        Process::Strings{"-c", "WATCHDOG_PID=" + id + R"( exec "$TASKDOCK" --port 0 --data ")" +
                                   data.path().string() + '"'},
        Process::Strings{manager.variable(), short_watchdog}, "/dev/null", "/bin/sh");
  };
  const auto own = start("$$");
  CHECK(manager.receive() == ready);
  CHECK(manager.receive() == watchdog);
  own->signal(SIGTERM);
  CHECK(own->wait().status == 0);
  manager.drain();
  const auto others = start("1");
  CHECK(manager.receive() == ready);
  CHECK_FALSE(manager.receive(many_pauses));
  others->signal(SIGTERM);
  CHECK(manager.receive() == stopping);
  CHECK(others->wait().status == 0);
}

TEST_CASE("cli/service_notifier: without a watchdog it costs no thread") {
  ServerProcess alone;
  const NotifySocket manager;
  ServerProcess managed(Process::Strings{}, {manager.variable()});
  CHECK(manager.receive() == ready);
  CHECK(alone.process().comes_to_rest());
  CHECK(managed.process().comes_to_rest());
  CHECK(count_threads(alone.process()) == count_threads(managed.process()));
}

TEST_CASE("cli/service_notifier: a service manager that does not read is no hindrance") {
  const NotifySocket manager;
  manager.fill();
  ServerProcess server(Process::Strings{}, {manager.variable(), short_watchdog});
  serves(server);
  CHECK(logs(server, "cannot be told READY=1"));
  SUBCASE("and it is told that the server is ready once it reads") {
    std::optional<std::string> message;
    do {  // first those that fill it
      message = manager.receive();
    } while (message && message->empty());
    CHECK(message == ready);
    CHECK(manager.receive() == watchdog);
  }
  SUBCASE("and not at the end, either") {}
  CHECK(server.stop().status == 0);
}

TEST_CASE("cli/service_notifier: a service manager that is not there is one line of the log") {
  const TemporaryDirectory directory;
  const std::string nowhere = (directory.path() / "notify").string();
  ServerProcess server(Process::Strings{}, {"NOTIFY_SOCKET=" + nowhere, short_watchdog});
  serves(server);
  std::this_thread::sleep_for(many_pauses);  // some messages more
  const Finished finished = server.stop();
  CHECK(finished.status == 0);
  const std::string line = "cannot be told READY=1: No such file or directory\n";
  CHECK(contains(finished.errors, line));
  CHECK_FALSE(contains(finished.errors, "cannot be told WATCHDOG=1"));
}

TEST_CASE("cli/service_notifier: values of another kind are ignored with a warning") {
  ServerProcess server(Process::Strings{}, {"NOTIFY_SOCKET=vsock:2:1234", "WATCHDOG_USEC=soon"});
  serves(server);
  const Finished finished = server.stop();
  CHECK(finished.status == 0);
  CHECK(contains(finished.errors, " warning NOTIFY_SOCKET is ignored: 'vsock:2:1234'"));
}

}  // namespace taskdock::testing
