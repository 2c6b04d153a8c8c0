#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "api/conditions.h"
#include "api/read.h"
#include "api/services.h"
#include "api/task_types.h"
#include "store/changes.h"

/// How tasks are made: one at a time, or as a part of a batch.
namespace taskdock::api {

/// What is wrong with a task that recurs and has no due date.
inline constexpr std::string_view needs_due_date = "a task that recurs needs a due_date";

/// How far ahead of ours the clock may be of who makes ids and times. New ids are above all that
/// there are after a restart (UuidGenerator::never_below), so nobody may move them far ahead.
inline constexpr std::chrono::hours max_clock_lead{24};
inline constexpr std::string_view too_far_ahead =
    "its time is more than a day ahead of the server's";

/// Adds what is wrong with `wanted`, which was read at `where`, as a whole, at the time `now`.
void check_new_task(const NewTask& wanted, const Where& where, support::Timestamp now,
                    Faults& faults);

/// A task that is ready to be added.
struct PreparedTask {
  store::Task task;
  bool has_own_id = false;  // its id was made by the client, and not by us
};

/// The task that `owner` wants at `now`. It counts as created at the time in its id, if its client
/// has made that, but not later than now.
PreparedTask prepare_task(const Services& services, NewTask wanted, const support::Uuid& owner,
                          support::Timestamp now);

/// Adds the task, and the next one if it recurs and is completed already; returns true. If its
/// client has made its id, and the owner has that task with the same content, it was sent again:
/// then nothing is added, `prepared.task` becomes the task as it is, and false is returned. Throws
/// ApiError (409) if the id is taken otherwise; `tasks_path` is where clients find the owner's
/// tasks. Where there are `conditions`, they are about the task with an id of its client's, and
/// are checked first; otherwise it is null. Throws what Changes::add_task throws.
bool add_task(const Services& services, store::Changes& changes, PreparedTask& prepared,
              const std::string& tasks_path, const Conditions* conditions = nullptr);

}  // namespace taskdock::api
