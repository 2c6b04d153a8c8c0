#pragma once

#include <filesystem>

/// Names of files that survive a loss of power. All throw std::system_error with the system's
/// reason.
namespace taskdock::system {

/// Gives the finished file `from` the name `to`, in the same directory, and what has that name the
/// name `kept`, which must be free. At each moment `to` is one of the two, whole; a process that is
/// killed in between may leave `from` under the name `kept`, or, where the file system cannot
/// exchange names (rename(2), RENAME_EXCHANGE), what was there under both names. Where this throws,
/// all names are as they were. The content of `from` must be on the disk; the names are once
/// sync_directory_of() has returned.
void replace_and_keep(const std::filesystem::path& from, const std::filesystem::path& to,
                      const std::filesystem::path& kept);

/// Returns when the names of the files in the directory of `file` are on the disk: without it a
/// crash could bring an old name back (fsync(2)).
void sync_directory_of(const std::filesystem::path& file);

}  // namespace taskdock::system
