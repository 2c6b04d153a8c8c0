#pragma once

#include <filesystem>

#include "support/file_descriptor.h"

namespace taskdock::cli {

/// The directory that holds everything one server keeps, owned by this process for as long as this
/// lives (flock(2) on a file in it, which the system lets go of however the process ends).
class DataDirectory {
 public:
  /// Makes `path` with mode 0700 if it is not there, and takes it. Throws std::runtime_error,
  /// naming what to do, if that cannot be or another process owns it.
  explicit DataDirectory(const std::filesystem::path& path);

  /// Whether there is a database in `path`; nothing is made to find out.
  static bool has_database(const std::filesystem::path& path);

  std::filesystem::path database_file() const { return path_ / database_name; }
  std::filesystem::path key_file() const { return path_ / "secret.key"; }

 private:
  static constexpr const char* database_name = "taskdock.db";

  std::filesystem::path path_;
  support::FileDescriptor lock_;
};

}  // namespace taskdock::cli
