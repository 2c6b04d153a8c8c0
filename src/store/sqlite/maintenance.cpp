#include "store/sqlite/maintenance.h"

#include <sqlite3.h>

#include <string>

#include "store/errors.h"
#include "store/maintenance.h"
#include "store/sqlite/database_connection.h"
#include "store/sqlite/database_copy.h"
#include "store/sqlite/database_files.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/migrations.h"

namespace taskdock::store {

namespace sqlite {

namespace {

/// While this exists, SQLite's temporary files are in `directory`. The setting is global: no other
/// thread may use SQLite meanwhile.
class TemporaryFilesIn {
 public:
  explicit TemporaryFilesIn(const std::filesystem::path& directory) {
    sqlite3_temp_directory = sqlite3_mprintf("%s", directory.c_str());
  }
  TemporaryFilesIn(const TemporaryFilesIn&) = delete;
  TemporaryFilesIn& operator=(const TemporaryFilesIn&) = delete;
  ~TemporaryFilesIn() {
    sqlite3_free(sqlite3_temp_directory);
    sqlite3_temp_directory = nullptr;
  }
};

enum class Rounding { up, down };

/// In MiB, with one digit behind the point. What is needed is rounded up and what is there down, so
/// that what does not suffice is another number.
std::string mebibytes(std::uintmax_t bytes, Rounding rounding) {
  constexpr std::uintmax_t mib = 1024 * 1024;
  const std::uintmax_t tenths = (bytes * 10 + (rounding == Rounding::up ? mib - 1 : 0)) / mib;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " MiB";
}

/// Rewrites the database of `connection`. Throws SQLite::Exception.
void rewrite(DatabaseConnection& connection, const std::filesystem::path& directory,
             std::uintmax_t available) {
  SQLite::Database& database = connection.database();
  // So that the size of the file includes what was in the log.
  const bool is_alone = connection.checkpoint(std::chrono::seconds(1));
  if (!is_alone) throw Unavailable("another process is using the database; stop it first");
  const std::uintmax_t size = size_of(database);
  // SQLite writes the new database into a temporary file, and from there into the log.
  if (available < 2 * size) {
    throw Unavailable("rewriting a database of " + mebibytes(size, Rounding::up) + " needs " +
                      mebibytes(2 * size, Rounding::up) + " of free space in " +
                      directory.string() + ", of which " + mebibytes(available, Rounding::down) +
                      " are available");
  }
  const TemporaryFilesIn temporary_files(directory);
  database.exec("PRAGMA temp_store = FILE; VACUUM");
  if (!connection.checkpoint(std::chrono::seconds(1))) {
    throw Unavailable("another process is using the database; stop it, and compact again");
  }
}

}  // namespace

void compact(const std::filesystem::path& file, std::uintmax_t available) {
  const DatabaseFiles files(file);
  files.check_kinds();
  files.check_log();
  if (!std::filesystem::exists(file)) throw Unusable("there is no database");
  DatabaseConnection connection =
      opened([&] { return DatabaseConnection(file, DatabaseConnection::Role::writer); });
  translating(connection.database(), [&] {
    if (find_version(connection.database(), current_schema()) == 0) {
      throw Unusable("this database is empty");
    }
    connection.start_journal();
    rewrite(connection, std::filesystem::absolute(file).parent_path(), available);
  });
}

}  // namespace sqlite

void compact(const std::filesystem::path& file) {
  std::error_code unknown;
  const auto space = std::filesystem::space(std::filesystem::absolute(file).parent_path(), unknown);
  if (unknown) throw Unavailable(file.string() + ": " + unknown.message());
  sqlite::compact(file, space.available);
}

}  // namespace taskdock::store
