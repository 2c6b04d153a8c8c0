#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "support/clock.h"

/// The names of backups that Taskdock chooses: a word and the moment, to the second, in UTC.
namespace taskdock::cli {

/// Of backups that a command makes, and of those that a server makes by itself: each removes only
/// what has its own word.
inline constexpr std::string_view made_by_command = "taskdock-";
inline constexpr std::string_view made_by_server = "taskdock-scheduled-";

/// `moment` in a form that file names of all systems can have: 2026-08-08T10-30-00Z.
std::string file_time(support::Timestamp moment);

/// "taskdock-2026-08-08T10-30-00Z.db".
std::string backup_name(std::string_view word, support::Timestamp moment);

/// The moment in a name that backup_name() has made with `word`; nothing for any other.
std::optional<support::Timestamp> time_of_backup(std::string_view word, std::string_view name);

/// Removes from `directory` what processes that were killed have left of backups whose names they
/// had made with `word`. Does not throw where the directory cannot be read.
void remove_unfinished_backups(const std::filesystem::path& directory, std::string_view word);

}  // namespace taskdock::cli
