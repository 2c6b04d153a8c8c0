#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "system/directory.h"

namespace taskdock::cli {

/// The file in it that says where its server is reached (server_file.h).
inline constexpr const char* server_file_name = "server.json";

/// The directory that holds everything one server keeps. It is opened once: what is locked or
/// written by way of directory() is in this directory even if its path leads elsewhere later.
/// directory_lock.h ensures that only one server at a time uses it.
class DataDirectory {
 public:
  /// Makes `path` with mode 0700 if it is not there, and opens it. Throws Failure, which names what
  /// to do, if that cannot be or nothing can be written there.
  explicit DataDirectory(const std::filesystem::path& path);

  /// Throws Failure if there is no database in `path`, or it cannot be known; creates nothing.
  static void require_database(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const system::Directory& directory() const { return directory_; }

  std::filesystem::path database_file() const;
  std::filesystem::path key_file() const;
  std::filesystem::path lock_file() const;
  std::filesystem::path backups() const;  // a directory

  /// All files that Taskdock keeps here, whether or not they are there, but for backups: also those
  /// that are only there while a command is at work, or when it was killed.
  std::vector<std::filesystem::path> own_files() const;

  /// Whether path() still leads here.
  bool is_still_there() const;

  /// Throws Failure where the database, or what SQLite keeps beside it, cannot be written. That
  /// these are regular files is checked when the store is opened.
  void check_files() const;

  /// What others could do here that only the owner should, a sentence each: with the directory, its
  /// files and its backups.
  std::vector<std::string> permission_faults() const;

  /// Makes those files accessible to their owner only: one that belongs to this user and is open to
  /// others gets mode 0600. Logs a warning about it, and about a directory that is open to others.
  void make_files_private() const;

  /// Where root runs a command in another user's data directory: gives that user the files which it
  /// has created there, or the server could not use them.
  void give_files_to_owner() const;
  /// The same with `file`, which a command has made, if that is here or among the backups.
  void give_to_owner(const std::filesystem::path& file) const;

 private:
  std::filesystem::path path_;
  system::Directory directory_;
};

/// Whether `file`, which need not exist, has the name of one of own_files() in a directory that is
/// a data directory: it has a database, or a lock.
bool is_of_data_directory(const std::filesystem::path& file);

}  // namespace taskdock::cli
