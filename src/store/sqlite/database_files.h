#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>

#include "system/file_status.h"

namespace taskdock::store::sqlite {

/// The files of a database: the database itself, its write-ahead log and the index of that log.
/// What is written to an open file is lost if its path no longer leads to it, because somebody has
/// removed, replaced or moved it or its directory, or if somebody has cut off its end.
///
/// Any thread may call it once remember() has returned.
class DatabaseFiles {
 public:
  explicit DatabaseFiles(const std::filesystem::path& database);

  /// Throws Unusable if one of them exists and is not a regular file, or is a link to one: opening
  /// a FIFO would block. Also if the database has a second name (a hard link): by that name it
  /// could be used, with another log, by a server that the lock of this directory does not keep
  /// out.
  void check_kinds() const;

  /// Throws Unusable if there is a log with changes which SQLite would use to the harm of both: the
  /// database is missing or empty, so that the log would be deleted, or the log is that of another
  /// database (has_foreign_log).
  void check_log() const;

  /// Remembers the identity (device and inode) of the files, all of which must exist, and, unless
  /// the database `may_shrink`, its size, which from now on is only to grow. Throws Unavailable.
  void remember(bool may_shrink = false);

  /// Whether the paths still lead to the same files, and the database has never lost any of its
  /// size. Logs the first that is otherwise, once.
  bool are_unchanged() const noexcept;

  /// Throws Unavailable unless they do.
  void require_unchanged() const;

  /// Where another database has taken the place of ours, but our log is still beside it: renames
  /// the log, since whoever opens that database would apply the log to it, and damage it. To be
  /// called when the database is closed.
  void set_log_aside() const noexcept;

  /// How large the database and its log are; 0 for one that is not there.
  std::uint64_t database_bytes() const noexcept { return files_[0].bytes(); }
  std::uint64_t log_bytes() const noexcept { return files_[1].bytes(); }

  const std::filesystem::path& database() const { return files_[0].path; }

 private:
  struct File {
    std::filesystem::path path;
    system::FileIdentity identity = {};

    bool is_at_its_path() const;
    std::uint64_t bytes() const noexcept;
  };

  bool has_its_size() const;

  std::array<File, 3> files_;
  bool may_shrink_ = false;
  mutable std::atomic<std::uint64_t> min_bytes_{1};
  mutable std::atomic<bool> is_reported_{false};
};

/// Whether there is a log with content beside `database` that is not its own, since the database
/// is none that writes a log (sqlite.org/fileformat2.html, 1.3.3): so is every backup, and SQLite
/// changes the database to one with a log, on the disk, before it makes the log. SQLite itself does
/// not look at that, and would write the pages of the log into the database. False where the file
/// cannot be read.
bool has_foreign_log(const std::filesystem::path& database);

}  // namespace taskdock::store::sqlite
