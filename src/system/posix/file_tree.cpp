#include "system/file_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <system_error>
#include <utility>

#include "system/file_reading.h"
#include "system/posix/system_call.h"

namespace taskdock::system {

namespace {

/// Whether the name is that of one entry of a directory.
bool is_entry(const std::string& name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
}

/// Whether an error says that there is nothing of use at a path.
bool means_absent(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES ||
         error == EPERM || error == ENAMETOOLONG || error == EINVAL || error == ENXIO ||
         error == ENODEV;
}

/// `fd`, which open has just returned, or nothing where there is nothing of use. Throws
/// std::system_error for other errors.
FileDescriptor opened_or_absent(int fd) {
  if (fd < 0 && !means_absent(errno)) {
    throw_last_error("open");
  }
  return FileDescriptor(fd);
}

constexpr int directory_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

std::string version_of(const struct stat& status) {
  const auto nanoseconds = [](const timespec& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec);
  };
  // The time of the last modification can be set to anything, for instance by what unpacks an
  // archive; that of the last change of the entry cannot. Files made within some milliseconds can
  // have the same times, but not the same number.
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%" PRIx64 "-%" PRIx64 "-%" PRIx64 "-%" PRIx64,
                static_cast<std::uint64_t>(status.st_size),
                static_cast<std::uint64_t>(status.st_ino), nanoseconds(status.st_mtim),
                nanoseconds(status.st_ctim));
  return text.data();
}

FileTree::Found open_entry(const FileDescriptor& directory, const std::string& name) {
  struct stat status {};
  // To open what is not a regular file could have effects of its own.
  if (::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    opened_or_absent(-1);
    return {};
  }
  if (S_ISDIR(status.st_mode)) return {.is_directory = true, .file = {}};
  if (!S_ISREG(status.st_mode)) return {};
  // It may have been replaced since.
  FileDescriptor file = opened_or_absent(::openat(
      directory.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open() || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return {.is_directory = false,
          .file = OpenFile(std::move(file), static_cast<std::uint64_t>(status.st_size),
                           version_of(status))};
}

}  // namespace

std::size_t OpenFile::read(std::uint64_t offset, std::span<char> to) const {
  return read_at(file_, offset, to);
}

FileTree::Found FileTree::find(std::span<const std::string> names) const {
  FileDescriptor place = opened_or_absent(::open(root_.c_str(), directory_flags));
  if (!place.is_open()) return {};
  if (names.empty()) return {.is_directory = true, .file = {}};
  for (const std::string& name : names) {
    if (!is_entry(name)) return {};
  }
  for (const std::string& name : names.first(names.size() - 1)) {
    place = opened_or_absent(::openat(place.get(), name.c_str(), directory_flags | O_NOFOLLOW));
    if (!place.is_open()) return {};
  }
  return open_entry(place, names.back());
}

}  // namespace taskdock::system
