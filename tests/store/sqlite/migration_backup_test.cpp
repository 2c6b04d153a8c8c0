#include "store/sqlite/migration_backup.h"

#include <doctest/doctest.h>

#include <array>
#include <iterator>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"
#include "testing/database.h"

namespace taskdock::store::sqlite {

namespace {

using std::filesystem::perms;

constexpr std::array<Migration, 1> one_step = {{{2, "ALTER TABLE pets ADD COLUMN kind TEXT"}}};
constexpr Schema pets_1 = {"CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT)", {}};
constexpr Schema pets_2 = {"CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT, kind TEXT)",
                           one_step};

/// A database of an older version with a row in it, open as a server that ended has left it: with
/// changes that are only in its log.
struct OldDatabase : Workshop {
  SQLite::Database database = testing::open_database(file);
  std::filesystem::path backups = directory.path() / "backups";
  std::filesystem::path backup = backups / "taskdock-schema-1.db";

  OldDatabase() {
    migrate(database, pets_1);
    database.exec("PRAGMA journal_mode = WAL; INSERT INTO pets VALUES (1, 'Mia')");
  }

  /// Whether nothing is beside the backup.
  bool is_alone() const {
    const std::filesystem::directory_iterator entries(backups);
    return std::distance(begin(entries), end(entries)) == 1 && std::filesystem::exists(backup);
  }

  int version() { return database.execAndGet("PRAGMA user_version").getInt(); }
};

perms mode_of(const std::filesystem::path& path) {
  return std::filesystem::status(path).permissions();
}

}  // namespace

TEST_CASE_FIXTURE(OldDatabase,
                  "store/sqlite/migration_backup: a migration leaves the database as it was before "
                  "it in backups, for its owner alone") {
  migrate(database, pets_2);
  CHECK(version() == 2);

  CHECK(mode_of(backups) == perms::owner_all);
  CHECK(mode_of(backup) == (perms::owner_read | perms::owner_write));
  SQLite::Database kept = testing::open_database(backup, SQLite::OPEN_READONLY);
  CHECK(kept.execAndGet("PRAGMA user_version").getInt() == 1);
  CHECK(kept.execAndGet("PRAGMA application_id").getInt() == 0x5461736b);
  CHECK(kept.execAndGet("SELECT name FROM pets").getString() == "Mia");
  CHECK(is_alone());
}

TEST_CASE_FIXTURE(OldDatabase,
                  "store/sqlite/migration_backup: what an interrupted or an earlier migration has "
                  "left is replaced") {
  std::filesystem::create_directory(backups);
  std::ofstream(backup) << "earlier";
  const std::string left = backup.string() + ".unfinished-0123456789abcdef";
  std::ofstream(left) << "interrupted";
  std::filesystem::permissions(left, perms::owner_read | perms::owner_write);
  migrate(database, pets_2);
  CHECK(testing::open_database(backup, SQLite::OPEN_READONLY)
            .execAndGet("SELECT name FROM pets")
            .getString() == "Mia");
  CHECK(is_alone());
}

TEST_CASE_FIXTURE(OldDatabase,
                  "store/sqlite/migration_backup: without a backup there is no migration") {
  std::ofstream(backups) << "no directory";
  CHECK_THROWS_AS(migrate(database, pets_2), Unavailable);
  CHECK(version() == 1);
  CHECK(database.execAndGet("SELECT name FROM pets").getString() == "Mia");

  std::filesystem::remove(backups);
  migrate(database, pets_2);
  CHECK(version() == 2);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/migration_backup: a new database, and one of this version, need "
                  "none") {
  SQLite::Database database = testing::open_database(file);
  migrate(database, pets_2);
  migrate(database, pets_2);
  CHECK_FALSE(std::filesystem::exists(directory.path() / "backups"));
}

}  // namespace taskdock::store::sqlite
