#include "store/sqlite/database_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "store/errors.h"
#include "support/log.h"

namespace taskdock::store::sqlite {

namespace {

/// Does not throw: if there is no memory for the line, the callers' errors still tell.
void log_change(const std::filesystem::path& file) noexcept {
  try {
    support::log(support::LogLevel::error,
                 file.string() +
                     " was removed, replaced or moved while it was in use: nothing is written any "
                     "more; bring it back, or restart with the one that is there");
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

DatabaseFiles::DatabaseFiles(std::filesystem::path database) {
  files_[1].path = database.string() + "-wal";
  files_[2].path = database.string() + "-shm";
  files_[0].path = std::move(database);
}

void DatabaseFiles::check_kinds() const {
  const auto check = [](const std::filesystem::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0 || S_ISREG(found.st_mode)) return;
    const std::string name = path.filename().string();
    // SQLite would keep the log beside the file that the link leads to.
    if (S_ISLNK(found.st_mode)) {
      throw Unusable(name + " is a symbolic link; move the file itself here, or name the " +
                     "directory that it is in");
    }
    throw Unusable(name + " is not a regular file; move it away");
  };
  for (const File& file : files_) check(file.path);
  check(database().string() + "-journal");
}

void DatabaseFiles::check_log() const {
  const std::filesystem::path& log = files_[1].path;
  struct stat found {};
  if (::stat(database().c_str(), &found) == 0 || ::stat(log.c_str(), &found) != 0) return;
  if (found.st_size == 0) return;
  const std::string name = database().filename().string();
  const std::string log_name = log.filename().string();
  throw Unusable("it is missing, but there is " + log_name +
                 " with changes that belong to it; bring " + name +
                 " back, or, to begin anew, remove " + log_name);
}

void DatabaseFiles::remember() {
  for (File& file : files_) {
    struct stat found {};
    if (::stat(file.path.c_str(), &found) != 0) {
      throw Unavailable(file.path.filename().string() +
                        " is gone: " + std::generic_category().message(errno));
    }
    file.device = found.st_dev;
    file.inode = found.st_ino;
  }
}

bool DatabaseFiles::File::is_at_its_path() const {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && found.st_dev == device && found.st_ino == inode;
}

bool DatabaseFiles::are_unchanged() const noexcept {
  for (const File& file : files_) {
    if (file.is_at_its_path()) continue;
    if (!is_reported_.exchange(true)) log_change(file.path);
    return false;
  }
  if (is_reported_.load(std::memory_order_relaxed)) is_reported_ = false;
  return true;
}

void DatabaseFiles::require_unchanged() const {
  if (!are_unchanged()) throw Unavailable("the database was removed, replaced or moved");
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

}  // namespace taskdock::store::sqlite
