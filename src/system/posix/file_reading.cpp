#include "system/file_reading.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "system/posix/system_call.h"

namespace taskdock::system {

std::size_t read_at(const FileDescriptor& file, std::uint64_t offset, std::span<char> to) {
  for (;;) {
    const ssize_t count = ::pread(file.get(), to.data(), to.size(), static_cast<off_t>(offset));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw_last_error("read");
  }
}

std::size_t read_standard_input(std::span<char> to) {
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, to.data(), to.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw_last_error("read");
  }
}

FileDescriptor open_nameless_file() {
  const std::string folder = std::filesystem::temp_directory_path().string();
  FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
  // Not every file system can do without a name at first (open(2)).
  std::string name = folder + "/taskdock-XXXXXX";
  file = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.is_open()) throw_last_error(name.c_str());
  ::unlink(name.c_str());
  return file;
}

}  // namespace taskdock::system
