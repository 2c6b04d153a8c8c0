#include "system/file_lock.h"

#include <sys/file.h>

#include <cerrno>

#include "system/posix/system_call.h"

namespace taskdock::system {

bool try_lock(const FileDescriptor& file, FileLock kind) {
  const int operation = kind == FileLock::shared ? LOCK_SH : LOCK_EX;
  while (::flock(file.get(), operation | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return false;
    throw_last_error();
  }
  return true;
}

void unlock(const FileDescriptor& file) noexcept {
  ::flock(file.get(), LOCK_UN);
}

}  // namespace taskdock::system
