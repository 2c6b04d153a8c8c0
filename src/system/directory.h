#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "system/file_descriptor.h"
#include "system/file_status.h"

namespace taskdock::system {

/// An open directory. What is done by way of it is done in this directory, even if its path leads
/// elsewhere later. The names it takes are those of its entries. Any thread may call it.
class Directory {
 public:
  /// Opens the directory at `path`. Throws std::system_error.
  explicit Directory(const std::filesystem::path& path);

  /// Opens the directory `name` in `parent`, which must not be a symbolic link. Throws
  /// std::system_error.
  Directory(const Directory& parent, const std::string& name);

  const FileDescriptor& descriptor() const { return descriptor_; }

  /// Its own status, and that of one of its entries; nothing if there is none.
  FileStatus status() const;
  std::optional<FileStatus> status(const std::string& name, Links links = Links::follow) const;

  /// Why this process cannot add and remove entries, or cannot read and write the file `name`; no
  /// error if it can.
  std::error_code check_access() const;
  std::error_code check_access(const std::string& name) const;

  /// Makes `name` accessible to its owner only (mode 0600).
  std::error_code make_private(const std::string& name) const;

  /// Opens the regular file `name` for reading, as open_regular_file() does.
  FileDescriptor open_file(const std::string& name) const;

  /// Creates the file `name`, which must not exist, for writing, accessible to its owner only.
  /// Throws std::system_error.
  FileDescriptor create_file(const std::string& name) const;

  /// Opens `name`, which must not be a symbolic link, for reading and writing; creates the file,
  /// accessible to its owner only, if there is none. Throws std::system_error.
  FileDescriptor open_or_create_file(const std::string& name) const;

  /// Gives the entry `from` the name `to`, replacing what has it. Throws std::system_error.
  void rename(const std::string& from, const std::string& to) const;

  /// Removes the file `name`, if there is one.
  void remove(const std::string& name) const noexcept;

 private:
  FileDescriptor descriptor_;
};

/// Creates the directory `path` and what is missing above it, each accessible to its owner only
/// (mode 0700). Does nothing if there is something at `path`. Throws std::system_error.
void create_private_directory(const std::filesystem::path& path);

}  // namespace taskdock::system
