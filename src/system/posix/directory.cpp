#include "system/directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "system/posix/stat.h"
#include "system/posix/system_call.h"
#include "system/regular_file.h"

namespace taskdock::system {

namespace {

/// `fd`, which a system call has just returned.
FileDescriptor opened(int fd) {
  if (fd < 0) throw_last_error();
  return FileDescriptor(fd);
}

}  // namespace

Directory::Directory(const std::filesystem::path& path)
    : descriptor_(opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))) {}

Directory::Directory(const Directory& parent, const std::string& name)
    : descriptor_(opened(::openat(parent.descriptor_.get(), name.c_str(),
                                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))) {}

FileStatus Directory::status() const {
  return file_status(descriptor_);
}

std::optional<FileStatus> Directory::status(const std::string& name, Links links) const {
  struct stat found {};
  const int flags = links == Links::follow ? 0 : AT_SYMLINK_NOFOLLOW;
  if (::fstatat(descriptor_.get(), name.c_str(), &found, flags) != 0) return std::nullopt;
  return to_file_status(found);
}

std::error_code Directory::check_access() const {
  if (::faccessat(descriptor_.get(), ".", W_OK | X_OK, AT_EACCESS) == 0) return {};
  return last_error();
}

std::error_code Directory::check_access(const std::string& name) const {
  if (::faccessat(descriptor_.get(), name.c_str(), R_OK | W_OK, AT_EACCESS) == 0) return {};
  return last_error();
}

std::error_code Directory::make_private(const std::string& name) const {
  if (::fchmodat(descriptor_.get(), name.c_str(), owner_only, 0) == 0) return {};
  return last_error();
}

FileDescriptor Directory::open_file(const std::string& name) const {
  return open_regular_file(descriptor_.get(), name);
}

FileDescriptor Directory::create_file(const std::string& name) const {
  return opened(::openat(descriptor_.get(), name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, owner_only));
}

FileDescriptor Directory::open_or_create_file(const std::string& name) const {
  return opened(::openat(descriptor_.get(), name.c_str(),
                         O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                         owner_only));
}

void Directory::rename(const std::string& from, const std::string& to) const {
  if (::renameat(descriptor_.get(), from.c_str(), descriptor_.get(), to.c_str()) != 0) {
    throw_last_error();
  }
}

void Directory::remove(const std::string& name) const noexcept {
  ::unlinkat(descriptor_.get(), name.c_str(), 0);
}

void create_private_directory(const std::filesystem::path& path) {
  if (path.empty() || ::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) return;
  if (errno == ENOENT && path.has_relative_path()) {
    create_private_directory(path.parent_path());
    if (::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) return;
  }
  throw_last_error();
}

}  // namespace taskdock::system
