#include "system/file_content.h"

#include <fcntl.h>
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

void begin_sync(const FileDescriptor& file, std::uint64_t offset, std::uint64_t size) noexcept {
  // Only with SYNC_FILE_RANGE_WRITE: to wait would also take away the error that fsync(2) is to
  // report.
  ::sync_file_range(file.get(), static_cast<off64_t>(offset), static_cast<off64_t>(size),
                    SYNC_FILE_RANGE_WRITE);
}

void sync(const FileDescriptor& file) {
  if (::fsync(file.get()) != 0) throw_last_error();
}

}  // namespace taskdock::system
