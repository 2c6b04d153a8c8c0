#include "system/unfinished_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "system/durable_file.h"
#include "system/file_content.h"
#include "system/file_lock.h"
#include "system/file_status.h"
#include "system/posix/system_call.h"

namespace taskdock::system {

namespace {

/// The files of this process that are not finished. Whoever makes, renames or removes one holds the
/// lock.
std::mutex unfinished_lock;
std::set<std::filesystem::path> unfinished_files;

/// Whether no other process has the lock. Where the file system knows no locks nobody has one.
bool lock_if_free(const FileDescriptor& file) {
  try {
    return try_lock(file, FileLock::exclusive);
  } catch (const std::system_error&) {
    return true;
  }
}

bool is_at(const FileDescriptor& file, const std::filesystem::path& path) {
  const auto status = file_status(path, Links::keep);
  return status && status->identity == file_status(file).identity;
}

/// The file, created and locked; nothing where somebody has taken it between the two.
std::optional<FileDescriptor> create_locked(const std::filesystem::path& path) {
  FileDescriptor file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    if (errno == EEXIST) return std::nullopt;
    throw_last_error();
  }
  if (!lock_if_free(file) || !is_at(file, path)) return std::nullopt;
  return file;
}

/// Whether `path`, which a process has left behind, could be removed.
bool remove_left_behind(const std::filesystem::path& path) {
  const FileDescriptor left(
      ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC));
  if (left.is_open() && !lock_if_free(left)) return false;
  if (left.is_open() && !is_at(left, path)) return true;
  // A link, for one, cannot be opened.
  return ::unlink(path.c_str()) == 0 || errno == ENOENT;
}

/// Renames unless something has the name `to`. Where the file system cannot do that in one step
/// (rename(2), EINVAL), an empty file holds the name meanwhile.
void rename_to_free_name(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno != EINVAL && errno != ENOSYS) throw_last_error();
  const FileDescriptor placeholder(
      ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!placeholder.is_open()) throw_last_error();
  if (::rename(from.c_str(), to.c_str()) != 0) {
    const std::error_code reason = last_error();
    ::unlink(to.c_str());
    throw std::system_error(reason);
  }
}

}  // namespace

UnfinishedFile::UnfinishedFile(std::filesystem::path file)
    : file_(std::move(file)), path_(file_.string() + ".new") {
  const std::lock_guard lock(unfinished_lock);
  constexpr int max_tries = 10;
  for (int tries = 0; tries < max_tries; ++tries) {
    if (auto created = create_locked(path_)) {
      descriptor_ = std::move(*created);
      unfinished_files.insert(path_);
      return;
    }
    if (!remove_left_behind(path_)) break;
  }
  throw std::system_error(std::make_error_code(std::errc::device_or_resource_busy),
                          path_.string() + " is being written by another process, or is no file");
}

UnfinishedFile::~UnfinishedFile() {
  if (is_finished_) return;
  const std::lock_guard lock(unfinished_lock);
  ::unlink(path_.c_str());
  unfinished_files.erase(path_);
}

void UnfinishedFile::finish(Existing existing) {
  sync(descriptor_);
  {
    const std::lock_guard lock(unfinished_lock);
    if (existing == Existing::replace) {
      std::filesystem::rename(path_, file_);
    } else {
      rename_to_free_name(path_, file_);
    }
    is_finished_ = true;
    unfinished_files.erase(path_);
  }
  sync_directory_of(file_);
}

void abandon_unfinished_files() noexcept {
  unfinished_lock.lock();
  for (const std::filesystem::path& file : unfinished_files) ::unlink(file.c_str());
}

void remove_unfinished(const std::filesystem::path& unfinished) noexcept {
  try {
    remove_left_behind(unfinished);
  } catch (const std::system_error&) {
    // It stays.
  }
}

}  // namespace taskdock::system
