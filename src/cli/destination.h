#pragma once

#include <filesystem>

#include "cli/data_directory.h"

namespace taskdock::cli {

/// Throws Failure, which says what to do, where a command must not write the new file `file`: it
/// belongs to `directory` or another data directory, exists and is not to be replaced, or is no
/// regular file. Before the work is done: what comes there meanwhile is for the caller to keep.
void check_destination(const std::filesystem::path& file, const DataDirectory& directory,
                       bool may_replace);

}  // namespace taskdock::cli
