// The server's end with --exit-on. What real parents of several languages do is in tests/desktop.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "cli/outcome.h"
#include "system/file_descriptor.h"
#include "testing/client.h"

namespace taskdock::testing {

namespace {

/// What a start with `--exit-on what` and `input` is refused with: the complaint.
std::string refusal_to_watch(const std::string& what, const std::string& input = "/dev/null") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  const Finished finished =
      Process({"--port", "0", "--data", data.string(), "--exit-on", what}, {}, input).wait();
  CAPTURE(what);
  CAPTURE(finished.errors);
  CHECK(finished.status == 2);
  CHECK(finished.output.empty());
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, "--exit-on: "));
  CHECK_FALSE(std::filesystem::exists(data));
  return finished.errors;
}

/// A pipe whose other end is held here: what a parent holds of a child's standard input.
class InputPipe {
 public:
  InputPipe() {
    if (::mkfifo(path().c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
    end_ = system::FileDescriptor(::open(path().c_str(), O_RDWR | O_CLOEXEC));
  }

  std::string path() const { return (directory_.path() / "input").string(); }
  void write(const std::string& text) const {
    REQUIRE(::write(end_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void close() { end_ = system::FileDescriptor(); }

 private:
  TemporaryDirectory directory_;
  system::FileDescriptor end_;
};

}  // namespace

TEST_CASE("cli/exit_on: what would stop the server at once, or cannot be watched, is refused") {
  CHECK(contains(refusal_to_watch("stdin"), "standard input is closed or /dev/null"));
  CHECK(contains(refusal_to_watch("stdin", "/etc/passwd"), "standard input is not a pipe"));
  CHECK(contains(refusal_to_watch("stdin", "/dev/zero"), "standard input is not a pipe"));
  CHECK(contains(refusal_to_watch("parent,stdin"), "--exit-on parent"));
  CHECK(contains(refusal_to_watch("pid:2147483647"), "there is no process with the id 2147483647"));
  CHECK(contains(refusal_to_watch("parents"), "'parents' is not one of stdin, parent, pid:N"));
  for (const char* id : {"pid:0", "pid:-1", "pid:", "pid:x", "pid:99999999999"})
    refusal_to_watch(id);
  const Finished closed = run_shell("exec \"$TASKDOCK\" --port 0 --exit-on stdin <&-");
  CHECK(closed.status == 2);
  CHECK(contains(closed.errors, "standard input is closed"));
}

TEST_CASE("cli/exit_on: a terminal is refused as standard input") {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(::grantpt(terminal) == 0);
  REQUIRE(::unlockpt(terminal) == 0);
  CHECK(contains(refusal_to_watch("stdin", ::ptsname(terminal)), "standard input is a terminal"));
  ::close(terminal);
}

TEST_CASE("cli/exit_on: the end of standard input stops it well, with unread bytes or without") {
  for (const bool by_flag : {true, false}) {
    InputPipe input;
    const TemporaryDirectory data;
    Process process(by_flag ? Process::Strings{"--exit-on", "stdin"} : Process::Strings{},
                    {"TASKDOCK_PORT=0", "TASKDOCK_DATA=" + data.path().string(),
                     "TASKDOCK_READY=json", by_flag ? "A=b" : "TASKDOCK_EXIT_ON=stdin"},
                    input.path());
    const auto ready = nlohmann::json::parse(process.first_line());
    Client client(ready["port"]);
    client.sign_up();
    if (by_flag) input.write("never read\n");
    client.create_task("kept");
    input.close();
    const Finished finished = process.wait();
    CHECK(finished.status == 0);
    CHECK(contains(finished.output, R"({"event":"stopping","reason":"stdin"})"));
    CHECK(contains(finished.errors,
                   "stopping (stdin): no new connections; requests in flight have 500 ms"));
    CHECK_FALSE(std::filesystem::exists(data.path() / "server.json"));
  }
}

TEST_CASE("cli/exit_on: standard input that has ended before the start ends it well") {
  const TemporaryDirectory data;
  const Finished finished =
      run_shell("true | { sleep 0.2; exec \"$TASKDOCK\" --port 0 --ready json --exit-on stdin; }",
                {"TASKDOCK_DATA=" + data.path().string()});
  CHECK(finished.status == 0);
  CHECK(contains(finished.output, R"("reason":"stdin")"));
}

TEST_CASE("cli/exit_on: without it neither standard input nor the parent matters") {
  const TemporaryDirectory data;
  const auto server = data.path() / "data" / "server.json";
  const auto pid = data.path() / "pid";
  const Finished shell = run_shell(
      "\"$TASKDOCK\" --port 0 <&- & echo $! >\"$PID\"; while ! [ -e \"$SERVER\" ]; do sleep 0.05; "
      "done",
      {"TASKDOCK_DATA=" + (data.path() / "data").string(), "PID=" + pid.string(),
       "SERVER=" + server.string()});
  CHECK(shell.status == 0);
  CHECK(Client(nlohmann::json::parse(content_of(server))["port"]).get("/health").status == 200);
  ::kill(std::stoi(content_of(pid)), SIGTERM);
  CHECK(becomes_true([&] { return !std::filesystem::exists(server); }));
}

TEST_CASE("cli/exit_on: several may be given, in both ways, and each of them counts") {
  for (const int killed : {0, 1, 2}) {
    CAPTURE(killed);
    InputPipe input;
    Process first({"-c", "exec sleep 1000"}, {}, "/dev/null", "/bin/sh");
    Process second({"-c", "exec sleep 1000"}, {}, "/dev/null", "/bin/sh");
    const TemporaryDirectory data;
    Process process({"--exit-on", "pid:" + std::to_string(first.id()) + ", stdin", "serve",
                     "--port", "0", "--ready", "json", "--exit-on",
                     "pid:" + std::to_string(second.id()), "--data", data.path().string()},
                    {"TASKDOCK_EXIT_ON=pid:2147483647"}, input.path());
    REQUIRE_FALSE(process.first_line().empty());
    if (killed == 0) input.close();
    if (killed == 1) first.signal(SIGKILL);
    if (killed == 2) second.signal(SIGKILL);
    const Finished finished = process.wait();
    CHECK(finished.status == 0);
    CHECK(contains(finished.output, killed == 0 ? R"("reason":"stdin")" : R"("reason":"parent")"));
  }
}

TEST_CASE("cli/exit_on: a parent that has ended before the start ends it well") {
  const TemporaryDirectory temporary;
  const auto events = temporary.path() / "events";
  const auto errors = temporary.path() / "errors";
  // In a session of its own, as an application is: whoever inherits the child is in another one.
  const Finished finished = run_shell(
      "exec setsid sh -c '{ while [ -d /proc/$$ ]; do sleep 0.05; done; exec \"$TASKDOCK\" --port "
      "0 "
      "--ready json --exit-on parent; } >\"$EVENTS\" 2>\"$ERRORS\" & exit 0'",
      {"TASKDOCK_DATA=" + (temporary.path() / "data").string(), "EVENTS=" + events.string(),
       "ERRORS=" + errors.string()});
  CHECK(finished.status == 0);
  CHECK(becomes_true([&] { return !content_of(errors).empty(); }));
  CHECK(contains(content_of(errors), "stopping (parent): the process that started this one has"));
  CHECK(content_of(events) == "{\"event\":\"stopping\",\"reason\":\"parent\"}\n");
}

TEST_CASE(
    "cli/exit_on: a parent that begins a session of its own after the start is still the parent") {
  const TemporaryDirectory temporary;
  const auto parent = temporary.path() / "parent";
  const auto events = temporary.path() / "events";
  const auto script = temporary.path() / "parent.sh";
  // The server looks for its parent only after that has begun another session, which setsid(1) does
  // in place, as the same process.
  write_file(script, R"(echo $$ >"$PARENT"
{
  until read -r id name state parent group session rest </proc/$$/stat && [ "$session" = "$id" ]; do
    sleep 0.05
  done
  exec "$TASKDOCK" --port 0 --ready json --exit-on parent >"$EVENTS"
} &
exec setsid sleep 1000
)");
  ShellProcess leader(  // of the first session
      "exec setsid --wait sh -c 'sh \"$SCRIPT\" & wait'",
      {"TASKDOCK_DATA=" + (temporary.path() / "data").string(), "SCRIPT=" + script.string(),
       "PARENT=" + parent.string(), "EVENTS=" + events.string()});
  CHECK(becomes_true([&] { return count_lines(content_of(events)) > 0; }));
  CHECK(contains(content_of(events), R"({"event":"ready",)"));
  ::kill(std::stoi(content_of(parent)), SIGKILL);
  CHECK(becomes_true([&] { return count_lines(content_of(events)) == 2; }));
  CHECK(contains(content_of(events), R"({"event":"stopping","reason":"parent"})"));
  leader.wait();
}

}  // namespace taskdock::testing
