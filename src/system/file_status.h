#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "system/file_descriptor.h"

namespace taskdock::system {

/// Tells one file from all others, whatever its names are, for as long as it exists.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t file = 0;

  bool operator==(const FileIdentity&) const = default;
};

/// What there is at a path.
struct FileStatus {
  enum class Kind { regular, directory, symbolic_link, other };

  Kind kind;
  FileIdentity identity;
  std::uint64_t bytes;
  std::uint64_t names;      // how many it has: more than one if there are hard links
  std::uint64_t owner;      // the number of a user
  std::uint32_t mode;       // its permissions, as chmod(1) takes them
  std::int64_t changed_at;  // when its content was last changed, in nanoseconds since 1970
  bool is_open_to_others;   // whether users other than the owner have any of them
};

/// Whether the status of a symbolic link is that of the file it leads to.
enum class Links { follow, keep };

/// The status of what is at `path`; nothing if there is nothing, or it cannot be reached.
std::optional<FileStatus> file_status(const std::filesystem::path& path,
                                      Links links = Links::follow) noexcept;

/// The status of an open file. Throws std::system_error.
FileStatus file_status(const FileDescriptor& file);

/// The number of the user as whom this process acts.
std::uint64_t current_user() noexcept;

}  // namespace taskdock::system
