// What a program that starts the server is told with --ready json.

#include "cli/announcements.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <set>

#include "cli/build_info.h"
#include "cli/outcome.h"
#include "system/file_descriptor.h"
#include "testing/client.h"
#include "testing/database.h"

namespace taskdock::testing {

namespace {

using nlohmann::json;

Process::Strings serve(const std::filesystem::path& data, const Process::Strings& more = {}) {
  Process::Strings arguments = {"--port", "0", "--data", data.string(), "--ready", "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<json> events_in(const std::string& output) {
  std::vector<json> events;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) events.push_back(json::parse(line));
  return events;
}

/// CHECKs that it ended with `status`, one complaint, and one event with `code` and the same words.
void check_error(const Finished& finished, int status, const std::string& code) {
  CAPTURE(finished.errors);
  CAPTURE(finished.output);
  CAPTURE(code);
  CHECK(finished.status == status);
  CHECK(is_one_complaint(finished.errors));
  const std::vector<json> events = events_in(finished.output);
  REQUIRE(events.size() == 1);
  CHECK(events[0].size() == 3);
  CHECK(events[0]["event"] == "error");
  CHECK(events[0]["code"] == code);
  CHECK(finished.errors == "taskdock: " + events[0]["message"].get<std::string>() + '\n');
}

/// Whether wants_events() takes `words` for a wish for events.
bool wants(std::vector<std::string> words) {
  words.insert(words.begin(), "taskdock");
  std::vector<char*> pointers;
  pointers.reserve(words.size());
  for (std::string& word : words) pointers.push_back(word.data());
  return cli::wants_events(static_cast<int>(pointers.size()), pointers.data());
}

}  // namespace

TEST_CASE("cli/announcements: ready tells where the server is reached, once it is") {
  for (const char* level : {"debug", "off"}) {
    const TemporaryDirectory data;
    Process process(serve(data.path(), {"--log-level", level}));
    const json ready = json::parse(process.first_line());
    CHECK(ready["event"] == "ready");
    CHECK(ready["pid"] == process.id());
    CHECK(ready["version"] == cli::version());
    const int port = ready["port"];
    CHECK(ready["url"] == "http://127.0.0.1:" + std::to_string(port));
    CHECK(Client(port).get("/health").status == 200);
    // server.json was there before, and names the same server.
    const json file = json::parse(content_of(data.path() / "server.json"));
    for (const char* name : {"url", "port", "pid", "version", "instance"}) {
      CHECK(ready[name] == file[name]);
    }
    process.signal(SIGTERM);
    const Finished finished = process.wait();
    CHECK(finished.status == 0);
    const std::vector<json> events = events_in(finished.output);
    REQUIRE(events.size() == 2);
    CHECK(events[1] == json{{"event", "stopping"}, {"reason", "signal"}});
  }
}

TEST_CASE("cli/announcements: text is one line, whatever happens later") {
  ServerProcess server(Process::Strings{"--ready", "text"}, {"TASKDOCK_READY=json"});
  const Finished finished = server.stop();
  CHECK(finished.output == "listening on http://127.0.0.1:" + std::to_string(server.port()) + '\n');
}

TEST_CASE("cli/announcements: a second signal changes nothing") {
  const TemporaryDirectory data;
  Process process(serve(data.path()));
  const int port = json::parse(process.first_line())["port"];
  // Holds the stop back: a request for whose body the server waits.
  std::string surplus;
  std::string received;
  RawSocket slow(port);
  slow.send(
      "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n");
  while (!contains(received, "100 Continue\r\n\r\n")) REQUIRE(slow.receive(received));
  for (const int signal : {SIGTERM, SIGINT, SIGTERM}) process.signal(signal);
  slow.send("{}       ");
  CHECK(Client::read_answer(slow, surplus).status == 422);
  const Finished finished = process.wait();
  CHECK(finished.status == 0);
  CHECK(events_in(finished.output).size() == 2);
  CHECK_FALSE(std::filesystem::exists(data.path() / "server.json"));
}

TEST_CASE("cli/announcements: each cause of a failed start has its code") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  make_data(data);
  const auto database = data / "taskdock.db";

  SUBCASE("a wrong option, wherever it stands and whatever is wrong with it") {
    for (const Process::Strings& arguments : std::vector<Process::Strings>{
             {"--ready", "json", "--port", "x"},
             {"--port=x", "--ready=json"},
             {"serve", "--prot", "1", "--ready", "json"},
             {"--ready", "json", "--port"},
             {"--ready", "json", "--port="},
             {"--ready", "json", "--ready", "json"},
             {"--ready", "json", "srve"},
             {"--ready", "json", "--exit-on", "x"},
         }) {
      check_error(run(arguments), 2, "bad-option");
    }
    check_error(run({"--port", "x"}, {"TASKDOCK_READY=json"}), 2, "bad-option");
    check_error(run({"--ready", "json", "--exit-on", "stdin"}), 2, "bad-option");
  }
  SUBCASE("a port in use") {
    ServerProcess other;
    check_error(
        run({"--ready", "json", "--data", data.string(), "--port", std::to_string(other.port())}),
        4, "port-in-use");
  }
  SUBCASE("a data directory that another command has") {
    const system::FileDescriptor lock(::open(data.c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(::flock(lock.get(), LOCK_EX) == 0);
    check_error(run(serve(data)), 3, "data-in-use");
  }
  SUBCASE("a data directory that cannot be used") {
    write_file(data / "secret.key", "short");
    check_error(run(serve(data)), 1, "data-unusable");
    write_file(database, std::string(5000, 'x'));
    std::filesystem::remove(data / "secret.key");
    check_error(run(serve(data)), 5, "data-unusable");
    check_error(run(serve(database / "x")), 1, "data-unusable");
  }
  SUBCASE("the database of a newer version") {
    open_database(database).exec("PRAGMA user_version = 99");
    check_error(run(serve(data)), 5, "newer-database");
  }
  SUBCASE("anything else") {
    check_error(run_shell("ulimit -n 16; exec \"$TASKDOCK\" --port 0 --ready json"), 1, "failed");
  }
}

TEST_CASE("cli/announcements: a path that is not UTF-8 still makes an event that is") {
  const TemporaryDirectory temporary;
  const auto file = temporary.path() / "\xff\xe2\x82";
  write_file(file, "");
  const Finished finished = run(serve(file / "data"));
  CHECK(finished.status == 1);
  const std::vector<json> events = events_in(finished.output);
  REQUIRE(events.size() == 1);
  CHECK(contains(events[0]["message"], "/??"));
}

TEST_CASE("cli/announcements: a second server tells which one is there") {
  const TemporaryDirectory data;
  ServerProcess first(data.path());
  const json file = json::parse(content_of(data.path() / "server.json"));
  const Finished finished = run(serve(data.path()));
  CHECK(finished.status == 3);
  CHECK(is_one_complaint(finished.errors));
  const std::vector<json> events = events_in(finished.output);
  REQUIRE(events.size() == 1);
  json expected = file;
  expected["event"] = "already-running";
  CHECK(events[0] == expected);
}

TEST_CASE("cli/announcements: a stop before the server is ready is told, too") {
  const TemporaryDirectory data;
  make_data(data.path());
  // A command at work, for which the server waits.
  const system::FileDescriptor command(::open(data.path().c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::flock(command.get(), LOCK_SH) == 0);
  Process process(serve(data.path()));
  REQUIRE(waits_for_command(process, data.path()));
  process.signal(SIGTERM);
  const Finished finished = process.wait();
  CHECK(finished.status == 0);
  const std::vector<json> events = events_in(finished.output);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["reason"] == "signal");
}

TEST_CASE("cli/announcements: a reader who is gone or hung does not keep it from stopping") {
  const TemporaryDirectory temporary;
  const auto pipe = temporary.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  // Held open for both, so that nobody waits.
  system::FileDescriptor reader(::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  ShellProcess process("exec \"$TASKDOCK\" --port 0 --ready json >" + pipe.string(),
                       {"TASKDOCK_DATA=" + (temporary.path() / "data").string()});
  const auto file = temporary.path() / "data" / "server.json";
  std::array<char, 4096> bytes{};
  REQUIRE(becomes_true([&] { return ::read(reader.get(), bytes.data(), bytes.size()) > 0; }));
  SUBCASE("gone") {
    reader = system::FileDescriptor();
  }
  SUBCASE("hung, with the pipe full") {
    bytes.fill('x');
    while (::write(reader.get(), bytes.data(), bytes.size()) > 0) {
    }
  }
  process.signal(SIGTERM);
  CHECK(process.wait().status == 0);
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("cli/announcements: only the server's command line asks for events") {
  CHECK(wants({"--ready", "json"}));
  CHECK(wants({"serve", "--ready=json"}));
  CHECK(wants({"--data", "user", "--ready", "json"}));
  CHECK_FALSE(wants({}));
  CHECK_FALSE(wants({"--ready", "text"}));
  CHECK_FALSE(wants({"user", "list", "--ready", "json"}));
  CHECK_FALSE(wants({"--data", "x", "compact", "--ready", "json"}));
  const Finished finished = run({"user", "lst"}, {"TASKDOCK_READY=json"});
  CHECK(finished.status == 2);
  CHECK(finished.output.empty());
}

}  // namespace taskdock::testing
