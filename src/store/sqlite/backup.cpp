#include "store/backup.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "store/errors.h"
#include "store/sqlite/database_connection.h"
#include "store/sqlite/database_copy.h"
#include "store/sqlite/database_files.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/migrations.h"
#include "system/file_reading.h"
#include "system/file_status.h"
#include "system/regular_file.h"

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
  parts_->work(
      [&](SQLite::Database& database) { sqlite::write_copy(database, to, progress, true); });
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

bool looks_whole(const std::filesystem::path& file) noexcept {
  constexpr std::string_view beginning("SQLite format 3\0", 16);
  constexpr std::size_t page_bytes_at = 16;
  constexpr std::size_t page_count_at = 28;
  std::array<char, 32> header{};
  const auto number_at = [&header](std::size_t offset, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i) {
      number = number << 8U | static_cast<unsigned char>(header[offset + i]);
    }
    return number;
  };
  try {
    const system::FileDescriptor opened = system::open_regular_file(file);
    if (system::read_at(opened, 0, header) < header.size() ||
        std::string_view(header.data(), beginning.size()) != beginning) {
      return false;
    }
    // Of the largest size, 65,536 bytes, 16 bits have only a 1 (1.3.2).
    const std::uint64_t page_bytes = number_at(page_bytes_at, 2);
    return system::file_status(opened).bytes ==
           (page_bytes == 1 ? 65536 : page_bytes) * number_at(page_count_at, 4);
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace taskdock::store
