#include "store/backup.h"

#include "store/errors.h"
#include "store/sqlite/database_connection.h"
#include "store/sqlite/database_copy.h"
#include "store/sqlite/database_files.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/migrations.h"

namespace taskdock::store {

using sqlite::DatabaseConnection;

struct Backup::Parts {
  explicit Parts(const std::filesystem::path& file) {
    const sqlite::DatabaseFiles files(file);
    files.check_kinds();
    files.check_log();
    if (!system::file_status(file)) throw Unusable("there is no database");
    // A writer removes the log that it has made.
    sqlite::opened([&] { connection.emplace(file, DatabaseConnection::Role::writer); });
    sqlite::translating(connection->database(), [&] {
      connection->begin_reading();
      // The first query begins it.
      if (sqlite::find_version(connection->database(), sqlite::current_schema()) == 0) {
        throw Unusable("this database is empty");
      }
      bytes = sqlite::size_of(connection->database());
    });
  }
  ~Parts() { connection->end_reading(); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  template <class Work>
  void work(Work work) {
    sqlite::translating(connection->database(), [&] { work(connection->database()); });
  }

  std::optional<DatabaseConnection> connection;
  std::uint64_t bytes = 0;
};

Backup::Backup(const std::filesystem::path& file) : parts_(std::make_unique<Parts>(file)) {}

Backup::~Backup() = default;

std::uint64_t Backup::bytes() const {
  return parts_->bytes;
}

void Backup::write(const Sink& to, const Progress& progress) {
  parts_->work([&](SQLite::Database& database) { sqlite::write_copy(database, to, progress); });
}

void Backup::save(const std::filesystem::path& copy, const SaveOptions& options,
                  const Progress& progress) {
  parts_->work([&](SQLite::Database& database) {
    try {
      sqlite::save_copy(database, copy, options, progress,
                        [this] { parts_->connection->end_reading(); });
    } catch (const Unusable& error) {
      throw Damaged(std::string("the copy is not kept, since the database is damaged (") +
                    error.what() + "); taskdock check says more");
    }
  });
}

}  // namespace taskdock::store
