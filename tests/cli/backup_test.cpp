#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>

#include "cli/backup_names.h"
#include "cli/outcome.h"
#include "cli/rights.h"
#include "system/unfinished_file.h"
#include "testing/account.h"
#include "testing/client.h"
#include "testing/database.h"
#include "testing/paths.h"

namespace taskdock::testing {

namespace {

namespace fs = std::filesystem;

/// A data directory with a user's tasks, and a place for backups.
struct Data {
  const TemporaryDirectory temporary;
  const fs::path data = temporary.path() / "data";
  const fs::path copy = temporary.path() / "copy.db";

  explicit Data(int tasks = 1) {
    ServerProcess server(data);
    Client client(server.port());
    client.sign_up();
    for (int i = 0; i < tasks; ++i) client.create_task("task " + std::to_string(i));
  }

  Process::Strings arguments(Process::Strings more) const {
    more.insert(more.begin(), {"backup", "--data", data.string()});
    return more;
  }
  Finished backup(const Process::Strings& more) const { return run(arguments(more)); }

  /// How many tasks are in the database `file`, which must be whole.
  static int tasks_in(const fs::path& file) {
    SQLite::Database database = open_database(file, SQLite::OPEN_READONLY);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
    return database.execAndGet("SELECT count(*) FROM tasks").getInt();
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(temporary.path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }
};

/// The shell that runs taskdock in the working directory `place`.
std::string in(const fs::path& place, const std::string& command) {
  return "cd '" + place.string() + "' && exec \"$TASKDOCK\" " + command;
}

}  // namespace

TEST_CASE_FIXTURE(Data,
                  "cli/backup: beside a running server a copy is made of all that it has "
                  "acknowledged, for its owner alone, and its name is printed") {
  ServerProcess server(data);
  Client client(server.port());
  log_in(client);
  client.create_task("new");
  const Finished finished = backup({copy.string()});
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK(finished.output == copy.string() + '\n');
  CHECK(finished.errors.empty());
  CHECK(tasks_in(copy) == 2);
  CHECK(mode_of(copy) == 0600);
  CHECK(files().size() == 2);
  client.create_task("newer");
  CHECK(client.get("/health").status == 200);
}

TEST_CASE_FIXTURE(Data, "cli/backup: without a server it works as well, and changes nothing") {
  const std::string before = content_of(data / "taskdock.db");
  CHECK(backup({copy.string(), "--verify"}).status == 0);
  CHECK(tasks_in(copy) == 1);
  CHECK(content_of(data / "taskdock.db") == before);
  CHECK_FALSE(fs::exists(data / "taskdock.db-wal"));
}

TEST_CASE_FIXTURE(Data,
                  "cli/backup: without a name the copy is called after the moment, in the working "
                  "directory, and what a killed one left there is removed") {
  const std::string left = "taskdock-2026-08-08T10-30-00Z.db.unfinished-0123456789abcdef";
  write_file(temporary.path() / left, "half");
  fs::permissions(temporary.path() / left, fs::perms::owner_read | fs::perms::owner_write);
  write_file(temporary.path() / "other.db.new", "not ours");
  const Finished finished =
      run_shell(in(temporary.path(), "backup --data '" + data.string() + "'"));
  CAPTURE(finished.errors);
  REQUIRE(finished.status == 0);
  const std::string name = finished.output.substr(0, finished.output.size() - 1);
  CHECK(cli::time_of_backup(cli::made_by_command, name));
  CHECK(tasks_in(temporary.path() / name) == 1);
  CHECK_FALSE(fs::exists(temporary.path() / left));
  CHECK(fs::exists(temporary.path() / "other.db.new"));
}

TEST_CASE_FIXTURE(Data, "cli/backup: - is standard output, unless that is a terminal") {
  const std::string command = "backup - --data '" + data.string() + "'";
  CHECK(run_shell(in(temporary.path(), command + " > copy.db")).status == 0);
  CHECK(tasks_in(copy) == 1);
  const Finished shown = run_shell("exec script -qec '\"$TASKDOCK\" " + command + "' /dev/null");
  CHECK(shown.status == 2);
  CHECK(contains(shown.output, "standard output is a terminal"));
  const Finished unread = run_shell("{ \"$TASKDOCK\" " + command + "; echo $? >&2; } | exec true");
  CHECK(unread.errors.ends_with("1\n"));
}

TEST_CASE_FIXTURE(Data, "cli/backup: a terminal shows how far it is, and then no longer") {
  const Finished finished = run_shell("exec script -qec '\"$TASKDOCK\" backup " + copy.string() +
                                      " --data " + data.string() + "' /dev/null");
  CHECK(finished.status == 0);
  CHECK(contains(finished.output, "backing up"));
  CHECK(contains(finished.output, "%"));
  CHECK(contains(finished.output, "\r\x1b[K" + copy.string()));
}

TEST_CASE_FIXTURE(Data, "cli/backup: what exists is replaced with --force only") {
  write_file(copy.string() + ".new", "of the user");
  write_file(copy, "precious");
  check_refused(backup({copy.string()}), 1, "--force");
  CHECK(content_of(copy) == "precious");
  CHECK(backup({copy.string(), "--force"}).status == 0);
  CHECK(tasks_in(copy) == 1);
  CHECK(content_of(copy.string() + ".new") == "of the user");
}

TEST_CASE_FIXTURE(Data,
                  "cli/backup: where it cannot be written it says why, and leaves everything") {
  const std::string before = content_of(data / "taskdock.db");
  check_refused(backup({temporary.path().string()}), 2, "is a directory");
  check_refused(backup({"/dev/null", "--force"}), 2, "no regular file");
  check_refused(backup({(temporary.path() / "none" / "copy.db").string()}), 1,
                "No such file or directory");
  for (const char* own : {"taskdock.db", "taskdock.db-wal", "taskdock.db-journal", "secret.key",
                          "taskdock.lock", "taskdock.db.restoring"}) {
    check_refused(backup({(data / own).string(), "--force"}), 2, "belongs to a data directory");
  }
  fs::create_hard_link(data / "secret.key", copy);
  check_refused(backup({copy.string(), "--force"}), 2, "belongs to a data directory");
  fs::remove(copy);
  write_file(copy.string() + "-wal", "of another");
  check_refused(backup({copy.string()}), 1, "-wal exists");
  CHECK(content_of(data / "taskdock.db") == before);
  check_refused(run({"backup", copy.string(), "--data", (temporary.path() / "no").string()}), 5,
                "no database");
}

TEST_CASE_FIXTURE(Data,
                  "cli/backup: the files of another data directory are not replaced either, nor by "
                  "an export or a log") {
  const fs::path other = temporary.path() / "other";
  make_data(other);
  const std::string before = content_of(other / "taskdock.db");
  const std::string place = data.string();
  for (const char* own : {"taskdock.db", "taskdock.db-wal", "taskdock.db-journal", "secret.key"}) {
    const std::string file = (other / own).string();
    check_refused(backup({file, "--force"}), 2, "belongs to a data directory");
    check_refused(run({"export", file, "--force", "--data", place}), 2,
                  "belongs to a data directory");
    check_refused(run({"--port", "0", "--data", place, "--log-file", file}), 2,
                  "belongs to another data directory");
  }
  check_refused(run({"export", (data / "taskdock.db-journal").string(), "--data", place}), 2,
                "belongs to a data directory");
  // One that has lost its database still has its lock.
  fs::remove(other / "taskdock.db");
  check_refused(backup({(other / "taskdock.db").string()}), 2, "belongs to a data directory");
  CHECK(backup({(other / "copy.db").string()}).status == 0);
  CHECK(backup({(temporary.path() / "taskdock.db").string()}).status == 0);
}

TEST_CASE_FIXTURE(Data, "cli/backup: where its name cannot be printed, the error says it") {
  const Finished finished =
      run_shell(in(temporary.path(), "backup copy.db --data '" + data.string() + "' > /dev/full"));
  CHECK(finished.status == 1);
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, "it is done (copy.db), but standard output"));
  CHECK(tasks_in(copy) == 1);
}

TEST_CASE_FIXTURE(Data,
                  "cli/backup: the recipe of the README replaces a copy by a whole one only") {
  const std::string readme = content_of(source_directory() / "README.md");
  const std::string beginning = "taskdock backup --data DIR - | ssh backup@other.example '";
  const std::size_t start = readme.find(beginning);
  REQUIRE(start != std::string::npos);
  const std::size_t remote = start + beginning.size();
  const std::string far = readme.substr(remote, readme.find('\'', remote) - remote);
  const auto receive = [&](const std::string& source) {
    return run_shell("cd '" + temporary.path().string() +
                     "'; taskdock() { \"$TASKDOCK\" \"$@\"; }; " + source + " | { " + far + "; }");
  };
  const std::string make = "taskdock backup - --data '" + data.string() + "'";
  REQUIRE(receive(make).status == 0);
  const fs::path there = temporary.path() / "copy.db";
  const std::string whole = content_of(there);
  CHECK(tasks_in(there) == 1);
  CHECK(receive("true").status != 0);
  CHECK(receive(make + " | head -c 30000").status != 0);
  CHECK(content_of(there) == whole);
}

TEST_CASE_FIXTURE(Data, "cli/backup: on a full disk it says so, and leaves nothing") {
  // 50 KiB, in units of 512 bytes.
  const Finished finished = run_shell("ulimit -f 100; " + in(temporary.path(),
                                                             "backup copy.db "
                                                             "--data '" +
                                                                 data.string() + "'"));
  CAPTURE(finished.errors);
  CHECK(finished.status == 1);
  CHECK(contains(finished.errors, "copy.db cannot be written: File too large"));
  CHECK(files().size() == 1);
}

TEST_CASE_FIXTURE(Data,
                  "cli/backup: where it has no right to write it says so, and leaves nothing") {
  REQUIRE(::chmod(temporary.path().c_str(), 0755) == 0);
  const fs::path shut = temporary.path() / "shut";
  fs::create_directory(shut);
  REQUIRE(::chmod(shut.c_str(), 0555) == 0);
  if (::geteuid() == 0) {
    for (const auto& entry : fs::directory_iterator(data)) {
      REQUIRE(::chown(entry.path().c_str(), 65534, 65534) == 0);
    }
    REQUIRE(::chown(data.c_str(), 65534, 65534) == 0);
  }
  const fs::path to = shut / "copy.db";
  check_refused(run_without_rights(temporary.path(), arguments({to.string()})), 1,
                "the backup is not made: " + to.string() + " cannot be written: Permission denied");
  CHECK(fs::is_empty(shut));
}

TEST_CASE_FIXTURE(Data, "cli/backup: on a disk that can only be read it says so") {
  if (!may_mount()) return;
  const fs::path disk = temporary.path() / "disk";
  fs::create_directory(disk);
  const fs::path to = disk / "copy.db";
  check_refused(
      run_with_read_only(disk, arguments({to.string()})), 1,
      "the backup is not made: " + to.string() + " cannot be written: Read-only file system");
  check_refused(run_with_read_only(data, arguments({copy.string()})), 1,
                "cannot be written to: Read-only file system; what is in it can be used "
                "elsewhere: taskdock restore " +
                    (data / "taskdock.db").string());
  CHECK_FALSE(fs::exists(copy));
}

TEST_CASE_FIXTURE(Data, "cli/backup: while it copies it has a low priority") {
  open_database(data / "taskdock.db")
      .exec("CREATE TABLE filler (x); INSERT INTO filler VALUES (randomblob(1000000))");
  // It waits for the reader of the pipe, who looks at its niceness meanwhile (proc(5), stat).
  const Finished finished =
      run_shell("cd '" + temporary.path().string() +
                "' && mkfifo pipe && { \"$TASKDOCK\" backup - --data '" + data.string() +
                "' > pipe & } && { head -c 1000 >/dev/null; cut -d ' ' -f 19 /proc/$!/stat; cat "
                ">/dev/null; } "
                "< pipe && wait $!");
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK(finished.output == "10\n");
}

TEST_CASE_FIXTURE(Data,
                  "cli/backup: an interrupted one leaves nothing, a killed one not for long") {
  {
    SQLite::Database database = open_database(data / "taskdock.db");
    // Long enough to be interrupted.
    database.exec("CREATE TABLE filler (x); INSERT INTO filler VALUES (randomblob(50000000))");
  }
  ::signal(SIGHUP, SIG_DFL);  // the tests may run under nohup
  const auto is_left = [&] {
    const fs::directory_iterator entries(temporary.path());
    return std::any_of(begin(entries), end(entries), [](const fs::directory_entry& entry) {
      return system::finished_path(entry.path()).has_value();
    });
  };
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGKILL}) {
    CAPTURE(signal);
    bool is_interrupted = false;
    for (int tries = 0; tries < 100 && !is_interrupted; ++tries) {
      Process process(arguments({copy.string(), "--force"}));
      while (!is_left() && process.errors().empty() && !fs::exists(copy)) {
      }
      process.signal(signal);
      const Finished finished = process.wait();
      is_interrupted = finished.status != 0;
      if (!is_interrupted) fs::remove(copy);
      if (signal != SIGKILL) CHECK_FALSE(is_left());
    }
    CHECK(is_interrupted);
    CHECK_FALSE(fs::exists(copy));
  }
  CHECK(backup({copy.string()}).status == 0);
  CHECK_FALSE(is_left());
}

TEST_CASE("cli/backup: only names that were made with the word are backups of that kind") {
  using namespace cli;
  const support::Timestamp moment{std::chrono::microseconds(1'786'185'000'500'000)};
  CHECK(backup_name(made_by_command, moment) == "taskdock-2026-08-08T10-30-00Z.db");
  CHECK(time_of_backup(made_by_command, "taskdock-2026-08-08T10-30-00Z.db") ==
        std::chrono::floor<std::chrono::seconds>(moment));
  CHECK(time_of_backup(made_by_server, backup_name(made_by_server, moment)));
  CHECK_FALSE(time_of_backup(made_by_command, backup_name(made_by_server, moment)));
  for (const char* name :
       {"taskdock-schema-7.db", "taskdock-2026-08-08T10-30-00Z.db.unfinished-0123456789abcdef",
        "taskdock.db", "", "taskdock-2026-08-08T10:30:00Z.db", "taskdock-2026-13-08T10-30-00Z.db",
        "taskdock-2026-08-08T10-30-00z.db", "my-2026-08-08T10-30-00Z.db"}) {
    CAPTURE(name);
    CHECK_FALSE(time_of_backup(made_by_command, name));
  }
}

}  // namespace taskdock::testing
