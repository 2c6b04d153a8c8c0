#pragma once

#include <filesystem>

#include "support/file_descriptor.h"

namespace taskdock::cli {

/// The directory that holds everything one server keeps. It is opened once: what is locked, and
/// what is written with the help of descriptor(), stays in this directory whatever its path comes
/// to mean. That it is used by one server at a time is the business of directory_lock.h.
class DataDirectory {
 public:
  /// Makes `path` with mode 0700 if it is not there, and opens it. Throws Failure, which names what
  /// to do, if that cannot be or nothing can be written there.
  explicit DataDirectory(const std::filesystem::path& path);

  /// Throws Failure where there is no database in `path`; nothing is made to find out.
  static void require_database(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  int descriptor() const { return descriptor_.get(); }

  std::filesystem::path database_file() const;
  std::filesystem::path key_file() const;
  std::filesystem::path lock_file() const;

  /// Whether path() still leads here.
  bool is_still_there() const;

  /// Throws Failure where the database, or what SQLite keeps beside it, cannot be written. That
  /// these are regular files is checked when the store is opened.
  void check_files() const;

  /// Gives those files to their owner alone: where others may use one that belongs to this user it
  /// gets mode 0600. The log has a warning of it, and of a directory that is open to others.
  void make_files_private() const;

 private:
  std::filesystem::path path_;
  support::FileDescriptor descriptor_;
};

}  // namespace taskdock::cli
