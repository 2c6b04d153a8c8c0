#include "system/file_status.h"

#include <unistd.h>

#include "system/posix/stat.h"
#include "system/posix/system_call.h"

namespace taskdock::system {

FileStatus to_file_status(const struct stat& found) noexcept {
  using Kind = FileStatus::Kind;
  return {.kind = S_ISREG(found.st_mode)   ? Kind::regular
                  : S_ISDIR(found.st_mode) ? Kind::directory
                  : S_ISLNK(found.st_mode) ? Kind::symbolic_link
                                           : Kind::other,
          .identity = {.device = found.st_dev, .file = found.st_ino},
          .bytes = static_cast<std::uint64_t>(found.st_size),
          .names = found.st_nlink,
          .owner = found.st_uid,
          .mode = found.st_mode & 07777U,
          .changed_at = static_cast<std::int64_t>(found.st_mtim.tv_sec) * 1'000'000'000 +
                        found.st_mtim.tv_nsec,
          .is_open_to_others = (found.st_mode & (S_IRWXG | S_IRWXO)) != 0};
}

std::optional<FileStatus> file_status(const std::filesystem::path& path, Links links) noexcept {
  struct stat found {};
  const int result =
      links == Links::follow ? ::stat(path.c_str(), &found) : ::lstat(path.c_str(), &found);
  if (result != 0) return std::nullopt;
  return to_file_status(found);
}

FileStatus file_status(const FileDescriptor& file) {
  struct stat found {};
  if (::fstat(file.get(), &found) != 0) throw_last_error();
  return to_file_status(found);
}

std::uint64_t current_user() noexcept {
  return ::geteuid();
}

}  // namespace taskdock::system
