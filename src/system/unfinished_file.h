#pragma once

#include <filesystem>
#include <optional>

#include "system/file_descriptor.h"

namespace taskdock::system {

/// A file that is being written and has another name until it is complete: its own with
/// ".unfinished-" and 16 digits, drawn at random, behind it. Nothing that was there before is
/// touched. Only its owner may read it (mode 0600).
class UnfinishedFile {
 public:
  /// Creates the file that is to be called `file`, and removes what killed processes have left of
  /// files that were to be called so. Throws std::system_error.
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

/// How the file is to be called of which `unfinished` can be the path(); nothing for a path that no
/// such file has.
std::optional<std::filesystem::path> finished_path(const std::filesystem::path& unfinished);

/// Removes `unfinished` if a killed process has left it: if it has the path(), the mode and the
/// owner of a file that is not finished, and no process is writing it. Otherwise, or where that
/// cannot be known, it stays.
void remove_left_behind(const std::filesystem::path& unfinished) noexcept;

}  // namespace taskdock::system
