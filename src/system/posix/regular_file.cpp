#include "system/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "system/posix/system_call.h"

namespace taskdock::system {

namespace {

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "no regular file";
}

}  // namespace

FileDescriptor open_regular_file(int directory, const std::filesystem::path& file) {
  // Without O_NONBLOCK the opening of a FIFO waits until somebody writes to it.
  FileDescriptor opened(
      ::openat(directory, file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  // A socket cannot be opened.
  if (!opened.is_open() && errno == ENXIO) throw NotARegularFile("a socket or a device");
  if (!opened.is_open()) throw_last_error();
  struct stat status {};
  if (::fstat(opened.get(), &status) != 0) throw_last_error();
  if (!S_ISREG(status.st_mode)) throw NotARegularFile(kind_of(status.st_mode));
  return opened;
}

FileDescriptor open_regular_file(const std::filesystem::path& file) {
  return open_regular_file(AT_FDCWD, file);
}

std::string read_all(const FileDescriptor& file, std::size_t max_bytes) {
  std::string text;
  std::array<char, 64 * 1024> piece{};
  while (text.size() < max_bytes) {
    const ssize_t count =
        ::read(file.get(), piece.data(), std::min(piece.size(), max_bytes - text.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_last_error();
    if (count == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  return text;
}

std::string read_regular_file(const std::filesystem::path& file) {
  return read_all(open_regular_file(file));
}

}  // namespace taskdock::system
