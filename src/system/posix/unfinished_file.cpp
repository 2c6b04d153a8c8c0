#include "system/unfinished_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "system/durable_file.h"
#include "system/file_content.h"
#include "system/file_lock.h"
#include "system/file_status.h"
#include "system/posix/stat.h"
#include "system/posix/system_call.h"
#include "system/random.h"

namespace taskdock::system {

namespace {

/// The files of this process that are not finished. Whoever makes, renames or removes one holds the
/// lock.
std::mutex unfinished_lock;
std::set<std::filesystem::path> unfinished_files;

constexpr std::string_view mark = ".unfinished-";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t random_bytes = 8;
constexpr std::size_t ending_size = mark.size() + 2 * random_bytes;

/// A path() for `file` that, as good as certainly, nothing has.
std::filesystem::path draw_path(const std::filesystem::path& file) {
  std::array<std::uint8_t, random_bytes> bytes;
  fill_with_random(bytes);
  std::string path = file.string();
  path += mark;
  for (const std::uint8_t byte : bytes) path += {hex_digits[byte >> 4], hex_digits[byte & 15]};
  return path;
}

/// Whether this process has the lock now. Where the file system knows no locks nobody has one.
bool lock_if_free(const FileDescriptor& file, bool without_locks) {
  try {
    return try_lock(file, FileLock::exclusive);
  } catch (const std::system_error&) {
    return without_locks;
  }
}

bool is_at(const FileDescriptor& file, const std::filesystem::path& path) {
  const auto status = file_status(path, Links::keep);
  return status && status->identity == file_status(file).identity;
}

/// The file, created and locked; not open where another process has removed it between the two.
FileDescriptor create_locked(const std::filesystem::path& path) {
  FileDescriptor file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, owner_only));
  if (!file.is_open()) throw_last_error();
  if (!lock_if_free(file, true) || !is_at(file, path)) return {};
  return file;
}

void remove_all_left_behind(const std::filesystem::path& file) {
  const std::filesystem::path directory = file.has_parent_path() ? file.parent_path() : ".";
  std::error_code none;
  // A directory that cannot be read is passed over, and so is the rest of one.
  for (std::filesystem::directory_iterator entry(directory, none), end; entry != end;
       entry.increment(none)) {
    const auto finished = finished_path(entry->path());
    if (finished && finished->filename() == file.filename()) remove_left_behind(entry->path());
  }
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

UnfinishedFile::UnfinishedFile(std::filesystem::path file) : file_(std::move(file)) {
  remove_all_left_behind(file_);
  const std::lock_guard lock(unfinished_lock);
  while (!descriptor_.is_open()) {
    path_ = draw_path(file_);
    descriptor_ = create_locked(path_);
  }
  unfinished_files.insert(path_);
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

std::optional<std::filesystem::path> finished_path(const std::filesystem::path& unfinished) {
  const std::string name = unfinished.filename().string();
  if (name.size() <= ending_size) return std::nullopt;
  const std::string_view ending = std::string_view(name).substr(name.size() - ending_size);
  if (!ending.starts_with(mark) ||
      ending.find_first_not_of(hex_digits, mark.size()) != std::string_view::npos) {
    return std::nullopt;
  }
  return unfinished.parent_path() / name.substr(0, name.size() - ending_size);
}

void remove_left_behind(const std::filesystem::path& unfinished) noexcept {
  try {
    if (!finished_path(unfinished)) return;
    const FileDescriptor left(
        ::open(unfinished.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC));
    if (!left.is_open()) return;
    const FileStatus status = file_status(left);
    if (status.kind == FileStatus::Kind::regular && status.owner == current_user() &&
        status.mode == owner_only && lock_if_free(left, false) && is_at(left, unfinished)) {
      ::unlink(unfinished.c_str());
    }
  } catch (const std::exception&) {
    // It stays.
  }
}

}  // namespace taskdock::system
