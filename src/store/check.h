#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "store/progress.h"
#include "support/clock.h"

namespace taskdock::store {

struct Checked {
  std::vector<std::string> findings;  // what is wrong, a line each; of one kind at most a hundred
  std::size_t mendable = 0;           // how many of them repair() can mend
  std::size_t advised = 0;            // how many of them say themselves what to do
  std::vector<std::string> mended;    // what was wrong and no longer is
  int version = 0;                    // of its schema
  bool is_older = false;              // than this version's: then what is derived is not checked
  std::int64_t users = 0;
  std::int64_t tasks = 0;
};

/// What uses a file that is to be checked.
enum class Usage {
  live,  // a data directory's database: a server may use it meanwhile
  copy,  // nobody changes it
};

/// Looks for everything that can be wrong in the database `file`: its structure, references, the
/// schema, what users have written (texts that are not UTF-8, values of a form that cannot be read,
/// recurrence rules that are none), and what is derived from other rows: the kept totals, the tags
/// of tasks, the keys that tasks are sorted by, the reminders that are still to come after `now`,
/// and the search index. Changes nothing.
///
/// Beside a server it disturbs nobody: it reads, in many transactions rather than one, of which
/// the longest lasts as long as SQLite's own check of the structure; meanwhile the server's log
/// grows. Takes little memory, however large the database is. Throws Unusable for what is no
/// database of ours; Unavailable.
Checked check(const std::filesystem::path& file, Usage usage, support::Timestamp now,
              const Progress& progress);

/// The same, and then makes again what is derived and was found wrong, in one transaction; nothing
/// else is ever changed, and nothing at all in a database whose structure, references or schema are
/// not as they should be, that has texts or values which cannot be read, or that is older. The
/// caller has seen to it that no other process uses `file`.
Checked repair(const std::filesystem::path& file, support::Timestamp now, const Progress& progress);

}  // namespace taskdock::store
