#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <filesystem>

namespace taskdock::store::sqlite {

/// The files of a database: the database itself, its write-ahead log and the index of that log.
/// What is written to an open file is lost if its path no longer leads to it, because somebody has
/// removed, replaced or moved it or its directory.
///
/// Any thread may call it once remember() has returned.
class DatabaseFiles {
 public:
  explicit DatabaseFiles(std::filesystem::path database);

  /// Throws Unusable if one of them exists and is not a regular file, or is a link to one: opening
  /// a FIFO would block.
  void check_kinds() const;

  /// Throws Unusable if the database is missing but its log has changes: SQLite would make an empty
  /// database and delete the log.
  void check_log() const;

  /// Remembers the identity (device and inode) of the files, all of which must exist. Throws
  /// Unavailable.
  void remember();

  /// Whether the paths still lead to the same files. Logs the first one that does not, once.
  bool are_unchanged() const noexcept;

  /// Throws Unavailable unless they do.
  void require_unchanged() const;

  /// Where another database has taken the place of ours, but our log is still beside it: renames
  /// the log, since whoever opens that database would apply the log to it, and damage it. To be
  /// called when the database is closed.
  void set_log_aside() const noexcept;

  const std::filesystem::path& database() const { return files_[0].path; }

 private:
  struct File {
    std::filesystem::path path;
    dev_t device = 0;
    ino_t inode = 0;

    bool is_at_its_path() const;
  };

  std::array<File, 3> files_;
  mutable std::atomic<bool> is_reported_{false};
};

}  // namespace taskdock::store::sqlite
