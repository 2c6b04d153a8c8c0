#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <filesystem>

namespace taskdock::store::sqlite {

/// The files that are a database on the disk: the database itself, its write-ahead log and the
/// index of that log. What is written to them is lost if they are not those that the paths lead to:
/// because somebody has removed, replaced or moved them, or their directory.
///
/// Any thread may call it once remember() has returned.
class DatabaseFiles {
 public:
  explicit DatabaseFiles(std::filesystem::path database);

  /// Throws Unusable if one of them is there and is not a regular file, or is a link to one:
  /// opening a pipe, say, would wait for ever.
  void check_kinds() const;

  /// Remembers which files they are; all of them must be there. Throws Unavailable.
  void remember();

  /// Whether they are still the same. Logs which one is not, once.
  bool are_unchanged() const;

  /// Throws Unavailable unless they are.
  void require_unchanged() const;

  const std::filesystem::path& database() const { return files_[0].path; }

 private:
  struct File {
    std::filesystem::path path;
    dev_t device = 0;
    ino_t inode = 0;
  };

  std::array<File, 3> files_;
  mutable std::atomic<bool> is_reported_{false};
};

}  // namespace taskdock::store::sqlite
