#pragma once

#include <filesystem>

namespace taskdock::store {

/// Rewrites the database `file` without unused space, and without the old copies of rows that have
/// been moved. No other process may have the database open. Needs free space of twice its size in
/// the same directory, and checks that first. Throws Unusable if it is no database of ours;
/// Unavailable if there is not enough space, if the database is in use, or if it fails. Then the
/// content of the database is unchanged.
void compact(const std::filesystem::path& file);

}  // namespace taskdock::store
