#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/outcome.h"
#include "testing/client.h"
#include "testing/database.h"

namespace taskdock::testing {

namespace {

/// What a start in `data` leaves behind that cannot succeed: `status`, and its one complaint.
std::string failed_start(const std::filesystem::path& data, const Process::Strings& more = {},
                         int status = 1) {
  Process::Strings arguments = {"--port", "0", "--data", data.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Finished finished = run(arguments);
  CHECK(finished.status == status);
  CHECK(finished.output.empty());
  CAPTURE(finished.errors);
  CHECK(is_one_complaint(finished.errors));
  return finished.errors;
}

bool has_ipv6() {
  const int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  ::close(fd);
  return bound;
}

}  // namespace

TEST_CASE("cli/serve: standard output has one line, which says where it listens") {
  ServerProcess server;
  const std::string line = server.process().first_line();
  CHECK(line == "listening on http://127.0.0.1:" + std::to_string(server.port()));
  CHECK(server.port() > 0);
  CHECK(Client(server.port()).get("/health").status == 200);
  const Finished finished = server.stop();
  CHECK(finished.status == 0);
  CHECK(finished.output == line + '\n');
}

TEST_CASE("cli/serve: SIGINT, SIGTERM and SIGHUP end it well") {
  ::signal(SIGHUP, SIG_DFL);  // the tests may run under nohup
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    ServerProcess server;
    CHECK(Client(server.port()).get("/health").status == 200);
    server.process().signal(signal);
    CHECK(server.process().wait().status == 0);
  }
}

TEST_CASE("cli/serve: started with nohup, it goes on when the terminal is gone") {
  const TemporaryDirectory data;
  ShellProcess process("trap '' HUP; exec \"$TASKDOCK\" --port 0 --data '" + data.path().string() +
                       "'");
  const std::string line = process.first_line();
  Client client(std::stoi(line.substr(line.rfind(':') + 1)));
  process.signal(SIGHUP);
  for (int i = 0; i < 10; ++i) CHECK(client.get("/health").status == 200);
  process.signal(SIGTERM);
  CHECK(process.wait().status == 0);
}

TEST_CASE("cli/serve: it listens on IPv6 where the machine has it") {
  if (!has_ipv6()) {
    MESSAGE("this machine has no ::1");
    return;
  }
  const TemporaryDirectory data;
  Process process({"--host", "::1", "--port", "0", "--data", data.path().string()});
  CHECK(process.first_line().starts_with("listening on http://[::1]:"));
  process.signal(SIGTERM);
  CHECK(process.wait().status == 0);
}

TEST_CASE("cli/serve: localhost is 127.0.0.1, and needs no look-up") {
  ServerProcess server(Process::Strings{"--host", "localhost"});
  CHECK(server.process().first_line().starts_with("listening on http://127.0.0.1:"));
}

TEST_CASE("cli/serve: a port in use is named, with what to do, and its owner goes on") {
  ServerProcess server;
  const std::string port = std::to_string(server.port());
  const TemporaryDirectory data;
  const Finished finished =
      run({"--data", data.path().string(), "--port", port, "--log-level", "off"});
  CHECK(finished.status == 4);
  CHECK(finished.output.empty());
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, "127.0.0.1:" + port));
  CHECK(contains(finished.errors, "--port"));
  CHECK(Client(server.port()).get("/health").status == 200);
}

TEST_CASE("cli/serve: an address that is not this machine's is named, with what to do") {
  const TemporaryDirectory data;
  CHECK(contains(failed_start(data.path(), {"--host", "192.0.2.1"}), "192.0.2.1"));  // RFC 5737
}

TEST_CASE("cli/serve: an impossible data directory is named, with what to do") {
  const TemporaryDirectory temporary;
  const auto regular = temporary.path() / "file";
  write_file(regular, "a file");
  for (const std::filesystem::path& data :
       {regular, regular / "data", std::filesystem::path("/proc/nowhere")}) {
    const std::string errors = failed_start(data);
    CHECK(contains(errors, data.string()));
    CHECK(contains(errors, "--data"));
  }
  CHECK(content_of(regular) == "a file");
}

TEST_CASE("cli/serve: a taskdock.db that is no database is refused, and untouched") {
  const TemporaryDirectory data;
  const auto file = data.path() / "taskdock.db";
  write_file(file, std::string(5000, 'x'));
  const std::string errors = failed_start(data.path(), {}, 5);
  CHECK(contains(errors, file.string()));
  CHECK(contains(errors, "not a database"));
  CHECK(content_of(file) == std::string(5000, 'x'));
}

TEST_CASE("cli/serve: a database of a newer version is refused, and untouched") {
  const TemporaryDirectory data;
  make_data(data.path());
  const auto file = data.path() / "taskdock.db";
  open_database(file).exec("PRAGMA user_version = 99");
  const std::string before = content_of(file);
  const std::string errors = failed_start(data.path(), {}, 5);
  CHECK(contains(errors, file.string()));
  CHECK(contains(errors, "version 99"));
  CHECK(contains(errors, "newer taskdock"));
  CHECK(content_of(file) == before);
}

TEST_CASE("cli/serve: another program's database is refused, and untouched") {
  const TemporaryDirectory data;
  const auto file = data.path() / "taskdock.db";
  open_database(file).exec("CREATE TABLE theirs (x)");
  const std::string before = content_of(file);
  CHECK(contains(failed_start(data.path(), {}, 5), "another program"));
  CHECK(content_of(file) == before);
}

TEST_CASE("cli/serve: a directory in the database's place is refused with advice") {
  const TemporaryDirectory data;
  std::filesystem::create_directory(data.path() / "taskdock.db");
  CHECK(contains(failed_start(data.path(), {}, 5), "taskdock.db is not a regular file"));
}

TEST_CASE("cli/serve: a key that is spoiled or open to others is refused, and untouched") {
  const TemporaryDirectory data;
  make_data(data.path());
  const auto key = data.path() / "secret.key";
  const std::string before = content_of(key);
  ::chmod(key.c_str(), 0644);
  CHECK(contains(failed_start(data.path()), "chmod"));
  CHECK(content_of(key) == before);
  ::chmod(key.c_str(), 0600);
  write_file(key, "short");
  CHECK(contains(failed_start(data.path()), "backup"));
  CHECK(content_of(key) == "short");
}

TEST_CASE("cli/serve: what it keeps is for its owner only") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "new" / "data";
  ServerProcess server(data);
  Client client(server.port());
  client.sign_up();
  CHECK(mode_of(data) == 0700);
  CHECK(mode_of(data.parent_path()) == 0700);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    CAPTURE(entry.path().string());
    CHECK(mode_of(entry.path()) == 0600);
    ++files;
  }
  CHECK(files ==
        6);  // the database with its log and the log's index, the key, the lock, server.json
}

TEST_CASE("cli/serve: without --data it keeps its data where XDG says") {
  const TemporaryDirectory home;
  const auto serves_from = [](const Process::Strings& environment,
                              const std::filesystem::path& expected) {
    Process process({"--port", "0"}, environment);
    CHECK_FALSE(process.first_line().empty());
    CHECK(std::filesystem::exists(expected / "taskdock.db"));
    CHECK(mode_of(expected) == 0700);
    process.signal(SIGTERM);
    CHECK(process.wait().status == 0);
  };
  const std::string path = home.path().string();
  serves_from({"XDG_DATA_HOME=" + path + "/xdg"}, home.path() / "xdg" / "taskdock");
  serves_from({"HOME=" + path}, home.path() / ".local" / "share" / "taskdock");
  std::filesystem::remove_all(home.path() / ".local");
  // A relative path counts as not set, and so does an empty one.
  serves_from({"HOME=" + path, "XDG_DATA_HOME=relative"}, home.path() / ".local/share/taskdock");
  std::filesystem::remove_all(home.path() / ".local");
  serves_from({"HOME=" + path, "XDG_DATA_HOME="}, home.path() / ".local/share/taskdock");
}

TEST_CASE("cli/serve: with no home to keep data in it asks for --data") {
  const Finished finished = run({"--port", "0"}, {"HOME="});
  CHECK(finished.status == 2);
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, "--data"));
}

TEST_CASE("cli/serve: tokens and tasks live on when it is started again") {
  const TemporaryDirectory data;
  std::string token;
  nlohmann::json task;
  {
    ServerProcess server(data.path());
    Client client(server.port());
    client.sign_up();
    token = client.token;
    task = client.create_task("kept");
    SUBCASE("after it was asked to stop") {
      CHECK(server.stop().status == 0);
    }
    SUBCASE("after it was killed") {
      server.process().signal(SIGKILL);
      CHECK(server.process().wait().status == -SIGKILL);
    }
  }
  ServerProcess server(data.path());
  Client client(server.port());
  client.token = token;
  const Answer answer = client.get("/api/tasks/" + task["id"].get<std::string>());
  CHECK(answer.status == 200);
  CHECK(answer.json() == task);
}

TEST_CASE("cli/serve: --log-level off logs nothing, and error nothing of a normal day") {
  for (const char* level : {"off", "error", "warning"}) {
    ServerProcess server(Process::Strings{"--log-level", level});
    Client client(server.port());
    client.sign_up();
    CHECK(client.get("/nowhere").status == 404);
    const Finished finished = server.stop();
    CHECK(finished.status == 0);
    CHECK(finished.errors.empty());
  }
}

TEST_CASE("cli/serve: the log has no password and no token") {
  ServerProcess server(Process::Strings{"--log-level", "debug"});
  Client client(server.port());
  client.sign_up("ann@example.com", "correct horse battery");
  CHECK(client.get("/api/tasks?limit=1").status == 200);
  CHECK(client.post("/api/auth/login", {{"email", "ann@example.com"}, {"password", "wrong horse"}})
            .status == 401);
  const std::string log = server.stop().errors;
  CHECK(contains(log, "/api/tasks"));
  for (const std::string& secret :
       {std::string("horse"), client.token, client.token.substr(client.token.rfind('.') + 1)}) {
    CHECK_FALSE(contains(log, secret));
  }
}

TEST_CASE("cli/serve: the log loses nothing when the server ends, however fast lines came before") {
  ServerProcess server;
  Client client(server.port());
  for (int i = 0; i < 200; ++i) {
    CHECK(client.get("/nowhere/" + std::to_string(i)).status == 404);
  }
  const std::string log = server.stop().errors;
  for (int i = 0; i < 200; ++i) {
    REQUIRE(contains(log, "/nowhere/" + std::to_string(i) + ' '));
  }
  CHECK(contains(log, "stopping"));
  CHECK(log.ends_with('\n'));
}

TEST_CASE("cli/serve: each line of the log begins with its time and its level") {
  ServerProcess server;
  CHECK(Client(server.port()).get("/health").status == 200);
  const std::string log = server.stop().errors;
  CHECK(count_lines(log) >= 3);  // the start, the request, the stop
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    REQUIRE(line.size() > 33);
    CHECK(line[10] == 'T');
    CHECK(line.substr(26, 7) == "Z info ");
  }
}

}  // namespace taskdock::testing
