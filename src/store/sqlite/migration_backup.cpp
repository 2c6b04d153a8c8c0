#include "store/sqlite/migration_backup.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "store/errors.h"
#include "support/log.h"
#include "system/durable_file.h"

namespace taskdock::store::sqlite {

namespace {

using std::filesystem::perms;

/// Throws Unusable if the copy in `file` is not a whole database.
void check_copy(const std::filesystem::path& file) {
  SQLite::Database copy(file.string(), SQLite::OPEN_READONLY);
  const std::string finding = copy.execAndGet("PRAGMA integrity_check(1)").getString();
  if (finding != "ok") {
    throw Unusable("this database is damaged (" + finding +
                   "), so it is not brought to another version; restore it from a backup");
  }
}

/// VACUUM INTO reads the database in one transaction and writes all of it anew
/// (sqlite.org/lang_vacuum.html).
void copy_into(SQLite::Database& database, const std::filesystem::path& file) {
  SQLite::Statement copy(database, "VACUUM INTO ?");
  copy.bind(1, file.string());
  copy.exec();
}

}  // namespace

void back_up_before_migration(SQLite::Database& database, int version) {
  const std::filesystem::path file = sqlite3_db_filename(database.getHandle(), "main");
  const std::filesystem::path directory = file.parent_path() / "backups";
  const std::filesystem::path backup =
      directory / ("taskdock-schema-" + std::to_string(version) + ".db");
  const std::filesystem::path unfinished = backup.string() + ".new";
  try {
    if (std::filesystem::create_directory(directory)) {
      std::filesystem::permissions(directory, perms::owner_all);
    }
    std::filesystem::remove(unfinished);  // of a process that was ended meanwhile
    copy_into(database, unfinished);
    std::filesystem::permissions(unfinished, perms::owner_read | perms::owner_write);
    check_copy(unfinished);
    system::rename_durably(unfinished, backup);
  } catch (const std::system_error& error) {
    throw Unavailable(std::string("the backup before the migration cannot be kept: ") +
                      error.what());
  }
  support::log(support::LogLevel::info, "before the migration the database, of schema version " +
                                            std::to_string(version) + ", is kept as " +
                                            backup.string());
}

}  // namespace taskdock::store::sqlite
