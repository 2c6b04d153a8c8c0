#pragma once

#include <optional>

#include "store/types.h"
#include "support/clock.h"

namespace taskdock::api {

/// The task that follows `completed`, which recurs, has a due date and was completed at `now`;
/// nothing where its rule ends. Its id and times are for the caller to set.
///
/// It is due on the first day by the rule after the old due date, and not before today; or, where
/// the rule counts from the completion, after today, but not on the old due date: that one is done.
/// The time of day stays. "Today" is the day in
/// UTC, since the server does not know where its user is. COUNT is counted down by the days that
/// were passed over as well.
std::optional<store::Task> next_task(const store::Task& completed, support::Timestamp now);

}  // namespace taskdock::api
