#pragma once

#include <sys/stat.h>

#include "system/file_status.h"

namespace taskdock::system {

FileStatus to_file_status(const struct stat& found) noexcept;

}  // namespace taskdock::system
