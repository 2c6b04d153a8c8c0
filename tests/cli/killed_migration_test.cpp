// A server that is killed while it brings an older database up to date.

#include <doctest/doctest.h>
#include <signal.h>

#include "cli/outcome.h"
#include "testing/account.h"
#include "testing/database.h"
#include "testing/old_database.h"

namespace taskdock::testing {

namespace {

using nlohmann::json;

// A sanitizer makes everything ten times slower.
constexpr int scale = memory_is_real ? 1 : 10;

// The next one is made by copying all tasks, and those after it by changing settings alone.
constexpr int last_with_other_objects = store::first_version_with_these_objects - 1;

constexpr const char* further_columns =
    ", id, title, description, is_completed, created_at, updated_at";

int number_in(SQLite::Database& database, const std::string& sql) {
  return database.execAndGet(sql).getInt();
}

/// Everything the schema consists of, without white space.
std::string schema_in(SQLite::Database& database) {
  std::string schema;
  SQLite::Statement all(database,
                        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
                        " ORDER BY 1");
  while (all.executeStep()) schema += all.getColumn(0).getString() + '\n';
  std::erase_if(schema, [](char c) { return c == ' ' || c == '\n'; });
  return schema;
}

/// The newest schema version, and the schema itself, from a server that has just begun.
struct Newest {
  Newest() {
    const TemporaryDirectory directory;
    { const ServerProcess server(directory.path()); }
    SQLite::Database database = open_database(directory.path() / "taskdock.db");
    version = number_in(database, "PRAGMA user_version");
    schema = schema_in(database);
  }

  int version = 0;
  std::string schema;
};

/// A database with a user and many tasks, as an older version left it.
struct OldDatabase {
  OldDatabase(int its_version, int its_count) : version(its_version), count(its_count) {
    make_old_database(file, version, count);
    SQLite::Database database = open_database(file);
    schema = schema_in(database);
  }

  const int version;
  const int count;
  TemporaryDirectory directory;
  const std::filesystem::path file = directory.path() / "old.db";
  std::string schema;
};

/// A data directory whose database begins as a copy of `old`.
struct Migrating {
  explicit Migrating(const OldDatabase& its_old) : old(its_old) {
    std::filesystem::copy_file(old.file, file);
  }

  /// How much its files have grown to, in bytes.
  std::uintmax_t size() const {
    std::uintmax_t size = 0;
    std::error_code gone;  // a file may be renamed or removed meanwhile
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(directory.path(), gone)) {
      const std::uintmax_t of_file = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
      if (!gone) size += of_file;
    }
    return size;
  }

  /// Runs a server until its files have grown to `limit` or it serves, and kills it. Returns the
  /// greatest size that was seen.
  std::uintmax_t run_and_kill(std::uintmax_t limit) const {
    Process process({"--port", "0", "--data", directory.path().string()});
    std::uintmax_t greatest = 0;
    std::atomic<bool> serves = false;
    std::thread waits([&] {
      process.first_line();
      serves = true;
    });
    while (greatest < limit && !serves) {
      greatest = std::max(greatest, size());
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    process.signal(SIGKILL);
    waits.join();
    CHECK(process.wait().status == -SIGKILL);
    return greatest;
  }

  /// CHECKs that the database has every task as it was; returns its version.
  int check_tasks() const {
    SQLite::Database database = open_database(file);
    const int version = number_in(database, "PRAGMA user_version");
    CHECK(version >= old.version);
    const bool is_old_schema = schema_in(database) == old.schema;
    CHECK(is_old_schema ==
          (version == old.version || old.version >= store::first_version_with_these_objects));
    CHECK(number_in(database, "SELECT count(*) FROM tasks") == old.count);
    CHECK(number_in(database, "SELECT total FROM task_totals") == old.count);
    CHECK(number_in(database, "SELECT completed FROM task_totals") == old.count / 3);
    database.exec("ATTACH '" + old.file.string() + "' AS old");
    const std::string columns =
        std::string(further_columns) +
        (old.version >= 5 ? ", completed_at, due_date, remind_at, priority" : "");
    const auto owner_in = [](const std::string& place, int its_version) {
      return its_version < 11 ? std::string("user_id")
                              : "(SELECT id FROM " + place + ".users WHERE number = owner)";
    };
    CHECK(number_in(database, "SELECT count(*) FROM (SELECT " + owner_in("old", old.version) +
                                  columns + " FROM old.tasks EXCEPT SELECT " +
                                  owner_in("main", version) + columns + " FROM main.tasks)") == 0);
    return version;
  }

  /// CHECKs that a server takes it from there, and finds everything.
  void check_served(const Newest& newest) const {
    const std::string data = directory.path().string();
    CHECK(run_with_input(account_password + '\n',
                         {"user", "passwd", "ann@example.com", "--data", data})
              .status == 0);
    {
      ServerProcess server(directory.path());
      Client client(server.port());
      log_in(client);
      const json page = client.get("/api/tasks?limit=2").json();
      CHECK(page["total"] == old.count);
      CHECK(page["tasks"][0]["title"] == "Käse Nr. " + std::to_string(old.count));
      CHECK(client.get("/api/tasks?limit=1&completed=true").json()["total"] == old.count / 3);
      const json by_title = client.get("/api/tasks?sort=title&limit=2").json();
      CHECK(by_title["tasks"][0]["title"] == "Käse Nr. 1");
      CHECK(by_title["tasks"][1]["title"] == "Käse Nr. 10");
      // By its words, without regard to the diacritics.
      const std::string last = std::to_string(old.count);
      const json found = client.get("/api/tasks?q=kase+" + last).json();
      CHECK(found["total"] == 1);
      CHECK(found["tasks"][0]["id"] == page["tasks"][0]["id"]);
      const json added = client.create_task("x");
      CHECK(added["revision"] == old.count + 1);
      CHECK(client.call("DELETE", "/api/tasks/" + added["id"].get<std::string>()).status == 204);
      CHECK(server.stop().status == 0);
    }
    CHECK(check_tasks() == newest.version);
    SQLite::Database database = open_database(file);
    const bool is_newest_schema = schema_in(database) == newest.schema;
    CHECK(is_newest_schema);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  }

  const OldDatabase& old;
  TemporaryDirectory directory;
  const std::filesystem::path file = directory.path() / "taskdock.db";
};

/// Kills servers `kills` times, each later on the way of the migration than the one before.
void check_killed_migrations(const Newest& newest, int version, int count, int kills) {
  CAPTURE(version);
  const OldDatabase old(version, count);
  std::uintmax_t begin = 0;
  std::uintmax_t end = 0;
  {
    const Migrating undisturbed(old);
    begin = undisturbed.size();
    end = undisturbed.run_and_kill(std::numeric_limits<std::uintmax_t>::max());
  }
  REQUIRE(end > begin);
  const Migrating killed(old);
  for (int i = 0; i < kills; ++i) {
    CAPTURE(i);
    killed.run_and_kill(begin + (end - begin) * static_cast<std::uintmax_t>(i) /
                                    static_cast<std::uintmax_t>(kills));
    killed.check_tasks();
  }
  killed.check_served(newest);
}

}  // namespace

TEST_CASE(
    "cli/killed_migration: however often a server was killed while it migrated the last version "
    "with other tables, or a later one, its 100,000 tasks are all there") {
  const Newest newest;
  for (int version = last_with_other_objects; version < newest.version; ++version) {
    check_killed_migrations(newest, version, 100'000 / scale, 4);
  }
}

TEST_CASE(
    "cli/killed_migration: however often a server was killed while it migrated an older version, "
    "its 10,000 tasks are all there") {
  const Newest newest;
  for (int version = 1; version < last_with_other_objects; ++version) {
    check_killed_migrations(newest, version, 10'000 / scale, 2);
  }
}

}  // namespace taskdock::testing
