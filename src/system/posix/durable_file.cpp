#include "system/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "system/file_descriptor.h"
#include "system/posix/system_call.h"

namespace taskdock::system {

namespace {

void sync(const std::filesystem::path& path, int flags) {
  const FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0) throw_last_error(path.c_str());
}

}  // namespace

void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  sync(from, O_RDONLY);
  if (::rename(from.c_str(), to.c_str()) != 0) throw_last_error(to.c_str());
  // Without this a crash could bring the old name back (fsync(2)).
  sync(std::filesystem::absolute(to).parent_path(), O_RDONLY | O_DIRECTORY);
}

}  // namespace taskdock::system
