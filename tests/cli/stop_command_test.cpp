// taskdock stop.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/outcome.h"
#include "system/file_descriptor.h"
#include "testing/client.h"

namespace taskdock::testing {

namespace {

Finished stop(const std::filesystem::path& data, const Process::Strings& more = {}) {
  Process::Strings arguments = {"stop", "--data", data.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(arguments);
}

/// CHECKs that it says that nothing runs in `data`, with status 0.
void check_nothing_runs(const std::filesystem::path& data) {
  const Finished finished = stop(data);
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK(finished.errors.empty());
  CHECK(finished.output == "no server is running in " + data.string() + '\n');
}

/// CHECKs that it failed with one complaint, which has `words` in it.
void check_failed(const Finished& finished, const std::string& words) {
  CAPTURE(finished.errors);
  CHECK(finished.status == 1);
  CHECK(finished.output.empty());
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, words));
}

/// The exclusive lock on `data`, as a server has it.
system::FileDescriptor take(const std::filesystem::path& data) {
  system::FileDescriptor lock(::open(data.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::flock(lock.get(), LOCK_EX | LOCK_NB) == 0);
  return lock;
}

std::string server_json(pid_t process) {
  return R"({"url":"http://127.0.0.1:8000","port":8000,"pid":)" + std::to_string(process) +
         R"(,"instance":"some-instance","version":"1.2.3","started_at":"2026-01-06T10:30:00Z"})";
}

}  // namespace

TEST_CASE("cli/stop_command: when it returns, the server has ended and its directory is free") {
  const TemporaryDirectory data;
  ServerProcess server(data.path());
  Client client(server.port());
  client.sign_up();
  const Finished finished = stop(data.path());
  CHECK(finished.status == 0);
  CHECK(finished.errors.empty());
  CHECK(finished.output ==
        "stopped the server at http://127.0.0.1:" + std::to_string(server.port()) + " (process " +
            std::to_string(server.process().id()) + ")\n");
  take(data.path());
  CHECK_FALSE(std::filesystem::exists(data.path() / "server.json"));
  CHECK(server.process().wait().status == 0);
  check_nothing_runs(data.path());
}

TEST_CASE("cli/stop_command: where nothing runs it says so, and creates nothing") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  check_nothing_runs(data);
  CHECK_FALSE(std::filesystem::exists(data));
  std::filesystem::create_directory(data);
  check_nothing_runs(data);
  CHECK(std::filesystem::is_empty(data));
}

TEST_CASE("cli/stop_command: what a killed server left behind is not believed") {
  const TemporaryDirectory data;
  Process bystander({"-c", "exec sleep 1000"}, {}, "/dev/null", "/bin/sh");
  write_file(data.path() / "server.json", server_json(bystander.id()));
  check_nothing_runs(data.path());
  // A command at work is no server, either.
  const system::FileDescriptor command(::open(data.path().c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::flock(command.get(), LOCK_SH) == 0);
  check_nothing_runs(data.path());
  bystander.signal(0);
  CHECK_FALSE(bystander.has_ended());
}

TEST_CASE("cli/stop_command: a process that does not have the directory is never asked to stop") {
  const TemporaryDirectory data;
  Process bystander({"-c", "exec sleep 1000"}, {}, "/dev/null", "/bin/sh");
  REQUIRE(bystander.comes_to_rest());
  const auto lock = take(data.path());
  write_file(data.path() / "server.json", server_json(bystander.id()));
  check_failed(stop(data.path()), "process " + std::to_string(bystander.id()) +
                                      ", which server.json names, is not the server");
  CHECK(::kill(bystander.id(), SIGUSR1) == 0);
  CHECK(bystander.wait().status == -SIGUSR1);
}

TEST_CASE("cli/stop_command: a server that is starting is waited for, and its successor named") {
  const TemporaryDirectory data;
  system::FileDescriptor lock = take(data.path());
  // Has the directory open, as a server has.
  Process server({"-c", "exec 3<" + data.path().string() + "; echo open; exec sleep 1000"}, {},
                 "/dev/null", "/bin/sh");
  CHECK(server.first_line() == "open");
  Process stopping({"stop", "--data", data.path().string()});
  REQUIRE(stopping.comes_to_rest());
  const auto file = data.path() / "server.json";
  write_file(data.path() / "new", server_json(server.id()));
  std::filesystem::rename(data.path() / "new", file);
  CHECK(server.wait().status == -SIGTERM);
  SUBCASE("the directory is free") {
    lock = system::FileDescriptor();
    const Finished finished = stopping.wait();
    CHECK(finished.status == 0);
    CHECK(contains(finished.output, "stopped the server at http://127.0.0.1:8000"));
  }
  SUBCASE("another server has it") {
    std::string next = server_json(::getpid());
    next.replace(next.find("some-"), 5, "other-");
    write_file(data.path() / "new", next);
    std::filesystem::rename(data.path() / "new", file);
    check_failed(stopping.wait(), "has been started since");
  }
}

TEST_CASE("cli/stop_command: what uses the directory and is no server is named when time is over") {
  const TemporaryDirectory data;
  const auto lock = take(data.path());
  check_failed(stop(data.path(), {"--wait", "1"}), "another taskdock process is still using");
  write_file(data.path() / "taskdock.lock", R"({"command":"taskdock compact","pid":123})");
  check_failed(stop(data.path(), {"--wait", "1"}), "taskdock compact (process 123) is still using");
}

TEST_CASE("cli/stop_command: a server that takes longer than it may is a failure that says so") {
  const TemporaryDirectory data;
  ServerProcess server(data.path());
  server.process().signal(SIGSTOP);
  check_failed(stop(data.path(), {"--wait", "1"}),
               "was asked to stop and has not ended within 1 s");
  server.process().signal(SIGCONT);
  CHECK(server.process().wait().status == 0);
}

TEST_CASE("cli/stop_command: a server of another user is left alone, with advice") {
  if (::geteuid() != 0) return;
  const TemporaryDirectory temporary;
  REQUIRE(::chmod(temporary.path().c_str(), 0755) == 0);
  const auto copy = temporary.path() / "taskdock";
  std::filesystem::copy_file(executable(), copy);
  REQUIRE(::chmod(copy.c_str(), 0755) == 0);
  const auto data = temporary.path() / "data";
  ServerProcess server(data);
  const auto as_nobody = [&] {
    return run_shell("exec setpriv --reuid 65534 --regid 65534 --clear-groups " + copy.string() +
                     " stop --data " + data.string());
  };
  check_failed(as_nobody(), "the data directory cannot be opened: Permission denied");
  REQUIRE(::chmod(data.c_str(), 0777) == 0);
  REQUIRE(::chmod((data / "server.json").c_str(), 0644) == 0);
  check_failed(as_nobody(), "cannot be stopped: Operation not permitted; run this command as the");
  CHECK(Client(server.port()).get("/health").status == 200);
}

TEST_CASE("cli/stop_command: its --wait is a number of seconds, and it takes nothing else") {
  for (const char* wait : {"0", "-1", "x", "1.5", "86401"}) {
    const Finished finished = run({"stop", std::string("--wait=") + wait});
    CHECK(finished.status == 2);
    CHECK(contains(finished.errors, "--wait: '"));
  }
  CHECK(run({"stop", "now"}).status == 2);
  CHECK(contains(run({"stop", "--port", "1"}).errors, "stop does not take --port"));
}

}  // namespace taskdock::testing
