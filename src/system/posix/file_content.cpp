#include "system/file_content.h"

#include <unistd.h>

#include <cerrno>

#include "system/posix/system_call.h"

namespace taskdock::system {

void write_all(const FileDescriptor& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_last_error();
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void replace_content(const FileDescriptor& file, std::string_view text) {
  if (::ftruncate(file.get(), 0) != 0 || ::lseek(file.get(), 0, SEEK_SET) != 0) throw_last_error();
  write_all(file, text);
}

void sync(const FileDescriptor& file) {
  if (::fsync(file.get()) != 0) throw_last_error();
}

}  // namespace taskdock::system
