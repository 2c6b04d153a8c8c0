#include "system/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "system/file_descriptor.h"

namespace taskdock::system {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw std::system_error(errno, std::generic_category(), path.string());
}

void sync(const std::filesystem::path& path, int flags) {
  const FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0) fail(path);
}

}  // namespace

void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  sync(from, O_RDONLY);
  if (::rename(from.c_str(), to.c_str()) != 0) fail(to);
  // Without this a crash could bring the old name back (fsync(2)).
  sync(std::filesystem::absolute(to).parent_path(), O_RDONLY | O_DIRECTORY);
}

}  // namespace taskdock::system
