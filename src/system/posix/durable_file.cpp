#include "system/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "system/directory.h"
#include "system/file_content.h"
#include "system/posix/system_call.h"

namespace taskdock::system {

namespace {

/// Renames with `flags` of renameat2(2); returns false where the file system does not know them.
bool try_rename(const std::filesystem::path& from, const std::filesystem::path& to,
                unsigned flags) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) throw_last_error(to.c_str());
  return false;
}

/// The exchange in one step, once `from` has the name `kept`; false where that cannot be.
bool try_to_exchange(const std::filesystem::path& from, const std::filesystem::path& to,
                     const std::filesystem::path& kept) {
  if (!try_rename(from, kept, RENAME_NOREPLACE)) return false;
  try {
    if (try_rename(kept, to, RENAME_EXCHANGE)) return true;
  } catch (const std::system_error&) {
    ::rename(kept.c_str(), from.c_str());
    throw;
  }
  std::filesystem::rename(kept, from);
  return false;
}

}  // namespace

void replace_and_keep(const std::filesystem::path& from, const std::filesystem::path& to,
                      const std::filesystem::path& kept) {
  if (try_to_exchange(from, to, kept)) return;
  if (::link(to.c_str(), kept.c_str()) != 0) throw_last_error(kept.c_str());
  if (::rename(from.c_str(), to.c_str()) != 0) {
    const std::error_code reason = last_error();
    ::unlink(kept.c_str());
    throw std::system_error(reason, to.string());
  }
}

void sync_directory_of(const std::filesystem::path& file) {
  sync(Directory(std::filesystem::absolute(file).parent_path()).descriptor());
}

}  // namespace taskdock::system
