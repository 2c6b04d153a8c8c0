// A server that is asked to stop while it brings an older database up to date.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/outcome.h"
#include "testing/database.h"
#include "testing/paths.h"

namespace taskdock::testing {

namespace {

/// A data directory as an older version left it, with a user and a task.
struct OldDirectory {
  explicit OldDirectory(int version) {
    SQLite::Database database = open();
    const auto sql = content_of(source_directory() / "tests/store/sqlite/schemas" /
                                (std::to_string(version) + ".sql"));
    REQUIRE_FALSE(sql.empty());
    database.exec(sql);
    database.exec("PRAGMA application_id = 1415672683; PRAGMA user_version = " +
                  std::to_string(version));
    database.exec(
        "PRAGMA journal_mode = WAL;"
        "INSERT INTO users VALUES (zeroblob(16), 'ann@example.com', 'Ann', 'hash', 1);"
        "INSERT INTO tasks VALUES (zeroblob(16), zeroblob(16), 'Buy milk', NULL, 1, 2, 3)");
  }

  SQLite::Database open() const { return open_database(directory.path() / "taskdock.db"); }

  Process::Strings serve() const { return {"--port", "0", "--data", directory.path().string()}; }

  /// CHECKs that the database is whole and of `version`, and that a server takes it from there.
  void check_good(int version) const {
    {
      SQLite::Database database = open();
      CHECK(database.execAndGet("PRAGMA user_version").getInt() == version);
      CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
      CHECK(database
                .execAndGet("SELECT count(*) FROM sqlite_schema WHERE name IN"
                            " ('user_total', 'old_tasks')")
                .getInt() == 0);
      CHECK(database.execAndGet("SELECT title FROM tasks").getString() == "Buy milk");
    }
    {
      ServerProcess server(directory.path());
      CHECK(server.stop().status == 0);
    }
    const Finished list = run({"user", "list", "--data", directory.path().string()});
    CHECK(contains(list.output, "ann@example.com"));
    CHECK(open().execAndGet("SELECT title FROM tasks").getString() == "Buy milk");
    CHECK(open().execAndGet("PRAGMA user_version").getInt() > 2);
  }

  TemporaryDirectory directory;
};

/// CHECKs that `process` ends as one that was asked to, without having served.
void check_stopped(Process& process) {
  const Finished finished = process.wait();
  CHECK_MESSAGE(finished.status == 0, finished.errors);
  CHECK(finished.output.empty());
}

}  // namespace

TEST_CASE("cli/migration: a server asked to stop in a long migration ends, and nothing changes") {
  for (const int signal : {SIGTERM, SIGINT}) {
    const OldDirectory old(2);
    SQLite::Database database = old.open();
    database.setBusyTimeout(0);  // a lock is what this waits for
    // Users without end in the place of Ann, so that counting them takes longer than any test.
    database.exec(
        "ALTER TABLE users RENAME TO finite_users;"
        "CREATE VIEW users AS WITH RECURSIVE n (id) AS (VALUES (1) UNION ALL SELECT id FROM n)"
        " SELECT id FROM n");
    Process process(old.serve());
    REQUIRE(becomes_true([&] {
      if (database.tryExec("BEGIN IMMEDIATE") != SQLite::OK) return true;  // it migrates
      database.exec("ROLLBACK");
      return false;
    }));
    process.signal(signal);
    check_stopped(process);
    database.exec("DROP VIEW users; ALTER TABLE finite_users RENAME TO users");
    old.check_good(2);
  }
}

TEST_CASE("cli/migration: a server whose migration waits for another process can be stopped") {
  for (const int version : {1, 2}) {
    CAPTURE(version);
    const OldDirectory old(version);
    SQLite::Database other = old.open();
    other.exec("BEGIN IMMEDIATE");
    Process process(old.serve());
    const auto descriptors = std::filesystem::path("/proc") / std::to_string(process.id()) / "fd";
    REQUIRE(becomes_true([&] {
      if (content_of(old.directory.path() / "taskdock.lock").empty()) return false;
      std::error_code none;
      for (const auto& entry : std::filesystem::directory_iterator(descriptors, none)) {
        const auto file = std::filesystem::read_symlink(entry.path(), none);
        if (file == old.directory.path() / "taskdock.db") return true;
      }
      return false;
    }));
    process.signal(SIGTERM);
    check_stopped(process);
    other.exec("ROLLBACK");
    old.check_good(version);
  }
}

TEST_CASE("cli/migration: what root's command makes in another's directory becomes the other's") {
  if (::geteuid() != 0) {
    MESSAGE("only root can try it");
    return;
  }
  constexpr uid_t owner = 65534;
  const OldDirectory old(2);
  const std::filesystem::path data = old.directory.path();
  REQUIRE(::chown(data.c_str(), owner, owner) == 0);
  REQUIRE(::chown((data / "taskdock.db").c_str(), owner, owner) == 0);
  const auto check_owner = [&] {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
      CAPTURE(entry.path().string());
      struct stat status {};
      REQUIRE(::stat(entry.path().c_str(), &status) == 0);
      CHECK(status.st_uid == owner);
      CHECK(status.st_gid == owner);
    }
  };
  CHECK(run({"user", "list", "--data", data.string()}).status == 0);
  CHECK(std::filesystem::exists(data / "backups" / "taskdock-schema-2.db"));
  check_owner();

  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    std::filesystem::remove_all(entry.path());
  }
  CHECK(
      run_with_input("correct horse\n", {"user", "add", "ann@example.com", "--data", data.string()})
          .status == 0);
  CHECK(std::filesystem::exists(data / "taskdock.db"));
  check_owner();
}

}  // namespace taskdock::testing
