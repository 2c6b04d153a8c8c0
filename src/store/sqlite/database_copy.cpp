#include "store/sqlite/database_copy.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>

#include "store/errors.h"
#include "store/sqlite/failure.h"
#include "support/text.h"
#include "system/file_content.h"
#include "system/unfinished_file.h"

namespace taskdock::store::sqlite {

namespace {

/// How much is written at once: what a system call costs is little beside it. With 1 MiB each,
/// Linux took two to four times as long to copy them to memory for the file (ext4, Linux 6).
constexpr std::size_t part_bytes = std::size_t{128} * 1024;

/// How much is written between two calls that have it moved to the disk, and between two rests.
constexpr std::uint64_t stretch_bytes = std::uint64_t{1024} * 1024;

/// Rests after each stretch of work, for a part of the time that it took. A low priority does not
/// do: the disk serves whoever asks most, and that is who copies. Rests give writers some of
/// their rate back, and take time: figures by tests/bench/backup.sh.
class Rests {
  // What took longer was no work: somebody did not read, or has stopped the process for a while.
  static constexpr std::chrono::steady_clock::duration longest = std::chrono::milliseconds(100);

 public:
  void take() {
    const auto worked = std::chrono::steady_clock::now() - begin_;
    std::this_thread::sleep_for(std::min(worked * 3 / 4, longest));
    begin_ = std::chrono::steady_clock::now();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Where the header of a database (sqlite.org/fileformat2.html, 1.3.3) says with two bytes whether
/// there is a write-ahead log.
constexpr std::size_t log_offset = 18;
constexpr std::string_view without_log = "\x01\x01";

/// Throws Unusable if the copy in `file`, of `bytes` bytes, is not a whole database.
void check_copy(const std::filesystem::path& file, std::uint64_t bytes,
                const Backup::SaveOptions& options) {
  SQLite::Database copy =
      opened([&] { return SQLite::Database(file.string(), SQLite::OPEN_READONLY); });
  const Cancellation::Call call(options.cancellation,
                                [handle = copy.getHandle()] { sqlite3_interrupt(handle); });
  if (options.cancellation) options.cancellation->check();
  std::string damage = "ok";
  try {
    copy.execAndGet("SELECT count(*) FROM sqlite_schema");  // reads the schema
    if (size_of(copy) != bytes || std::filesystem::file_size(file) != bytes) {
      damage = "the copy is not complete";
    } else if (options.is_verified) {
      damage = find_damage(copy);
    }
  } catch (const SQLite::Exception& error) {
    if (options.cancellation) options.cancellation->check();
    if (!is_damage(error) || is_transient(error, copy)) {
      std::rethrow_exception(as_store_error(copy));
    }
    damage = error.getErrorStr();
  }
  if (damage != "ok") throw Unusable(damage);
}

}  // namespace

std::uint64_t size_of(SQLite::Database& database) {
  return static_cast<std::uint64_t>(
      database.execAndGet("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
          .getInt64());
}

void write_copy(SQLite::Database& database, const Sink& to, const Progress& progress, bool yields) {
  const std::uint64_t all = size_of(database);
  std::uint64_t done = 0;
  std::uint64_t rested = 0;
  Rests rests;
  std::string part;
  part.reserve(part_bytes);
  const auto hand_over = [&] {
    to(part);
    done += part.size();
    part.clear();
    progress("backing up", done, all);
    if (!yields || done - rested < stretch_bytes) return;
    rests.take();
    rested = done;
  };
  // All pages in their order (sqlite.org/dbpage.html), those of the log among them. SQLite's own
  // backup writes each page by itself, which takes twice as long.
  SQLite::Statement pages(database, "SELECT data FROM sqlite_dbpage");
  progress("backing up", 0, all);
  while (pages.executeStep()) {
    const SQLite::Column page = pages.getColumn(0);
    const auto bytes = static_cast<std::size_t>(page.getBytes());
    const bool is_first = done == 0 && part.empty();
    if (part.size() + bytes > part_bytes) hand_over();
    part.append(static_cast<const char*>(page.getBlob()), bytes);
    if (is_first) part.replace(log_offset, without_log.size(), without_log);
  }
  if (!part.empty()) hand_over();
}

void save_copy(SQLite::Database& database, const std::filesystem::path& copy,
               const Backup::SaveOptions& options, const Progress& progress,
               const std::function<void()>& end_reading) {
  using Existing = system::UnfinishedFile::Existing;
  try {
    system::UnfinishedFile file(copy);
    const std::uint64_t bytes = size_of(database);
    std::uint64_t written = 0;
    std::uint64_t syncing = 0;
    const auto write = [&](std::string_view part) {
      if (options.cancellation) options.cancellation->check();
      system::write_all(file.descriptor(), part);
      written += part.size();
      if (written - syncing < stretch_bytes) return;
      system::begin_sync(file.descriptor(), syncing, written - syncing);
      syncing = written;
    };
    write_copy(database, write, progress, options.yields);
    end_reading();
    progress(options.is_verified ? "verifying" : "finishing", 0, 0);
    check_copy(file.path(), bytes, options);
    file.finish(options.may_replace ? Existing::replace : Existing::keep);
  } catch (const std::system_error& error) {
    throw Unavailable(copy.string() + " cannot be written: " + error.what());
  }
}

std::string find_damage(SQLite::Database& database) {
  const std::string found = database.execAndGet("PRAGMA integrity_check(1)").getString();
  require_readable(database);
  return in_one_line(found);
}

std::string in_one_line(const std::string& damage) {
  std::string line;
  std::istringstream lines(damage);
  for (std::string each; std::getline(lines, each);) {
    // "*** in database main ***" says nothing: there is one database.
    if (each.empty() || each.starts_with("***")) continue;
    line += (line.empty() ? "" : "; ") + support::printable(each);
  }
  return line;
}

}  // namespace taskdock::store::sqlite
