#include "store/sqlite/migration_backup.h"

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "store/errors.h"
#include "store/sqlite/database_copy.h"
#include "support/log.h"
#include "system/directory.h"

namespace taskdock::store::sqlite {

void back_up_before_migration(SQLite::Database& database, int version) {
  const std::filesystem::path file = sqlite3_db_filename(database.getHandle(), "main");
  const std::filesystem::path directory = file.parent_path() / "backups";
  const std::filesystem::path backup =
      directory / ("taskdock-schema-" + std::to_string(version) + ".db");
  try {
    system::create_private_directory(directory);
    SQLite::Transaction reading(database);
    save_copy(
        database, backup, {.may_replace = true, .is_verified = true, .yields = false},
        [](std::string_view /*what*/, std::uint64_t /*done*/, std::uint64_t /*all*/) {},
        [&reading] { reading.commit(); });
  } catch (const Unusable& error) {
    throw Unusable(std::string("this database is damaged (") + error.what() +
                   "), so it is not brought to another version; restore it from a backup");
  } catch (const std::system_error& error) {
    throw Unavailable(directory.string() + " cannot be made: " + error.code().message());
  }
  support::log(support::LogLevel::info, "before the migration the database, of schema version " +
                                            std::to_string(version) + ", is kept as " +
                                            backup.string());
}

}  // namespace taskdock::store::sqlite
