#include "system/file_owner.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace taskdock::system {

void give_to_owner(const Directory& directory, const std::vector<std::string>& names) {
  constexpr uid_t root = 0;
  struct stat owner {};
  if (::geteuid() != root || ::fstat(directory.descriptor().get(), &owner) != 0 ||
      owner.st_uid == root)
    return;
  for (const std::string& name : names) {
    // O_PATH (open(2)): a handle for what is there now, with which nothing is opened.
    const int file =
        ::openat(directory.descriptor().get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) continue;
    struct stat found {};
    if (::fstat(file, &found) == 0 && found.st_uid == root &&
        (S_ISDIR(found.st_mode) || (S_ISREG(found.st_mode) && found.st_nlink == 1))) {
      [[maybe_unused]] const int ignored =
          ::fchownat(file, "", owner.st_uid, owner.st_gid, AT_EMPTY_PATH);
    }
    ::close(file);
  }
}

}  // namespace taskdock::system
