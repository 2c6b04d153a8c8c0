#pragma once

#include <cstdint>

#include "api/import_reading.h"
#include "formats/format.h"
#include "store/store.h"

/// The import of a file: all of its tasks, or none of them.
namespace taskdock::api {

/// What an import has done.
struct Imported {
  std::int64_t imported = 0;
  std::int64_t skipped = 0;  // they were there already, or too long in the trash
};

/// Adds the tasks of the file to those of `owner`. One whose id the owner has, had, or got from an
/// earlier import of the same is skipped. Tasks that were deleted before `deleted_since` are
/// skipped as well. If the file has a fault, throws ValidationError with the first one (check_file
/// finds the others): then the change must fail. Throws what Changes::import_task throws.
Imported import_file(const formats::Format& format, ImportSource& source, store::Changes& changes,
                     const support::Uuid& owner, support::Timestamp deleted_since,
                     support::Timestamp now);

/// The same as a change of its own; or, if it `is_dry`, as one of which nothing is kept.
Imported import_file(const formats::Format& format, ImportSource& source, store::Store& store,
                     const support::Uuid& owner, support::Timestamp deleted_since,
                     support::Timestamp now, bool is_dry);

}  // namespace taskdock::api
