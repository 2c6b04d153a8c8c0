#pragma once

#include <sys/stat.h>

#include "system/file_status.h"

namespace taskdock::system {

/// Of a file that only its owner may read and write.
inline constexpr mode_t owner_only = S_IRUSR | S_IWUSR;

FileStatus to_file_status(const struct stat& found) noexcept;

}  // namespace taskdock::system
