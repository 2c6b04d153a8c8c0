// Where a server listens, as its command line and its service manager say.

#include "cli/listeners.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/outcome.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/client.h"

namespace taskdock::testing {

namespace {

/// A server that listens where the test says, with a data directory of its own.
class ListeningServer {
 public:
  explicit ListeningServer(Process::Strings arguments, const Process::Strings& environment = {})
      : process_(with_data(std::move(arguments)), environment) {
    first_line = process_.first_line();
  }
  ~ListeningServer() {
    if (!process_.has_ended()) CHECK(stop().status == 0);
  }

  std::string first_line;

  nlohmann::json server_json() const {
    return nlohmann::json::parse(content_of(data_.path() / "server.json"));
  }
  Process& process() { return process_; }
  Finished stop() {
    process_.signal(SIGTERM);
    return process_.wait();
  }

 private:
  Process::Strings with_data(Process::Strings arguments) const {
    arguments.insert(arguments.end(), {"--data", data_.path().string()});
    return arguments;
  }

  TemporaryDirectory data_;
  Process process_;
};

int port_in(const std::string& line) {
  return std::stoi(line.substr(line.rfind(':') + 1));
}

/// The answer to one request for `host` over the Unix socket `path`.
Answer ask(const std::filesystem::path& path, const std::string& host) {
  RawSocket socket(UnixSocket{path});
  socket.send("GET /health HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  std::string surplus;
  return Client::read_answer(socket, surplus);
}

/// Sockets that a service manager has opened, and a shell that passes them on.
class Activation {
 public:
  /// A socket of `family` and `type`, bound to a free port of 127.0.0.1 or to `path`.
  void add(int family, int type, bool listens, const std::string& path = {}) {
    const int fd = ::socket(family, type, 0);  // inherited: without SOCK_CLOEXEC
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_in);
    storage.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET) {
      reinterpret_cast<sockaddr_in&>(storage).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
      path.copy(reinterpret_cast<sockaddr_un&>(storage).sun_path, path.size());
      size = sizeof(sockaddr_un);
    }
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&storage), size) == 0);
    if (listens) REQUIRE(::listen(fd, 16) == 0);
    sockets_.push_back(fd);
  }

  ~Activation() {
    for (const int fd : sockets_) ::close(fd);
  }

  /// What bash runs: the sockets as descriptors from 3 on, then `$TASKDOCK` with `arguments`.
  std::string script(const std::string& arguments, const std::string& variables = {}) const {
    std::string text = "exec ";
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      // By way of 100 and above, so that none is overwritten before it is moved.
      text += std::to_string(100 + i) + "<&" + std::to_string(sockets_[i]) + ' ';
    }
    text += "; exec ";
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      text += std::to_string(3 + i) + "<&" + std::to_string(100 + i) + ' ';
      text += std::to_string(100 + i) + "<&- ";
    }
    return text + "; LISTEN_PID=$$ LISTEN_FDS=" + std::to_string(sockets_.size()) + ' ' +
           variables + " exec \"$TASKDOCK\" serve --data \"$DATA\" " + arguments;
  }

  int port(std::size_t index) const {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    ::getsockname(sockets_[index], reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }

 private:
  std::vector<int> sockets_;
};

class BashProcess : public Process {
 public:
  BashProcess(const std::string& script, const std::filesystem::path& data)
      : Process({"-c", script}, {"DATA=" + data.string()}, "/dev/null", "/bin/bash") {}
};

}  // namespace

TEST_CASE("cli/listeners: --listen names each place, and each is served") {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "socket";
  const std::string local = "unix:" + path.string();
  Process::Strings arguments;
  Process::Strings environment;
  SUBCASE("by flags") {
    arguments = {"--listen", local, "--listen", "http://127.0.0.1:0",
                 "--listen=http://127.0.0.1:0"};
  }
  SUBCASE("by flags before and after the command") {
    arguments = {"--listen",          local, "serve", "--listen", "http://127.0.0.1:0", "--listen",
                 "http://127.0.0.1:0"};
  }
  SUBCASE("by the variable") {
    environment = {"TASKDOCK_LISTEN=" + local + ", http://127.0.0.1:0,http://127.0.0.1:0"};
  }
  SUBCASE("by flags that win over the variable") {
    arguments = {"--listen",           local,      "--listen",
                 "http://127.0.0.1:0", "--listen", "http://localhost:0"};
    environment = {"TASKDOCK_LISTEN=nonsense"};
  }
  ListeningServer server(arguments, environment);
  CHECK(server.first_line == "listening on " + local);
  CHECK(ask(path, "localhost").status == 200);
  const nlohmann::json shown = server.server_json();
  CHECK(shown["url"] == "http://127.0.0.1:" + std::to_string(shown["port"].get<int>()));
  Client client(UnixSocket{path});
  client.sign_up();
  const std::string token = client.token;

  const Finished finished = server.stop();
  CHECK(finished.status == 0);
  std::istringstream lines(finished.output);
  std::vector<std::string> places;
  for (std::string line; std::getline(lines, line);) places.push_back(line);
  REQUIRE(places.size() == 3);
  CHECK(places[1] == "listening on " + shown["url"].get<std::string>());
  CHECK(places[2].starts_with("listening on http://127.0.0.1:"));
  CHECK(places[1] != places[2]);
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(contains(finished.errors, "POST /api/auth/signup 201 "));
  CHECK(contains(finished.errors, " unix\n"));
}

TEST_CASE("cli/listeners: a port beside a Unix socket is served as well") {
  const TemporaryDirectory directory;
  const std::string local = "unix:" + (directory.path() / "socket").string();
  ListeningServer server({"--listen", "http://127.0.0.1:0", "--listen", local});
  Client by_port(port_in(server.first_line));
  by_port.sign_up();
  Client by_path(UnixSocket{directory.path() / "socket"});
  by_path.token = by_port.token;
  CHECK(by_path.get("/api/tasks").status == 200);
}

TEST_CASE("cli/listeners: --listen cannot be given beside --host or --port") {
  for (const char* flag : {"--host", "--port"}) {
    const Finished finished =
        run({"--listen", "http://127.0.0.1:0", flag, "127"}, {"TASKDOCK_DATA=/nowhere"});
    CHECK(finished.status == 2);
    CHECK(is_one_complaint(finished.errors));
  }
  const Finished by_variables =
      run({}, {"TASKDOCK_LISTEN=http://127.0.0.1:0", "TASKDOCK_PORT=0", "TASKDOCK_DATA=/nowhere"});
  CHECK(by_variables.status == 2);
  CHECK(contains(by_variables.errors, "TASKDOCK_LISTEN and TASKDOCK_PORT cannot both be given"));
}

TEST_CASE("cli/listeners: with Unix sockets alone server.json names the first, and no port") {
  const TemporaryDirectory directory;
  const std::string local = "unix:" + (directory.path() / "socket").string();
  ListeningServer server({"--listen", local, "--listen", local + "2"});
  CHECK(server.server_json()["url"] == local);
  CHECK(server.server_json()["port"] == 0);
}

TEST_CASE("cli/listeners: a socket that a killed server has left is replaced") {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "socket";
  ListeningServer killed({"--listen", "unix:" + path.string()});
  CHECK(mode_of(path) == 0600);
  killed.process().signal(SIGKILL);
  killed.process().wait();
  CHECK(std::filesystem::exists(path));
  ListeningServer server({"--listen", "unix:" + path.string()});
  CHECK(ask(path, "localhost").status == 200);
}

TEST_CASE("cli/listeners: a Unix socket in use, too long or in a file's place is refused by name") {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "socket";
  const auto failed = [&](const std::string& place, int status) {
    const Finished finished = run({"--listen", "unix:" + place, "--log-level", "off"},
                                  {"TASKDOCK_DATA=" + (directory.path() / "data").string()});
    CAPTURE(finished.errors);
    CHECK(finished.status == status);
    CHECK(finished.output.empty());
    CHECK(is_one_complaint(finished.errors));
    CHECK(contains(finished.errors, place));
    return finished.errors;
  };
  {
    ListeningServer server({"--listen", "unix:" + path.string()});
    CHECK(contains(failed(path.string(), 4), "choose another path"));
    CHECK(ask(path, "localhost").status == 200);
  }
  write_file(path, "a file");
  CHECK(contains(failed(path.string(), 1), "no socket"));
  CHECK(content_of(path) == "a file");
  CHECK(contains(failed("/tmp/" + std::string(120, 's'), 2), "125 bytes"));
  CHECK(contains(failed("/nowhere/socket", 1), "No such file or directory"));
}

TEST_CASE("cli/listeners: the hosts that are served are those of each listener") {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "socket";
  const std::string local = "unix:" + path.string();
  const auto status_at = [](int port, const std::string& host) {
    return send_raw(port, "GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status;
  };
  {
    ListeningServer server(
        {"--listen", "http://127.0.0.1:0", "--listen", local, "--listen", "http://127.0.0.1:0"});
    const int first = port_in(server.first_line);
    CHECK(ask(path, "evil.example").status == 200);  // no browser can connect to it
    CHECK(ask(path, "").status == 200);
    CHECK(status_at(first, "localhost:" + std::to_string(first)) == 200);
    CHECK(status_at(first, "localhost:1") == 421);
    CHECK(status_at(first, "evil.example") == 421);
    const Finished finished = server.stop();
    const int second = port_in(finished.output.substr(0, finished.output.size() - 1));
    CHECK(second != first);
  }
  ListeningServer server({"--listen", local, "--allowed-hosts", "tasks.example"});
  CHECK(ask(path, "tasks.example").status == 200);
  CHECK(ask(path, "localhost").status == 200);
  CHECK(ask(path, "evil.example").status == 421);
  RawSocket socket(UnixSocket{path});
  socket.send(
      "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n");
  std::string surplus;
  CHECK(Client::read_answer(socket, surplus).status == 403);
}

TEST_CASE("cli/listeners: all that come by a Unix socket are one network to the throttles") {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "socket";
  ListeningServer server({"--listen", "unix:" + path.string(), "--listen", "http://127.0.0.1:0",
                          "--throttle-address", "2/1000"});
  const auto fail_to_log_in = [](Client client, const std::string& email) {
    return client.post("/api/auth/login", account(email, "wrong horse")).status;
  };
  CHECK(fail_to_log_in(Client(UnixSocket{path}), "a@example.com") == 401);
  CHECK(fail_to_log_in(Client(UnixSocket{path}), "b@example.com") == 401);
  CHECK(fail_to_log_in(Client(UnixSocket{path}), "c@example.com") == 429);
  const int port = server.server_json()["port"];
  CHECK(fail_to_log_in(Client(port), "d@example.com") == 401);
}

TEST_CASE("cli/listeners: sockets of a service manager are used, and stay when the server ends") {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "socket").string();
  Activation sockets;
  sockets.add(AF_UNIX, SOCK_STREAM, true, path);
  sockets.add(AF_INET, SOCK_STREAM, true);
  const std::string script = sockets.script("--port 1", "LISTEN_FDNAMES=local:web");
  for (int round = 0; round < 2; ++round) {
    BashProcess server(script, directory.path() / "data");
    CHECK(server.first_line() == "listening on unix:" + path);
    CHECK(ask(path, "any.example").status == 200);
    CHECK(Client(sockets.port(1)).get("/health").status == 200);
    CHECK(send_raw(sockets.port(1), "GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 421);
    CHECK(nlohmann::json::parse(content_of(directory.path() / "data" / "server.json"))["port"] ==
          sockets.port(1));
    const std::string environment = content_of("/proc/" + std::to_string(server.id()) + "/environ");
    CHECK(contains(environment, "LISTEN_FDS"));  // as it was at the start
    server.signal(SIGTERM);
    const Finished finished = server.wait();
    CHECK(finished.status == 0);
    CHECK(finished.output == "listening on unix:" + path + "\nlistening on http://127.0.0.1:" +
                                 std::to_string(sockets.port(1)) + '\n');
    CHECK(std::filesystem::exists(path));
  }
}

TEST_CASE(
    "cli/listeners: a connection that waits at an inherited socket is served after the start") {
  const TemporaryDirectory directory;
  Activation sockets;
  sockets.add(AF_INET, SOCK_STREAM, true);
  RawSocket early(sockets.port(0));
  early.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  BashProcess server(sockets.script(""), directory.path());
  std::string surplus;
  CHECK(Client::read_answer(early, surplus).status == 200);
  server.signal(SIGTERM);
  CHECK(server.wait().status == 0);
}

TEST_CASE(
    "cli/listeners: what a service manager passes and is not listened on is refused by name") {
  const TemporaryDirectory directory;
  Activation sockets;
  std::string words = "descriptor 3 (web) is not a TCP or Unix socket that listens";
  std::string variables = "LISTEN_FDNAMES=web";
  SUBCASE("a datagram socket") {
    sockets.add(AF_INET, SOCK_DGRAM, false);
  }
  SUBCASE("a socket that does not listen") {
    sockets.add(AF_INET, SOCK_STREAM, false);
  }
  SUBCASE("one that does not listen behind one that does") {
    sockets.add(AF_INET, SOCK_STREAM, true);
    sockets.add(AF_UNIX, SOCK_STREAM, false, (directory.path() / "socket").string());
    words = "descriptor 4 (local) is not";
    variables = "LISTEN_FDNAMES=web:local";
  }
  SUBCASE("nothing") {
    variables = "LISTEN_FDS=1";
    words = "descriptor 3 is not";
  }
  SUBCASE("no number") {
    variables = "LISTEN_FDS=x";
    words = "LISTEN_FDS: 'x' is not a number";
  }
  SUBCASE("too many") {
    variables = "LISTEN_FDS=1000000";
    words = "LISTEN_FDS: '1000000' is not a number from 0 to 64";
  }
  BashProcess server(sockets.script("", variables), directory.path() / "data");
  const Finished finished = server.wait();
  CAPTURE(finished.errors);
  CHECK(finished.status == 2);
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, words));
}

}  // namespace taskdock::testing
