#pragma once

#include <filesystem>

namespace taskdock::store::sqlite {

/// Whether the database `file` and its log are whole together: then the log may be moved into the
/// file. Otherwise that would lose what SQLite does not read of the log, or damage the file. Reads
/// all of both, and changes neither. The caller has seen to it that no other process uses them.
/// Throws SQLite::Exception where they cannot be read for a reason that may pass; Unavailable.
bool is_whole_with_log(const std::filesystem::path& file);

}  // namespace taskdock::store::sqlite
