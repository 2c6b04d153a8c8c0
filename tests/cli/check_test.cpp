#include <doctest/doctest.h>

#include "cli/outcome.h"
#include "cli/rights.h"
#include "testing/client.h"
#include "testing/database.h"

namespace taskdock::testing {

namespace {

/// A data directory with a user and a task, and a place for files.
struct Checkable {
  const TemporaryDirectory temporary;
  const std::filesystem::path data = temporary.path() / "data";

  Checkable() {
    ServerProcess server(data);
    Client client(server.port());
    client.sign_up();
    client.create_task("one");
  }

  Finished check(const Process::Strings& more = {}) const {
    Process::Strings arguments = {"check", "--data", data.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  void spoil() const {
    open_database(data / "taskdock.db").exec("UPDATE task_totals SET total = 5");
  }
};

constexpr const char* finding = "ann@example.com: the kept number of tasks is 5, and there are 1\n";

}  // namespace

TEST_CASE_FIXTURE(
    Checkable, "cli/check: where nothing is wrong it says so with status 0, also beside a server") {
  const ServerProcess server(data);
  const Finished finished = check();
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK(finished.output.starts_with("no fault found: schema version "));
  CHECK(finished.output.ends_with(", users 1, tasks 1\n"));
}

TEST_CASE_FIXTURE(Checkable,
                  "cli/check: each fault is a line, and the status 5 until it is mended") {
  spoil();
  const Finished found = check();
  CHECK(found.status == 5);
  CHECK(found.output == finding);
  CHECK(is_one_complaint(found.errors));
  CHECK(contains(found.errors, "check --repair"));
  const Finished mended = check({"--repair"});
  CHECK(mended.status == 0);
  CHECK(mended.output.starts_with(std::string("mended: ") + finding + "no fault found"));
  CHECK(check().status == 0);
}

TEST_CASE_FIXTURE(Checkable, "cli/check: nothing is mended beside a server, and not in a copy") {
  spoil();
  const auto copy = temporary.path() / "copy.db";
  REQUIRE(run({"backup", copy.string(), "--data", data.string()}).status == 0);
  {
    const ServerProcess server(data);
    check_refused(check({"--repair"}), 3, "stop the other first");
  }
  check_refused(check({copy.string(), "--repair"}), 2, "restore FILE first");
  const Finished found = check({copy.string()});
  CHECK(found.status == 5);
  CHECK(found.output == finding);
  CHECK(contains(found.errors, "--repair can mend what is derived, once the copy is restored"));
}

TEST_CASE_FIXTURE(Checkable,
                  "cli/check: what cannot be mended is not said to be, and a backup is named") {
  spoil();
  open_database(data / "taskdock.db").exec("DROP INDEX tasks_by_title");
  const Finished found = check();
  CHECK(found.status == 5);
  CHECK(contains(found.output, "index tasks_by_title is missing"));
  CHECK_FALSE(contains(found.errors, "--repair"));
  CHECK(contains(found.errors, "taskdock restore"));
}

TEST_CASE_FIXTURE(Checkable, "cli/check: files that others can use are found") {
  using std::filesystem::perms;
  std::filesystem::permissions(data / "secret.key", perms::group_read,
                               std::filesystem::perm_options::add);
  const auto copy = data / "backups" / "mine.db";
  std::filesystem::create_directory(data / "backups");
  std::filesystem::permissions(data / "backups", perms::owner_all);
  write_file(copy, "open");
  std::filesystem::permissions(copy, perms::owner_read | perms::others_read);
  const Finished found = check();
  CHECK(found.status == 5);
  CHECK(count_lines(found.output) == 2);
  CHECK(contains(found.errors, "faults found: 2"));
  CHECK_FALSE(contains(found.errors, "--repair"));
  CHECK_FALSE(contains(found.errors, "restore"));
  CHECK(contains(found.output, "secret.key: other users can use it (mode 0640)"));
  CHECK(contains(found.output, copy.string() + ": other users can use it (mode 0404)"));
}

TEST_CASE_FIXTURE(Checkable, "cli/check: what is no database has status 5, and is named") {
  check_refused(check({temporary.path().string()}), 5, "this is a directory, not a database");
  const auto file = temporary.path() / "other";
  check_refused(check({file.string()}), 5, file.string() + ": there is no database");
  write_file(file, std::string(5000, 'x'));
  check_refused(check({file.string()}), 5, file.string() + ": this file is not a database");
  check_refused(run({"check", "--data", temporary.path().string()}), 5, "no database");
}

TEST_CASE_FIXTURE(Checkable, "cli/check: a copy that it may not read, or not reach, is named") {
  REQUIRE(::chmod(temporary.path().c_str(), 0755) == 0);
  const auto shut = temporary.path() / "shut";
  std::filesystem::create_directory(shut);
  const auto copy = shut / "copy.db";
  REQUIRE(run({"backup", copy.string(), "--data", data.string()}).status == 0);
  const std::string complaint = copy.string() + ": it cannot be read: Permission denied";
  REQUIRE(::chmod(copy.c_str(), 0) == 0);
  REQUIRE(::chmod(shut.c_str(), 0755) == 0);
  check_refused(run_without_rights(temporary.path(), {"check", copy.string()}), 5, complaint);
  REQUIRE(::chmod(shut.c_str(), 0) == 0);
  check_refused(run_without_rights(temporary.path(), {"check", copy.string()}), 5, complaint);
  REQUIRE(::chmod(shut.c_str(), 0700) == 0);
}

TEST_CASE_FIXTURE(Checkable,
                  "cli/check: on a disk that can only be read a copy is checked, and a "
                  "data directory is told how it can be used") {
  if (!may_mount()) return;
  const auto copy = temporary.path() / "copy.db";
  REQUIRE(run({"backup", copy.string(), "--data", data.string()}).status == 0);
  const Finished finished = run_with_read_only(temporary.path(), {"check", copy.string()});
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK(finished.output.starts_with("no fault found"));
  check_refused(run_with_read_only(temporary.path(), {"check", "--data", data.string()}), 1,
                "cannot be written to: Read-only file system; what is in it can be used elsewhere");
}

}  // namespace taskdock::testing
