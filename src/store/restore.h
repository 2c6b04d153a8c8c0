#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "store/progress.h"

namespace taskdock::store {

struct RestoreOptions {
  bool keeps_sessions = false;
};

struct Restored {
  std::optional<std::filesystem::path> kept;      // what was there before, if anything was
  std::optional<std::filesystem::path> kept_log;  // its log, where that is kept beside it
  std::int64_t tasks = 0;
  std::int64_t users = 0;
  std::int64_t ended_sessions = 0;
  std::int64_t script_tokens = 0;  // which are valid again, whatever has been revoked since
};

/// The restored database has its name, but the disk has not confirmed it: a loss of power could
/// bring back what was there before.
class NotConfirmed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Gives the next bytes of a backup, which are valid until the next call; nothing at its end. What
/// it throws ends the work.
using Source = std::function<std::string_view()>;

/// What a restore makes beside the database `file`, and a killed one leaves there.
std::vector<std::filesystem::path> files_of_restore(const std::filesystem::path& file);

/// Throws Unusable where what is called `file`, or what is beside it, is no database that another
/// can take the place of: a link, or no regular file.
void require_replaceable(const std::filesystem::path& file);

/// Makes the database `file` what `from` is, a copy of a database of this version or an older one,
/// and brings it to this version. `from` may have a log (-wal) beside it, whose content belongs to
/// it; neither is changed. It gets a new epoch and higher revisions, so that clients notice that it
/// went back; its sessions are ended, since one that was ended after the copy was made would be
/// valid again.
///
/// The caller has seen to it that no other process uses `file`, and that it is replaceable (above).
/// What is there is kept as `kept`: complete, or, where it is not whole with what its log has, as
/// it is, together with the log. Whenever the process or the computer stops, `file` is the whole
/// database that was there or the whole restored one. A database that is not whole is the
/// exception, and so is a log without its database: then the log can be beside `kept` already,
/// under its name, while `file` is still what it was.
///
/// Throws Unusable where `from` cannot be restored, and says why; Unavailable. Then `file` and its
/// log are unchanged. Throws NotConfirmed.
Restored restore(const std::filesystem::path& from, const std::filesystem::path& file,
                 const std::filesystem::path& kept, const RestoreOptions& options,
                 const Progress& progress);

/// The same, where `from` gives a backup, without a log.
Restored restore(const Source& from, const std::filesystem::path& file,
                 const std::filesystem::path& kept, const RestoreOptions& options,
                 const Progress& progress);

}  // namespace taskdock::store
