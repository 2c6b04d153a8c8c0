#include "system/file_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <system_error>
#include <utility>

namespace taskdock::system {

struct OpenFile::State {
  State(int descriptor, const struct stat& found) : fd(descriptor), status(found) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ::close(fd); }

  const int fd;
  const struct stat status;
};

OpenFile::OpenFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
OpenFile::OpenFile(OpenFile&&) noexcept = default;
OpenFile& OpenFile::operator=(OpenFile&&) noexcept = default;
OpenFile::~OpenFile() = default;

std::uint64_t OpenFile::size() const {
  return static_cast<std::uint64_t>(state_->status.st_size);
}

std::string OpenFile::version() const {
  const struct stat& status = state_->status;
  const auto nanoseconds = [](const timespec& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec);
  };
  // The time of the last modification can be set to anything, for instance by what unpacks an
  // archive; that of the last change of the entry cannot. Files made within some milliseconds can
  // have the same times, but not the same number.
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%" PRIx64 "-%" PRIx64 "-%" PRIx64 "-%" PRIx64, size(),
                static_cast<std::uint64_t>(status.st_ino), nanoseconds(status.st_mtim),
                nanoseconds(status.st_ctim));
  return text.data();
}

std::size_t OpenFile::read(std::uint64_t offset, std::span<char> to) const {
  for (;;) {
    const ssize_t count = ::pread(state_->fd, to.data(), to.size(), static_cast<off_t>(offset));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "read");
  }
}

namespace {

/// Whether the name is that of one entry of a directory.
bool is_entry(const std::string& name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
}

/// Whether an error says that there is nothing of use at a path.
bool means_absent(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES ||
         error == EPERM || error == ENAMETOOLONG || error == EINVAL || error == ENXIO ||
         error == ENODEV;
}

/// A directory on the way.
class Place {
 public:
  explicit Place(int fd) : fd_(fd) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { ::close(fd_); }

  int get() const { return fd_; }
  void move_to(int fd) {
    ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

/// `fd`, or -1 where there is nothing of use. Throws std::system_error for other errors.
int checked(int fd) {
  if (fd < 0 && !means_absent(errno)) {
    throw std::system_error(errno, std::generic_category(), "open");
  }
  return fd;
}

constexpr int directory_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

FileTree::Found open_entry(int directory, const std::string& name) {
  struct stat status {};
  // To open what is not a regular file could have effects of its own.
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    checked(-1);
    return {};
  }
  if (S_ISDIR(status.st_mode)) return {.is_directory = true, .file = {}};
  if (!S_ISREG(status.st_mode)) return {};
  // It may have been replaced since.
  const int fd = checked(
      ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (fd < 0) return {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd);
    return {};
  }
  return {.is_directory = false, .file = OpenFile(std::make_unique<OpenFile::State>(fd, status))};
}

}  // namespace

FileTree::Found FileTree::find(std::span<const std::string> names) const {
  const int root = checked(::open(root_.c_str(), directory_flags));
  if (root < 0) return {};
  Place place(root);
  if (names.empty()) return {.is_directory = true, .file = {}};
  for (const std::string& name : names) {
    if (!is_entry(name)) return {};
  }
  for (const std::string& name : names.first(names.size() - 1)) {
    const int next = checked(::openat(place.get(), name.c_str(), directory_flags | O_NOFOLLOW));
    if (next < 0) return {};
    place.move_to(next);
  }
  return open_entry(place.get(), names.back());
}

}  // namespace taskdock::system
