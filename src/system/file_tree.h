#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "system/file_descriptor.h"

namespace taskdock::system {

/// A regular file, open for reading.
class OpenFile {
 public:
  /// `file` is the opened file, with what the system says of it.
  OpenFile(FileDescriptor file, std::uint64_t size, std::string version)
      : file_(std::move(file)), size_(size), version_(std::move(version)) {}

  /// In bytes, when it was opened.
  std::uint64_t size() const { return size_; }

  /// Changes when the file is replaced or changed: it is made of its number, its size and the times
  /// of the last changes. Without quotation marks.
  const std::string& version() const { return version_; }

  /// Reads the bytes from `offset` on into `to`, as many as there are; returns how many, 0 beyond
  /// the end. Throws std::system_error.
  std::size_t read(std::uint64_t offset, std::span<char> to) const;

 private:
  FileDescriptor file_;
  std::uint64_t size_;
  std::string version_;
};

/// The files below a directory, found by names that strangers have chosen: nothing outside of it
/// can be reached, whatever the names are and whatever is changed meanwhile. Symbolic links below
/// the directory are not followed. What is neither a directory nor a regular file is not there. Any
/// thread may use it.
class FileTree {
 public:
  /// `root` itself may be a symbolic link. It is looked up at each call, so that it can be
  /// replaced.
  explicit FileTree(std::filesystem::path root) : root_(std::move(root)) {}

  struct Found {
    bool is_directory = false;
    std::optional<OpenFile> file;
  };

  /// What there is at the end of the way that `names` are, from the root on; nothing for names that
  /// are not those of one entry (empty ones, dots, separators). Throws std::system_error if the
  /// system cannot say, for instance for lack of descriptors.
  Found find(std::span<const std::string> names) const;

 private:
  std::filesystem::path root_;
};

}  // namespace taskdock::system
