#include "cli/destination.h"

#include <system_error>

#include "cli/failure.h"
#include "cli/values.h"
#include "system/file_status.h"

namespace taskdock::cli {

void check_destination(const std::filesystem::path& file, const DataDirectory& directory,
                       bool may_replace) {
  bool is_own = is_of_data_directory(file);
  for (const std::filesystem::path& own : directory.own_files()) {
    std::error_code none;
    is_own =
        is_own || resolve(file) == resolve(own) || std::filesystem::equivalent(file, own, none);
  }
  if (is_own) {
    throw WrongValue(file.string() +
                     " belongs to a data directory; name another file (taskdock restore is what "
                     "puts a backup in its place)");
  }
  const auto status = system::file_status(file, system::Links::keep);
  if (!status) return;
  using Kind = system::FileStatus::Kind;
  if (status->kind == Kind::directory) {
    throw WrongValue(file.string() + " is a directory; name a file in it");
  }
  if (status->kind != Kind::regular) {
    throw WrongValue(file.string() + " is no regular file; name another one");
  }
  if (!may_replace) {
    throw Failure(ExitStatus::failed, file.string() + " exists already; --force replaces it");
  }
}

}  // namespace taskdock::cli
