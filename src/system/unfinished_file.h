#pragma once

#include <filesystem>

#include "system/file_descriptor.h"

namespace taskdock::system {

/// A file that is being written and has another name until it is complete: its own with ".new"
/// behind it. Only its owner may read it (mode 0600). What a process that was killed has left under
/// that name is replaced.
class UnfinishedFile {
 public:
  /// Creates the file that is to be called `file`. Throws std::system_error;
  /// device_or_resource_busy where another process is writing it now.
  explicit UnfinishedFile(std::filesystem::path file);
  /// Removes the file, unless it is finished.
  ~UnfinishedFile();

  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  const FileDescriptor& descriptor() const { return descriptor_; }

  /// Where it is until it is finished.
  const std::filesystem::path& path() const { return path_; }

  enum class Existing { replace, keep };

  /// Gives the file its name. When this returns, the content and the name are on the disk; after a
  /// crash before that, what had the name still has it, or the whole new file has it. Throws
  /// std::system_error; file_exists where something has the name and is to be kept.
  void finish(Existing existing);

 private:
  std::filesystem::path file_;
  std::filesystem::path path_;
  FileDescriptor descriptor_;
  bool is_finished_ = false;
};

/// Removes all files of this process that are not finished. To be called when it is about to end at
/// once: whoever begins or finishes one from then on waits for ever. Any thread may call it.
void abandon_unfinished_files() noexcept;

/// Removes `unfinished`, the path() of a file whose process was killed. Does nothing where a
/// process is writing it, or nothing can be done.
void remove_unfinished(const std::filesystem::path& unfinished) noexcept;

}  // namespace taskdock::system
