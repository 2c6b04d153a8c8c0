#pragma once

#include <string>

#include "api/batch_types.h"
#include "api/read.h"
#include "api/services.h"
#include "store/changes.h"

/// Many tasks at once: all operations of a batch, or none of them.
namespace taskdock::api {

/// Adds what is wrong with the operations of `batch` as wholes, at the time `now`. Tasks to create
/// get the ids that stand beside them.
void check_batch(Batch& batch, support::Timestamp now, Faults& faults);

/// How many bytes the answer to `batch` has at most, if the batch was read from `body_bytes` bytes.
std::size_t max_answer_bytes(const Batch& batch, std::size_t body_bytes);

/// Does the operations for `owner` in their order, and returns a BatchAnswer as JSON: as text,
/// since hundreds of tasks would take as much memory again. What `batch` has is used up. If an
/// operation fails, throws ApiError, with a detail that names it, or ValidationError; then the
/// whole change must fail. `tasks_path` is where clients find the owner's tasks.
std::string run_batch(const Services& services, store::Changes& changes, const support::Uuid& owner,
                      Batch& batch, support::Timestamp now, const std::string& tasks_path);

}  // namespace taskdock::api
