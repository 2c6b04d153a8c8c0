// How a server starts beside another, in a bad place, or with what the shell gave it.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <regex>

#include "cli/build_info.h"
#include "cli/outcome.h"
#include "cli/rights.h"
#include "system/file_descriptor.h"
#include "testing/client.h"

namespace taskdock::testing {

namespace {

Process::Strings serve_in(const std::filesystem::path& data, const Process::Strings& more = {}) {
  Process::Strings arguments = {"--port", "0", "--data", data.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// CHECKs that it ended with `status` and one complaint, which has `words` in it.
void check_failed(const Finished& finished, int status, const std::string& words) {
  CAPTURE(finished.errors);
  CAPTURE(words);
  CHECK(finished.status == status);
  CHECK(finished.output.empty());
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, words));
}

/// CHECKs that a start by way of `data` is turned away by the server that listens on `port`.
void check_turned_away(const std::filesystem::path& data, int port) {
  check_failed(run(serve_in(data)), 3,
               data.string() +
                   ": another taskdock is using this data directory and is reached at "
                   "http://127.0.0.1:" +
                   std::to_string(port) + " (process ");
}

nlohmann::json server_json(const std::filesystem::path& data) {
  return nlohmann::json::parse(content_of(data / "server.json"));
}

}  // namespace

TEST_CASE("cli/start: server.json says where the server is reached, while it runs") {
  const TemporaryDirectory data;
  std::string instance;
  for (int times = 0; times < 2; ++times) {
    ServerProcess server(data.path());
    const nlohmann::json json = server_json(data.path());
    CHECK(json.size() == 6);
    CHECK(json["url"] == "http://127.0.0.1:" + std::to_string(server.port()));
    CHECK(json["port"] == server.port());
    CHECK(json["pid"] == server.process().id());
    CHECK(json["version"] == cli::version());
    CHECK(json["instance"] != instance);
    CHECK(std::regex_match(json["started_at"].get<std::string>(),
                           std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)")));
    CHECK(mode_of(data.path() / "server.json") == 0600);
    instance = json["instance"];
    CHECK(server.stop().status == 0);
    CHECK_FALSE(std::filesystem::exists(data.path() / "server.json"));
  }
}

TEST_CASE("cli/start: what listens on all addresses is reached at the loopback one") {
  ServerProcess server(Process::Strings{"--host", "0.0.0.0"});
  const TemporaryDirectory data;
  Process process(serve_in(data.path(), {"--host", "0.0.0.0"}));
  CHECK(process.first_line().starts_with("listening on http://0.0.0.0:"));
  CHECK(server_json(data.path())["url"].get<std::string>().starts_with("http://127.0.0.1:"));
}

TEST_CASE("cli/start: a second server is turned away whichever way it comes") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  ServerProcess first(data);
  Client client(first.port());
  client.sign_up();

  check_turned_away(data, first.port());
  check_turned_away(data / "." / "", first.port());
  const auto link = temporary.path() / "link";
  std::filesystem::create_directory_symlink(data, link);
  check_turned_away(link, first.port());
  const auto mount = temporary.path() / "mount";
  std::filesystem::create_directory(mount);
  if (run_shell("mount --bind " + data.string() + ' ' + mount.string()).status == 0) {
    check_turned_away(mount, first.port());
    CHECK(run_shell("umount " + mount.string()).status == 0);
  } else {
    MESSAGE("nothing can be mounted here");
  }
  std::filesystem::remove(data / "taskdock.lock");
  check_turned_away(data, first.port());
  std::filesystem::remove(data / "server.json");
  check_failed(run(serve_in(data)), 3, data.string() + ": another taskdock is using this data");

  CHECK(client.get("/api/auth/me").status == 200);
  client.create_task("still here");
  CHECK(first.stop().status == 0);
  make_data(data);  // and once it has gone the directory is free
}

TEST_CASE("cli/start: a server that was killed leaves nothing that keeps the next one out") {
  const TemporaryDirectory data;
  std::string killed;
  {
    ServerProcess server(data.path());
    server.process().signal(SIGKILL);
    CHECK(server.process().wait().status == -SIGKILL);
    killed = content_of(data.path() / "server.json");
    REQUIRE_FALSE(killed.empty());
    CHECK_FALSE(content_of(data.path() / "taskdock.lock").empty());
  }
  // A command does not take what is left for a server, either.
  CHECK(run({"user", "list", "--data", data.path().string()}).status == 0);
  ServerProcess server(data.path());
  CHECK(content_of(data.path() / "server.json") != killed);
  check_turned_away(data.path(), server.port());
}

TEST_CASE("cli/start: a server waits for a command at work, and can be stopped meanwhile") {
  const TemporaryDirectory data;
  make_data(data.path());
  system::FileDescriptor command(::open(data.path().c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::flock(command.get(), LOCK_SH) == 0);
  SUBCASE("until the command has done its work") {
    Process process(serve_in(data.path()));
    REQUIRE(waits_for_command(process, data.path()));
    command = system::FileDescriptor();
    CHECK(process.first_line().starts_with("listening on "));
    process.signal(SIGTERM);
    CHECK(process.wait().status == 0);
  }
  SUBCASE("until it is asked to stop") {
    for (const int signal : {SIGTERM, SIGINT}) {
      Process process(serve_in(data.path()));
      REQUIRE(waits_for_command(process, data.path()));
      process.signal(signal);
      const Finished finished = process.wait();
      CHECK(finished.status == 0);
      CHECK(finished.output.empty());
    }
  }
}

TEST_CASE("cli/start: with standard streams closed no file takes their place") {
  for (const std::string closed : {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"}) {
    CAPTURE(closed);
    const TemporaryDirectory data;
    ShellProcess process("exec \"$TASKDOCK\" --port 0 " + closed,
                         {"TASKDOCK_DATA=" + data.path().string()});
    REQUIRE(becomes_true([&] { return std::filesystem::exists(data.path() / "server.json"); }));
    const int port = server_json(data.path())["port"];
    CHECK(Client(port).get("/health").status == 200);
    const std::string lock = content_of(data.path() / "taskdock.lock");
    CHECK(count_lines(lock) == 1);
    CHECK_FALSE(contains(lock, "listening"));
    CHECK_FALSE(contains(lock, "info"));
    process.signal(SIGTERM);
    CHECK(process.wait().status == 0);
    CHECK(content_of(data.path() / "taskdock.lock").empty());
  }
}

TEST_CASE("cli/start: standard output that cannot take the ready line ends it, saying why") {
  const TemporaryDirectory data;
  const auto pipe = data.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const Process::Strings environment = {"TASKDOCK_DATA=" + (data.path() / "data").string()};
  const auto start = [&](const std::string& to) {
    return run_shell(to + " exec \"$TASKDOCK\" --port 0 --log-level off >&4", environment);
  };
  check_failed(start("exec 4>/dev/full;"), 1, "standard output cannot be written to: No space");
  // A pipe that nobody reads.
  check_failed(start("exec 3<>" + pipe.string() + " 4>" + pipe.string() + " 3>&-;"), 1,
               "standard output cannot be written to: Broken pipe");
  CHECK_FALSE(std::filesystem::exists(data.path() / "data" / "server.json"));
}

TEST_CASE("cli/start: a file that may grow no further is an answer of 503, which passes") {
  const TemporaryDirectory data;
  ShellProcess process("ulimit -f 2000; exec \"$TASKDOCK\" --port 0 --log-level off",
                       {"TASKDOCK_DATA=" + data.path().string()});
  const std::string line = process.first_line();
  REQUIRE(line.starts_with("listening on "));
  Client client(std::stoi(line.substr(line.rfind(':') + 1)));
  client.sign_up();
  int status = 201;
  for (int tasks = 0; tasks < 5000 && status == 201; ++tasks) {
    status = client.post("/api/tasks", {{"title", "long"}, {"description", std::string(2000, 'x')}})
                 .status;
  }
  CHECK(status == 503);
  CHECK(client.get("/api/auth/me").status == 200);
  // It was the log that had reached the limit, and not yet the database.
  for (int tries = 0; tries < 300 && status != 201; ++tries) {
    if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    status = client.post("/api/tasks", {{"title", "short"}}).status;
  }
  CHECK(status == 201);
  process.signal(SIGTERM);
  CHECK(process.wait().status == 0);
}

TEST_CASE("cli/start: too few open files are refused with advice, and enough serve") {
  const TemporaryDirectory data;
  const Process::Strings environment = {"TASKDOCK_DATA=" + (data.path() / "data").string()};
  for (const char* limit : {"8", "16", "40", "63"}) {
    const Finished finished =
        run_shell(std::string("ulimit -n ") + limit + "; exec \"$TASKDOCK\" --port 0", environment);
    check_failed(finished, 1,
                 std::string("the limit on open files is ") + limit + ", and a server");
    CHECK(contains(finished.errors, "ulimit -n 1024"));
  }
  CHECK_FALSE(std::filesystem::exists(data.path() / "data"));
  ShellProcess process("ulimit -n 64; exec \"$TASKDOCK\" --port 0", environment);
  const std::string line = process.first_line();
  REQUIRE(line.starts_with("listening on "));
  const int port = std::stoi(line.substr(line.rfind(':') + 1));
  std::vector<Client> clients;
  for (int i = 0; i < 24; ++i) {
    CHECK(clients.emplace_back(port).get("/health").status == 200);
  }
  process.signal(SIGTERM);
  CHECK(process.wait().status == 0);
}

TEST_CASE("cli/start: a denylist that is no good is refused by what gave it, before all else") {
  const TemporaryDirectory files;
  const auto data = files.path() / "data";
  const auto empty = files.path() / "empty";
  const auto fifo = files.path() / "fifo";
  write_file(empty, "\n\r\n");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  struct Case {
    std::string file;
    std::string words;
  };
  for (const Case& wrong : std::vector<Case>{
           {(files.path() / "nowhere").string(), " cannot be read: No such file"},
           {empty.string(),
            " is empty; name a file with one password per line, or omit the option"},
           {files.path().string(), " is a directory; name a file"},
           {fifo.string(), " is a FIFO; name a file"},
           {"/dev/zero", " is a device; name a file"},
       }) {
    check_failed(run(serve_in(data, {"--password-denylist", wrong.file})), 2,
                 "--password-denylist: " + wrong.file + wrong.words);
    check_failed(run(serve_in(data), {"TASKDOCK_PASSWORD_DENYLIST=" + wrong.file}), 2,
                 "TASKDOCK_PASSWORD_DENYLIST: " + wrong.file + wrong.words);
  }
  CHECK_FALSE(std::filesystem::exists(data));
}

TEST_CASE("cli/start: what is no file in the place of one is refused, and not waited for") {
  struct Case {
    const char* name;
    int status;
    const char* words;
  };
  for (const Case& wrong : {Case{"secret.key", 1, "secret.key: this is a FIFO"},
                            {"taskdock.lock", 1, "taskdock.lock: this is no regular file"},
                            {"taskdock.db", 5, "taskdock.db is not a regular file"},
                            {"taskdock.db-wal", 5, "taskdock.db-wal is not a regular file"},
                            {"taskdock.db-shm", 5, "taskdock.db-shm is not a regular file"}}) {
    const TemporaryDirectory data;
    REQUIRE(::mkfifo((data.path() / wrong.name).c_str(), 0600) == 0);
    check_failed(run(serve_in(data.path())), wrong.status, wrong.words);
  }
}

TEST_CASE("cli/start: a directory it may not write to is refused, before anything is ready") {
  const TemporaryDirectory temporary;
  REQUIRE(::chmod(temporary.path().c_str(), 0755) == 0);
  const auto data = temporary.path() / "data";
  make_data(data);
  if (::geteuid() == 0) {
    for (const auto& entry : std::filesystem::directory_iterator(data)) {
      REQUIRE(::chown(entry.path().c_str(), 65534, 65534) == 0);
    }
    REQUIRE(::chown(data.c_str(), 65534, 65534) == 0);
  }
  REQUIRE(::chmod(data.c_str(), 0500) == 0);
  check_failed(run_without_rights(temporary.path(), serve_in(data)), 1,
               data.string() + ": the data directory cannot be written to: Permission denied");
  REQUIRE(::chmod(data.c_str(), 0700) == 0);
  REQUIRE(::chmod((data / "taskdock.db").c_str(), 0400) == 0);
  check_failed(
      run_without_rights(temporary.path(), serve_in(data)), 1,
      "taskdock.db: this file cannot be written: Permission denied; correct its permissions");
  if (::geteuid() != 0) return;
  REQUIRE(::chown((data / "taskdock.db").c_str(), 0, 0) == 0);
  check_failed(run_without_rights(temporary.path(), serve_in(data)), 1,
               "taskdock.db: this file cannot be written: Permission denied; it belongs to user 0");
  REQUIRE(::chown((data / "taskdock.lock").c_str(), 0, 0) == 0);
  check_failed(run_without_rights(temporary.path(), serve_in(data)), 1,
               "taskdock.lock: this file belongs to user 0");
}

TEST_CASE("cli/start: a database open to others is closed to them, with a warning") {
  const TemporaryDirectory data;
  make_data(data.path());
  REQUIRE(::chmod((data.path() / "taskdock.db").c_str(), 0644) == 0);
  REQUIRE(::chmod(data.path().c_str(), 0755) == 0);
  ServerProcess server(data.path(), {"--log-level", "warning"});
  CHECK(mode_of(data.path() / "taskdock.db") == 0600);
  CHECK(mode_of(data.path()) == 0755);
  const std::string log = server.stop().errors;
  CHECK(count_lines(log) == 2);
  CHECK(
      contains(log, "other users could use taskdock.db (mode 0644), taskdock.db-wal (mode 0644)"));
  CHECK(contains(log, "other users may look into the data directory (mode 0755); chmod 0700"));
}

TEST_CASE("cli/start: run.sh takes paths from where it is called, and writes nothing elsewhere") {
  // The script in a tree where everything is built already.
  const TemporaryDirectory tree;
  const TemporaryDirectory caller;
  const auto scripts = tree.path() / "scripts";
  const auto tools = tree.path() / "tools";
  const auto build = tree.path() / "build" / "release";
  for (const auto& folder : {scripts, tools, build}) std::filesystem::create_directories(folder);
  std::filesystem::copy_file(source_directory() / "scripts/run.sh", scripts / "run.sh");
  for (const auto& tool : {scripts / "setup.sh", tools / "cmake"}) {
    write_file(tool, "#!/bin/sh\necho chatter\n");
    ::chmod(tool.c_str(), 0755);
  }
  write_file(build / "build.ninja", "");
  std::filesystem::create_symlink(executable(), build / "taskdock");
  const auto entries = [&] {
    return std::distance(std::filesystem::recursive_directory_iterator(tree.path()),
                         std::filesystem::recursive_directory_iterator());
  };
  const auto before = entries();
  const std::string call = "PATH=" + tools.string() + ":$PATH; export PATH; cd " +
                           caller.path().string() + "; echo 'correct horse' | ";
  const std::string script = (scripts / "run.sh").string() + " user add ";
  Finished finished = run_shell(call + script + "ann@example.com --data mydata");
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK(finished.output.empty());
  CHECK(std::filesystem::exists(caller.path() / "mydata" / "taskdock.db"));
  finished = run_shell(call + script + "ann@example.com", {"TASKDOCK_DATA=other"});
  CHECK(finished.status == 0);
  CHECK(std::filesystem::exists(caller.path() / "other" / "taskdock.db"));
  CHECK(entries() == before);
}

}  // namespace taskdock::testing
