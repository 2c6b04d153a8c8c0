#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "store/progress.h"

namespace taskdock::store {

struct RestoreOptions {
  bool keeps_sessions = false;
};

struct Restored {
  std::optional<std::filesystem::path> kept;  // what was there before, if anything was
  std::int64_t tasks = 0;
  std::int64_t users = 0;
  std::int64_t ended_sessions = 0;
  std::int64_t script_tokens = 0;  // which are valid again, whatever has been revoked since
};

/// What a restore makes beside the database `file`, and a killed one leaves there.
std::vector<std::filesystem::path> files_of_restore(const std::filesystem::path& file);

/// Makes the database `file` what `from` is, a copy of a database of this version or an older one,
/// and brings it to this version. `from` may have a log (-wal) beside it, whose content belongs to
/// it; neither is changed. It gets a new epoch and higher revisions, so that clients notice that it
/// went back; its sessions are ended, since one that was ended after the copy was made would be
/// valid again.
///
/// The caller has seen to it that no other process uses `file`. What is there is kept as `kept`,
/// complete, or, where it is damaged, together with its log. Whenever this is interrupted, `file`
/// is the whole database that was there or the whole restored one.
///
/// Throws Unusable where `from` cannot be restored, and says why; Unavailable. Then `file` is
/// unchanged.
Restored restore(const std::filesystem::path& from, const std::filesystem::path& file,
                 const std::filesystem::path& kept, const RestoreOptions& options,
                 const Progress& progress);

}  // namespace taskdock::store
