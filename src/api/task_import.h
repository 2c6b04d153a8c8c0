#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "api/read.h"
#include "formats/format.h"
#include "store/store.h"

/// The import of a file: all of its tasks, or none of them. It is read twice: without the writer,
/// to find what is wrong with it, and then in the change.
namespace taskdock::api {

/// The bytes of a file that is imported.
class ImportSource {
 public:
  virtual ~ImportSource() = default;

  /// Begins at the first byte again.
  virtual void rewind() = 0;
  /// The next bytes, valid until the next call; none at the end.
  virtual std::string_view next() = 0;
};

/// At most so many faults of a file are told.
inline constexpr std::size_t max_import_faults = 100;

/// What a file is, before anything of it is kept.
struct CheckedFile {
  Faults faults;  // at ["body", "line" or "task", number, member], as Format::numbered says
  std::int64_t tasks = 0;
};

/// Reads the file, as far as it has no more than max_import_faults and `max_tasks`.
CheckedFile check_file(const formats::Format& format, ImportSource& source, support::Timestamp now,
                       std::int64_t max_tasks = std::numeric_limits<std::int64_t>::max());

/// What an import has done.
struct Imported {
  std::int64_t imported = 0;
  std::int64_t skipped = 0;  // they were there already, or too long in the trash
};

/// Adds the tasks of the file to those of `owner`. One whose id the owner has, had, or got from an
/// earlier import of the same is skipped. Tasks that were deleted before `deleted_since` are
/// skipped as well. If the file has a fault, throws ValidationError: then the change must fail.
/// Throws what Changes::import_task throws.
Imported import_file(const formats::Format& format, ImportSource& source, store::Changes& changes,
                     const support::Uuid& owner, support::Timestamp deleted_since,
                     support::Timestamp now);

/// The same as a change of its own; or, if it `is_dry`, as one of which nothing is kept.
Imported import_file(const formats::Format& format, ImportSource& source, store::Store& store,
                     const support::Uuid& owner, support::Timestamp deleted_since,
                     support::Timestamp now, bool is_dry);

}  // namespace taskdock::api
