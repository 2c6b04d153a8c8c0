#include "store/sqlite/database_files.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <array>
#include <limits>
#include <new>
#include <string_view>

#include "store/errors.h"
#include "store/store.h"
#include "support/log.h"

namespace taskdock::store::sqlite {

namespace {

/// Does not throw: if there is no memory for the line, the callers' errors still tell.
void log_change(const std::filesystem::path& file) noexcept {
  try {
    support::log(support::LogLevel::error,
                 file.string() +
                     " was removed, replaced, moved or truncated while it was in use: nothing is "
                     "written any more; bring it back, or restart with the one that is there");
  } catch (const std::bad_alloc&) {
  }
}

void log_failure(const std::filesystem::path& log, const std::exception& reason) noexcept {
  try {
    support::log(support::LogLevel::error,
                 log.string() +
                     " does not belong to the database beside it, and cannot be renamed (" +
                     reason.what() + "); move it away before the next start");
  } catch (const std::bad_alloc&) {
  }
}

}  // namespace

DatabaseFiles::DatabaseFiles(const std::filesystem::path& database) {
  const auto paths = files_of(database.string());
  for (std::size_t i = 0; i < paths.size(); ++i) files_[i].path = paths[i];
}

void DatabaseFiles::check_kinds() const {
  using Kind = system::FileStatus::Kind;
  const auto check = [](const std::filesystem::path& path) {
    const auto status = system::file_status(path, system::Links::keep);
    if (!status || status->kind == Kind::regular) return;
    const std::string name = path.filename().string();
    // SQLite would keep the log beside the file that the link leads to.
    if (status->kind == Kind::symbolic_link) {
      throw Unusable(name + " is a symbolic link; move the file itself here, or name the " +
                     "directory that it is in");
    }
    throw Unusable(name + " is not a regular file; move it away");
  };
  for (const File& file : files_) check(file.path);
  check(database().string() + "-journal");
  if (const auto status = system::file_status(database()); status && status->names > 1) {
    throw Unusable(
        "it has a second name (a hard link), by which another server could use it at the same "
        "time; remove that name, or put a copy in its place");
  }
}

void DatabaseFiles::check_log() const {
  const std::filesystem::path& log = files_[1].path;
  const std::string name = database().filename().string();
  const std::string log_name = log.filename().string();
  const auto database_status = system::file_status(database());
  if (database_status && database_status->bytes > 0) {
    if (!has_foreign_log(database())) return;
    throw Unusable(
        log_name + " does not belong to it: it is the log of the database that had this " +
        "place before; move " + name + " elsewhere, and put it in place with taskdock restore");
  }
  const auto status = system::file_status(log);
  if (!status || status->bytes == 0) return;
  throw Unusable(std::string("it is ") + (database_status ? "empty" : "missing") +
                 ", but there is " + log_name + " with changes that belong to it; bring " + name +
                 " back, or, to begin anew, remove " + log_name);
}

void DatabaseFiles::remember(bool may_shrink) {
  may_shrink_ = may_shrink;
  for (File& file : files_) {
    const auto status = system::file_status(file.path);
    if (!status) throw Unavailable(file.path.filename().string() + " is gone");
    file.identity = status->identity;
  }
  has_its_size();
}

std::uint64_t DatabaseFiles::File::bytes() const noexcept {
  const auto status = system::file_status(path);
  return status ? status->bytes : 0;
}

bool DatabaseFiles::File::is_at_its_path() const {
  const auto status = system::file_status(path);
  return status && status->identity == identity;
}

bool DatabaseFiles::has_its_size() const {
  // Read first, so that it is not more than the file had when another thread remembers more.
  const std::uint64_t min_bytes = min_bytes_;
  const auto status = system::file_status(database());
  if (!status) return false;
  if (status->bytes < min_bytes) {
    // What was cut off is lost, even if the log should fill the file up again.
    min_bytes_ = std::numeric_limits<std::uint64_t>::max();
    return false;
  }
  if (!may_shrink_ && status->bytes > min_bytes) min_bytes_ = status->bytes;
  return true;
}

bool DatabaseFiles::are_unchanged() const noexcept {
  for (const File& file : files_) {
    if (file.is_at_its_path() && (&file != files_.data() || has_its_size())) continue;
    if (!is_reported_.exchange(true)) log_change(file.path);
    return false;
  }
  if (is_reported_.load(std::memory_order_relaxed)) is_reported_ = false;
  return true;
}

void DatabaseFiles::require_unchanged() const {
  if (!are_unchanged()) throw Unavailable("the database was removed, replaced, moved or truncated");
}

void DatabaseFiles::set_log_aside() const noexcept {
  const auto& [database, log, index] = files_;
  try {
    if (database.is_at_its_path() || !log.is_at_its_path()) return;
    if (!std::filesystem::exists(database.path)) return;  // it may be brought back to its log
    std::filesystem::path aside = log.path.string() + ".old";
    for (int number = 2; std::filesystem::exists(aside); ++number) {
      aside = log.path.string() + ".old" + std::to_string(number);
    }
    std::filesystem::rename(log.path, aside);
    support::log(support::LogLevel::warning,
                 database.path.string() +
                     " is not the database that was in use: the changes to "
                     "that one which are only in its log are kept in " +
                     aside.string());
  } catch (const std::exception& error) {
    log_failure(log.path, error);
  }
}

bool has_foreign_log(const std::filesystem::path& database) {
  const auto log = system::file_status(files_of(database.string())[1]);
  const auto status = system::file_status(database);
  if (!log || log->bytes == 0 || !status || status->kind != system::FileStatus::Kind::regular) {
    return false;
  }
  constexpr std::string_view beginning("SQLite format 3\0", 16);
  constexpr std::size_t read_version_offset = 19;
  constexpr char without_log = 1;
  std::array<char, read_version_offset + 1> header{};
  try {
    // By way of SQLite, which reads nothing by itself yet: if this process closed a descriptor of
    // its own, the locks of all its connections to the file would be gone (fcntl(2)).
    const SQLite::Database opened(database.string(), SQLite::OPEN_READONLY);
    sqlite3_file* file = nullptr;
    sqlite3_file_control(opened.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER,
                         static_cast<void*>(&file));
    return file && file->pMethods &&
           file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0) ==
               SQLITE_OK &&
           std::string_view(header.data(), beginning.size()) == beginning &&
           header.back() == without_log;
  } catch (const SQLite::Exception&) {
    return false;
  }
}

}  // namespace taskdock::store::sqlite

namespace taskdock::store {

std::array<std::string, 3> files_of(const std::string& file) {
  return {file, file + "-wal", file + "-shm"};
}

}  // namespace taskdock::store
