#include <doctest/doctest.h>
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <set>

#include "cli/outcome.h"
#include "cli/rights.h"
#include "testing/account.h"
#include "testing/client.h"
#include "testing/database.h"

namespace taskdock::testing {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A data directory with a user and a task "first", a backup of it, and a task "second" that came
/// later.
struct Restorable {
  const TemporaryDirectory temporary;
  const fs::path data = temporary.path() / "data";
  const fs::path database = data / "taskdock.db";
  const fs::path copy = temporary.path() / "copy.db";
  const fs::path errors = temporary.path() / "errors";
  json session;

  Restorable() {
    ServerProcess server(data);
    Client client(server.port());
    session = sign_up(client);
    client.create_task("first");
    REQUIRE(run({"backup", copy.string(), "--data", data.string()}).status == 0);
    client.create_task("second");
  }

  Process::Strings arguments(const Process::Strings& more = {}) const {
    Process::Strings all = {"restore", copy.string(), "--data", data.string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  /// The files that were kept.
  std::vector<fs::path> kept() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(data)) {
      if (entry.path().filename().string().starts_with("taskdock.db.before-restore-")) {
        files.push_back(entry.path());
      }
    }
    return files;
  }

  /// How many tasks are in the database `file`, which must be whole.
  static int tasks_in(const fs::path& file) {
    SQLite::Database opened = open_database(file, SQLite::OPEN_READWRITE);
    CHECK(opened.execAndGet("PRAGMA integrity_check").getString() == "ok");
    return opened.execAndGet("SELECT count(*) FROM tasks").getInt();
  }
};

using Calls = std::set<std::uint64_t>;

/// Those that change what is on the disk.
const Calls changes = {SYS_rename, SYS_renameat, SYS_renameat2, SYS_unlink,    SYS_unlinkat,
                       SYS_link,   SYS_linkat,   SYS_fsync,     SYS_fdatasync, SYS_ftruncate};

/// Makes the system call that `thread` begins one that there is none: it fails with ENOSYS.
void make_unknown(pid_t thread) {
#if defined(__x86_64__)
  ::ptrace(PTRACE_POKEUSER, thread, offsetof(user, regs.orig_rax), -1L);
#elif defined(__aarch64__)
  int none = -1;
  iovec number{&none, sizeof(none)};
  ::ptrace(PTRACE_SETREGSET, thread, NT_ARM_SYSTEM_CALL, &number);
#else
#error "how is a system call skipped on this processor?"
#endif
}

enum class Disturbance { kill, fail };

/// Runs taskdock, whose standard error goes to the file `errors`, until its `count`th system call
/// of `calls`, and then kills it before that one, or lets that one fail and waits for its end.
/// Returns whether it came so far.
bool disturb(const Process::Strings& arguments, const fs::path& errors, const Calls& calls,
             int count, Disturbance how) {
  Process::Strings strings = arguments;
  strings.insert(strings.begin(), executable());
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::raise(SIGSTOP);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr,
           PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
  ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
  for (;;) {
    const pid_t thread = ::waitpid(-1, &status, __WALL);
    if (thread < 0) return count <= 0;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (thread == child) return count <= 0;
      continue;
    }
    int signal = 0;
    if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      __ptrace_syscall_info call{};
      ::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof(call), &call);
      const bool is_next =
          call.op == PTRACE_SYSCALL_INFO_ENTRY && calls.contains(call.entry.nr) && --count == 0;
      if (is_next && how == Disturbance::fail) make_unknown(thread);
      if (is_next && how == Disturbance::kill) {
        ::kill(child, SIGKILL);
        // Its threads are reported, too, and before it.
        while (::waitpid(-1, &status, __WALL) != child || !WIFSIGNALED(status)) {
        }
        return true;
      }
    } else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) {
      signal = WSTOPSIG(status);
    }
    ::ptrace(PTRACE_SYSCALL, thread, nullptr, signal);
  }
}

}  // namespace

TEST_CASE_FIXTURE(Restorable,
                  "cli/restore: a backup takes the place of the database, which is kept, and "
                  "everybody logs in again") {
  const Finished finished = run(arguments());
  CAPTURE(finished.errors);
  REQUIRE(finished.status == 0);
  REQUIRE(kept().size() == 1);
  CHECK(tasks_in(kept()[0]) == 2);
  CHECK(mode_of(kept()[0]) == 0600);
  CHECK(mode_of(database) == 0600);
  CHECK(contains(finished.output, "restored: users 1, tasks 1\n"));
  CHECK(contains(finished.output, "is " + kept()[0].string() + '\n'));
  CHECK(contains(finished.output, "ended: sessions 1;"));

  ServerProcess server(data);
  Client client(server.port());
  client.token = session["access_token"];
  CHECK(client.get("/api/tasks").status == 401);
  const json refresh = {{"refresh_token", session["refresh_token"]}};
  CHECK(client.post("/api/auth/refresh", refresh).status == 401);
  log_in(client);
  const json tasks = client.get("/api/tasks").json();
  CHECK(tasks["total"] == 1);
  CHECK(tasks["tasks"][0]["title"] == "first");
  CHECK(client.get("/api/tasks?q=first").json()["total"] == 1);
}

TEST_CASE_FIXTURE(Restorable,
                  "cli/restore: who followed the changes is told to begin anew, with sessions kept "
                  "as well") {
  std::string epoch;
  {
    ServerProcess server(data);
    Client client(server.port());
    client.token = session["access_token"];
    const json changes = client.get("/api/tasks/changes?since=0").json();
    epoch = changes["epoch"];
    CHECK(client.get("/api/tasks/changes?since=1&epoch=" + epoch).status == 200);
  }
  REQUIRE(run(arguments({"--keep-sessions"})).status == 0);
  ServerProcess server(data);
  Client client(server.port());
  client.token = session["access_token"];
  CHECK(client.get("/api/tasks/changes?since=1&epoch=" + epoch).status == 410);
  // Also who does not name the epoch, whatever has changed since.
  for (int i = 0; i < 4; ++i) client.create_task("third");
  for (const int since : {1, 2, 3}) {
    CHECK(client.get("/api/tasks/changes?since=" + std::to_string(since)).status == 410);
  }
}

TEST_CASE_FIXTURE(Restorable,
                  "cli/restore: beside a running server it is refused, and says where") {
  ServerProcess server(data);
  const Finished finished = run(arguments());
  check_refused(finished, 3, "http://127.0.0.1:" + std::to_string(server.port()));
  CHECK(contains(finished.errors, "stop the other first"));
  CHECK(kept().empty());
}

TEST_CASE_FIXTURE(Restorable,
                  "cli/restore: a file that cannot be used is refused with status 5, and the "
                  "database stays") {
  write_file(copy, std::string(5000, 'x'));
  check_refused(run(arguments()), 5, copy.string() + ": this file is not a database");
  fs::remove(copy);
  check_refused(run(arguments()), 5, "no such file");
  CHECK(kept().empty());
  CHECK(tasks_in(database) == 2);
}

TEST_CASE_FIXTURE(Restorable,
                  "cli/restore: what is no file in the place of the database is refused with "
                  "status 5, and named") {
  fs::remove(database);
  SUBCASE("a link") {
    fs::create_symlink(copy, database);
  }
  SUBCASE("a FIFO") {
    REQUIRE(::mkfifo(database.c_str(), 0600) == 0);
  }
  SUBCASE("a directory") {
    fs::create_directory(database);
  }
  check_refused(run(arguments()), 5, database.string() + ": taskdock.db is ");
}

TEST_CASE_FIXTURE(
    Restorable,
    "cli/restore: where its report cannot be printed, the error says that it is done, "
    "and what is kept") {
  const Finished finished = run_shell("exec \"$TASKDOCK\" restore '" + copy.string() +
                                      "' --data '" + data.string() + "' > /dev/full");
  CHECK(finished.status == 1);
  CHECK(is_one_complaint(finished.errors));
  REQUIRE(kept().size() == 1);
  CHECK(contains(finished.errors, "it is done (restored: users 1, tasks 1; kept: "));
  CHECK(contains(finished.errors, kept()[0].string()));
}

TEST_CASE_FIXTURE(Restorable, "cli/restore: an empty place gets the database, too") {
  const fs::path elsewhere = temporary.path() / "elsewhere";
  const Finished finished = run({"restore", copy.string(), "--data", elsewhere.string()});
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK_FALSE(contains(finished.output, "kept:"));
  ServerProcess server(elsewhere);
  Client client(server.port());
  log_in(client);
  CHECK(client.get("/api/tasks").json()["total"] == 1);
}

TEST_CASE_FIXTURE(Restorable,
                  "cli/restore: killed before each step, it leaves the old database or the new "
                  "one, whole, and can be done again") {
  // The log of a killed server has the second task.
  {
    ServerProcess server(data);
    REQUIRE(empties_log(database));
    Client client(server.port());
    client.token = session["access_token"];
    client.create_task("third");
    server.process().signal(SIGKILL);
    server.process().wait();
  }
  REQUIRE(fs::file_size(database.string() + "-wal") > 0);
  const fs::path before = temporary.path() / "before";
  fs::copy(data, before);
  int olds = 0;
  int news = 0;
  for (int step = 1;; ++step) {
    CAPTURE(step);
    fs::remove_all(data);
    fs::copy(before, data);
    if (!disturb(arguments(), errors, changes, step, Disturbance::kill)) break;
    REQUIRE(fs::exists(database));
    const int tasks = tasks_in(database);
    CHECK((tasks == 1 || tasks == 3));
    (tasks == 1 ? news : olds) += 1;
    if (tasks == 1) {
      REQUIRE(kept().size() == 1);
      CHECK(tasks_in(kept()[0]) == 3);
    }
    REQUIRE(run(arguments()).status == 0);
    CHECK(tasks_in(database) == 1);
  }
  CHECK(olds > 5);
  CHECK(news > 0);
}

TEST_CASE_FIXTURE(
    Restorable,
    "cli/restore: whichever sync the disk refuses, it says truly whether the database "
    "is the old one or the restored one") {
  const fs::path before = temporary.path() / "before";
  fs::copy(data, before);
  int olds = 0;
  int news = 0;
  for (int step = 1;; ++step) {
    CAPTURE(step);
    fs::remove_all(data);
    fs::copy(before, data);
    if (!disturb(arguments(), errors, {SYS_fsync}, step, Disturbance::fail)) break;
    const std::string said = content_of(errors);
    CAPTURE(said);
    if (tasks_in(database) == 2) {
      CHECK(contains(said, "it is as it was before"));
      CHECK(kept().empty());
      ++olds;
    } else {
      CHECK(contains(said, "the backup is in its place, but the disk has not confirmed it"));
      CHECK(contains(said, "before is " + kept().at(0).string()));
      ++news;
    }
    REQUIRE(run(arguments()).status == 0);
  }
  CHECK(olds > 0);
  CHECK(news == 1);
}

TEST_CASE_FIXTURE(Restorable, "cli/restore: - is a backup on standard input") {
  const Process::Strings from_input = {"restore", "-", "--data", data.string()};
  const std::string bytes = content_of(copy);
  for (const auto& [input, fault] :
       {std::pair{std::string(), "standard input: it is empty"},
        std::pair{bytes.substr(0, bytes.size() / 2), "standard input: this database is damaged"},
        std::pair{"no database" + std::string(5000, 'x'),
                  "standard input: this file is not a database"}}) {
    check_refused(run_with_input(input, from_input), 5, fault);
    CHECK(tasks_in(database) == 2);
  }
  CHECK(kept().empty());
  const Finished finished = run_with_input(bytes, from_input);
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK(contains(finished.output, "restored: users 1, tasks 1\n"));
  CHECK(kept().size() == 1);
  CHECK(tasks_in(database) == 1);
  const Finished shown = run_shell("exec script -qec '\"$TASKDOCK\" restore - --data " +
                                   data.string() + "' /dev/null");
  CHECK(shown.status == 2);
  CHECK(contains(shown.output, "standard input is a terminal"));
}

TEST_CASE_FIXTURE(Restorable,
                  "cli/restore: on a disk that can only be read it says so, and from "
                  "one it restores") {
  if (!may_mount()) return;
  const std::string before = content_of(database);
  check_refused(run_with_read_only(temporary.path(), arguments()), 1,
                data.string() + ": the data directory cannot be written to: Read-only file system");
  const std::string none = (temporary.path() / "none").string();
  check_refused(run_with_read_only(temporary.path(), {"restore", copy.string(), "--data", none}), 1,
                none + ": the data directory cannot be created: Read-only file system");
  CHECK(content_of(database) == before);
  CHECK(kept().empty());
  const TemporaryDirectory other;
  const fs::path restored = other.path() / "data";
  CHECK(run_with_read_only(temporary.path(),
                           {"restore", database.string(), "--data", restored.string()})
            .status == 0);
  CHECK(fs::exists(restored / "taskdock.db"));
}

TEST_CASE_FIXTURE(Restorable,
                  "cli/restore: a copy that it may not read is named, and nothing changes") {
  const TemporaryDirectory place;
  REQUIRE(::chmod(place.path().c_str(), 0755) == 0);
  const fs::path unreadable = place.path() / "copy.db";
  fs::copy_file(copy, unreadable);
  REQUIRE(::chmod(unreadable.c_str(), 0) == 0);
  const fs::path mine = place.path() / "data";
  fs::create_directory(mine);
  REQUIRE(::chmod(mine.c_str(), 0700) == 0);
  if (::geteuid() == 0) REQUIRE(::chown(mine.c_str(), 65534, 65534) == 0);
  check_refused(
      run_without_rights(place.path(), {"restore", unreadable.string(), "--data", mine.string()}),
      5, unreadable.string() + ": it cannot be read: Permission denied");
  CHECK_FALSE(fs::exists(mine / "taskdock.db"));
}

}  // namespace taskdock::testing
