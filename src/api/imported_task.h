#pragma once

#include <optional>
#include <string>

#include "api/read.h"
#include "formats/task.h"
#include "store/types.h"
#include "support/uuid.h"

/// Tasks that come from files: what they must be, and what becomes of them.
namespace taskdock::api {

/// Whether a task can keep `id` when it is imported (RFC 9562, 5.7).
bool is_version_7(const support::Uuid& id);

/// Adds what is wrong with `task`, which was read at `where`, at the time `now`. Its content obeys
/// the rules that a request's does, and is brought into the same form: tags are trimmed, and each
/// stays once. Members that have a fault already are passed over.
void check_imported_task(formats::ImportedTask& task, const Where& where, support::Timestamp now,
                         Faults& faults);

/// All that the file says of the task, as a text: that of another task is another one.
std::string text_of(const formats::ImportedTask& task);

/// The task of `owner` that `imported`, which has no fault, becomes at the time `now`, but for its
/// id. What the file does not say of it is as if it was done now, or, as far as that is known,
/// when it was created, completed or deleted.
store::Task to_task(formats::ImportedTask imported, const support::Uuid& owner,
                    support::Timestamp now);

/// When it was created, or had been at the latest, as far as the file says it.
std::optional<support::Timestamp> earliest_time(const formats::ImportedTask& task);

/// An id of version 7 with the time `time`, and with a digest of `owner` and `source` in place of
/// what is random otherwise (RFC 9562, 5.7): the same task of a file gets the same id again.
support::Uuid derived_id(support::Timestamp time, const support::Uuid& owner,
                         const std::string& source);

/// A new id, one of `ids`, for a task that is imported now and was created now or, as far as the
/// file says something of it, at its earliest_time.
support::Uuid new_id(const formats::ImportedTask& task, support::UuidGenerator& ids);

}  // namespace taskdock::api
