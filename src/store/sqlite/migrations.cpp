#include "store/sqlite/migrations.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "store/errors.h"
#include "store/sqlite/database_copy.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/functions.h"
#include "store/sqlite/migration_backup.h"
#include "store/sqlite/schema_objects.h"
#include "system/file_status.h"

namespace taskdock::store::sqlite {

namespace {

// Marks the file as ours (sqlite.org/pragma.html#pragma_application_id): "Task".
constexpr int our_application_id = 0x5461736b;

int pragma(SQLite::Database& database, const char* sql) {
  return database.execAndGet(sql).getInt();
}

/// Throws Unusable if the end of the database's file is missing, or there is more than it has. With
/// a log that is not empty that cannot be told: the pages may be there.
void check_size(SQLite::Database& database) {
  const std::filesystem::path file = sqlite3_db_filename(database.getHandle(), "main");
  // In one transaction, so that what others write meanwhile is in the log.
  std::optional<SQLite::Transaction> reading;
  if (sqlite3_get_autocommit(database.getHandle()) != 0) reading.emplace(database);
  const std::uint64_t expected = size_of(database);
  const auto actual = system::file_status(file);
  const auto log = system::file_status(file.string() + "-wal");
  if (!actual || actual->bytes == expected || (log && log->bytes > 0)) return;
  if (expected == 0 && actual->bytes <= 1) return;  // SQLite takes one byte for an empty file
  throw Unusable("this database has " + std::to_string(actual->bytes) +
                 " bytes where it should have " + std::to_string(expected) +
                 ", as if only a part of it had been copied; restore it from a backup");
}

/// Throws Unusable unless the database is empty or ours and not newer than `newest`; returns its
/// version, 0 for an empty one. Only reads.
int check_version(SQLite::Database& database, int newest) {
  const int version = pragma(database, "PRAGMA user_version");
  const int application_id = pragma(database, "PRAGMA application_id");
  const bool empty = pragma(database, "SELECT count(*) FROM sqlite_schema") == 0;
  if (version == 0 && application_id == 0 && empty) return 0;
  if (application_id != our_application_id) {
    throw Unusable("this is the database of another program; name another one");
  }
  if (version < 1) {
    throw Unusable("this database has version " + std::to_string(version) +
                   ", which no taskdock has ever made; restore it from a backup");
  }
  if (version > newest) {
    throw NewerDatabase("this database has version " + std::to_string(version) +
                        ", which is newer than this executable knows (" + std::to_string(newest) +
                        "); use a newer taskdock");
  }
  return version;
}

/// Brings the database from one version to another in one transaction; does nothing if another
/// process has already done it.
void apply(SQLite::Database& database, const char* sql, int from_version, int to_version) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  if (pragma(database, "PRAGMA user_version") != from_version) return;
  database.exec(sql);
  database.exec("PRAGMA user_version = " + std::to_string(to_version));
  database.exec("PRAGMA application_id = " + std::to_string(our_application_id));
  SQLite::Statement broken_references(database, "PRAGMA foreign_key_check");
  if (broken_references.executeStep()) {
    throw Unusable("a row of " + broken_references.getColumn(0).getString() + " refers to one of " +
                   broken_references.getColumn(2).getString() +
                   " that is not there, so the database cannot be brought to version " +
                   std::to_string(to_version) + "; restore it from a backup");
  }
  transaction.commit();
}

/// While this exists, foreign keys are not enforced, so that a table to which others refer can be
/// dropped and rebuilt (sqlite.org/lang_altertable.html, 7), and temporary data is kept in files,
/// since what a migration sorts can be as large as the database.
class MigrationSettings {
 public:
  explicit MigrationSettings(SQLite::Database& database) : database_(database) {
    database_.exec("PRAGMA foreign_keys = OFF; PRAGMA temp_store = FILE");
  }
  MigrationSettings(const MigrationSettings&) = delete;
  MigrationSettings& operator=(const MigrationSettings&) = delete;
  ~MigrationSettings() { database_.tryExec(usual); }

  /// Makes the usual settings again, and makes sure of it. Throws Unavailable if foreign keys stay
  /// off: SQLite ignores the PRAGMA inside a transaction
  /// (sqlite.org/pragma.html#pragma_foreign_keys).
  void end() {
    database_.exec(usual);
    if (pragma(database_, "PRAGMA foreign_keys") == 1) return;
    throw Unavailable("foreign keys cannot be turned on again after the migration; start again");
  }

 private:
  static constexpr const char* usual = "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY";

  SQLite::Database& database_;
};

/// Throws Unusable: the schema of `database`, of version `version`, is another one. `reason` is
/// what SQLite says about a step.
[[noreturn]] void refuse_schema(int version, const std::string& reason) {
  throw Unusable("its schema is not that of version " + std::to_string(version) +
                 ", which it says it has (" + reason + "); restore it from a backup");
}

}  // namespace

int find_version(SQLite::Database& database, const Schema& schema) {
  try {
    const int version = check_version(database, schema.version());
    check_size(database);
    return version;
  } catch (const SQLite::Exception& error) {
    if (is_transient(error, database)) throw;
    if (error.getErrorCode() == SQLITE_NOTADB) {
      throw Unusable("this file is not a database; move it away, or name another one");
    }
    throw Unusable(std::string("this database is damaged (") + error.getErrorStr() +
                   "); restore it from a backup");
  }
}

void migrate(SQLite::Database& database, const Schema& schema, MayMigrate may_migrate) {
  const int found = find_version(database, schema);
  if (found == schema.version()) return;
  if (may_migrate == MayMigrate::no) {
    throw Unusable(
        "this database has version " + std::to_string(found) + ", and this executable works with " +
        std::to_string(schema.version()) +
        "; stop the server first, or use the taskdock that is running; if the server has "
        "just been started, try again when it is ready");
  }
  add_functions(database);
  MigrationSettings settings(database);
  if (found == 0) {
    apply(database, schema.sql, 0, schema.version());
  } else {
    if (may_migrate == MayMigrate::with_backup) back_up_before_migration(database, found);
    int version = found;
    for (const Migration& migration : schema.migrations) {
      if (migration.to_version <= version) continue;
      try {
        apply(database, migration.sql, version, migration.to_version);
      } catch (const SQLite::Exception& error) {
        // What SQLite does not understand, such as a table that it should make and that is there.
        if (error.getErrorCode() != SQLITE_ERROR) throw;
        refuse_schema(version, error.getErrorStr());
      }
      version = migration.to_version;
    }
  }
  settings.end();
  find_version(database, schema);  // another process, perhaps a newer version, may have migrated it
}

void check_older_schema(SQLite::Database& database, int version) {
  const Schema schema = current_schema();
  SQLite::Database empty(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  // A virtual table makes others itself, so it comes first.
  SQLite::Statement objects(database,
                            "SELECT name, sql FROM sqlite_schema"
                            " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                            " ORDER BY type <> 'table', sql NOT LIKE 'CREATE VIRTUAL %', rowid");
  try {
    SQLite::Statement is_there(empty, "SELECT 1 FROM sqlite_schema WHERE name = ?");
    while (objects.executeStep()) {
      is_there.reset();
      is_there.bind(1, objects.getColumn(0).getString());
      if (!is_there.executeStep()) empty.exec(objects.getColumn(1).getString());
    }
    is_there.reset();
    empty.exec("PRAGMA application_id = " + std::to_string(our_application_id) +
               "; PRAGMA user_version = " + std::to_string(version));
    migrate(empty, schema, MayMigrate::without_backup);
  } catch (const SQLite::Exception& error) {
    refuse_schema(version, error.getErrorStr());
  }
  if (const std::string difference = find_schema_difference(empty); !difference.empty()) {
    refuse_schema(version, difference);
  }
}

}  // namespace taskdock::store::sqlite
