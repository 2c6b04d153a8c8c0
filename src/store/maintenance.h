#pragma once

#include <filesystem>

namespace taskdock::store {

/// Rewrites the database `file` without the space that nothing occupies, and without the copies
/// that rows have left where they have moved. Nobody else may have the database open. Needs as much
/// free space beside it as twice its size, and checks that first. Throws Unusable for what is no
/// database of ours, Unavailable if there is no room, if the database is in use, or if it fails on
/// the way; then it is as it was.
void compact(const std::filesystem::path& file);

}  // namespace taskdock::store
