#pragma once

#include <filesystem>

namespace taskdock::system {

/// Gives the finished file `from` the name `to`, in the same directory, replacing what has it. When
/// this returns, the content and the name are on the disk; after a crash before that, `to` is
/// either what it was or the whole new file. Throws std::system_error with the system's reason.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace taskdock::system
