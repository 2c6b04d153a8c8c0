#include "store/sqlite/log_check.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "store/errors.h"
#include "store/sqlite/database_copy.h"
#include "store/sqlite/database_files.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/migrations.h"
#include "store/store.h"
#include "system/file_reading.h"
#include "system/regular_file.h"

namespace taskdock::store::sqlite {

namespace {

// The parts of a log (sqlite.org/fileformat2.html, 4.1): a header, and frames, each of a header and
// a page. A frame has the salts of the log's header, unless it is left of an earlier use.
constexpr std::uint64_t log_header_bytes = 32;
constexpr std::uint64_t frame_header_bytes = 24;
constexpr std::uint64_t salts_in_header = 16;
constexpr std::uint64_t salts_in_frame = 8;

using Salts = std::array<char, 8>;

/// How many frames SQLite reads from the log of `database`: all up to the first one that is not
/// whole. Throws SQLite::Exception.
std::uint64_t frames_read(SQLite::Database& database) {
  int frames = 0;
  int moved = 0;
  if (sqlite3_wal_checkpoint_v2(database.getHandle(), "main", SQLITE_CHECKPOINT_NOOP, &frames,
                                &moved) != SQLITE_OK) {
    throw SQLite::Exception(database.getHandle());
  }
  return frames < 0 ? 0 : static_cast<std::uint64_t>(frames);
}

/// Whether SQLite reads all that belongs to `log`, with pages of `page_bytes`, when it reads
/// `frames` frames. Throws std::system_error.
bool is_all(const std::filesystem::path& log, std::uint64_t frames, std::uint64_t page_bytes) {
  const system::FileDescriptor file = system::open_regular_file(log);
  const auto salts_at = [&](std::uint64_t offset, Salts& salts) {
    return system::read_at(file, offset, salts) == salts.size();
  };
  Salts own{};
  if (frames == 0 || !salts_at(salts_in_header, own)) return false;
  const std::uint64_t frame_bytes = frame_header_bytes + page_bytes;
  Salts found{};
  for (std::uint64_t frame = frames;
       salts_at(log_header_bytes + frame * frame_bytes + salts_in_frame, found); ++frame) {
    if (found == own) return false;
  }
  return true;
}

bool has_broken_reference(SQLite::Database& database) {
  SQLite::Statement broken(database, "PRAGMA foreign_key_check");
  return broken.executeStep();
}

}  // namespace

bool is_whole_with_log(const std::filesystem::path& file) {
  if (has_foreign_log(file)) return false;
  SQLite::Database database =
      opened([&] { return SQLite::Database(file.string(), SQLite::OPEN_READWRITE); });
  // The last connection that closes would move the log into the file.
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  try {
    if (find_version(database, current_schema()) == 0) return false;
    const auto page_bytes = database.execAndGet("PRAGMA page_size").getInt64();
    return is_all(files_of(file.string())[1], frames_read(database),
                  static_cast<std::uint64_t>(page_bytes)) &&
           find_damage(database) == "ok" && !has_broken_reference(database);
  } catch (const Unusable&) {
    return false;
  } catch (const SQLite::Exception& error) {
    if (!is_damage(error) || is_transient(error, database)) {
      std::rethrow_exception(as_store_error(database));
    }
    return false;
  }
}

}  // namespace taskdock::store::sqlite
