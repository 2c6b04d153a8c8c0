#include "cli/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace taskdock::cli {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

/// Makes `path` and what is missing above it, each with mode 0700, as the XDG specification has it.
void make_directory(const std::filesystem::path& path) {
  if (path.empty() || ::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) return;
  if (errno == ENOENT && path.has_relative_path()) {
    make_directory(path.parent_path());
    if (::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) return;
  }
  fail(path, std::string("the data directory cannot be made: ") + std::strerror(errno) +
                 "; choose another with --data");
}

}  // namespace

DataDirectory::DataDirectory(const std::filesystem::path& path) : path_(path) {
  make_directory(path_);
  const std::filesystem::path lock_file = path_ / "taskdock.lock";
  lock_ = support::FileDescriptor(
      ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!lock_.is_open()) {
    fail(path_, std::string("the data directory cannot be written to: ") + std::strerror(errno) +
                    "; mend its permissions, or choose another with --data");
  }
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    fail(path_, errno == EWOULDBLOCK
                    ? "another taskdock is using this data directory; stop it, or choose another "
                      "directory with --data"
                    : std::string("the data directory cannot be locked: ") + std::strerror(errno));
  }
}

bool DataDirectory::has_database(const std::filesystem::path& path) {
  return std::filesystem::exists(path / database_name);
}

}  // namespace taskdock::cli
