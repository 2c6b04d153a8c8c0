#pragma once

#include <cstdint>
#include <optional>

#include "api/import_reading.h"
#include "formats/format.h"
#include "store/store.h"
#include "support/uuid.h"

/// The import of a file: all of its tasks, or none of them.
namespace taskdock::api {

/// What becomes of a task without an id of its own that is equal to one that was imported before.
enum class EqualTask { skip, import };

struct ImportOptions {
  // Whether tasks that the owner has deleted come back.
  bool with_deleted = false;
  // Nothing: the beginning of the file says it. If more than half of its first tasks without an id
  // are known, it is one that was imported before, and those that are known are skipped.
  std::optional<EqualTask> equal = {};
};

/// For whom a file is imported, and when.
struct ImportTarget {
  support::Uuid owner;
  support::UuidGenerator& ids;  // of tasks of which the file does not say when they were created
  support::Timestamp deleted_since;  // tasks that were deleted before are skipped
  support::Timestamp now;
};

/// What an import has done.
struct Imported {
  std::int64_t imported = 0;
  // Why the others were skipped:
  std::int64_t known = 0;    // the owner has them, by their ids
  std::int64_t equal = 0;    // they have no id, and the owner has one that is equal
  std::int64_t deleted = 0;  // the owner had them, and has deleted them
  std::int64_t expired = 0;  // they are in the trash, for too long

  std::int64_t skipped() const { return known + equal + deleted + expired; }
};

/// Adds the tasks of the file to those of the owner. Those that the owner has or had, by their ids
/// or from an earlier import, are skipped as the options say. If the file has a fault, throws
/// ValidationError with the first one (check_file finds the others): then the change must fail.
/// Throws what Changes::import_tasks throws.
Imported import_file(const formats::Format& format, ImportSource& source,
                     const ImportOptions& options, store::Changes& changes,
                     const ImportTarget& target);

/// The same as a change of its own; or, if it `is_dry`, as one of which nothing is kept.
Imported import_file(const formats::Format& format, ImportSource& source,
                     const ImportOptions& options, store::Store& store, const ImportTarget& target,
                     bool is_dry);

}  // namespace taskdock::api
