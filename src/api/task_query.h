#pragma once

#include <chrono>
#include <string>

#include "api/call.h"
#include "api/task_list_types.h"
#include "store/task_query.h"

/// What the parameters of a list stand for.
namespace taskdock::api {

/// Due dates at one moment for whoever is at `offset` from UTC: that of `point`, the beginning of
/// the day that is some days after today, and the beginning of this minute, when what is due before
/// it is overdue.
store::DueMoment due_moment(const support::DateOrTime& point, std::chrono::minutes offset);
store::DueMoment start_of_day(support::Timestamp now, std::chrono::days after_today,
                              std::chrono::minutes offset);
store::DueMoment overdue_moment(support::Timestamp now, std::chrono::minutes offset);

/// The query that `wanted` is at the time `now`, but for its cursor. What is wrong is added to the
/// call's faults.
store::TaskQuery read_task_query(Call& call, const ListParameters& wanted, support::Timestamp now);

/// A number of the part of the time `now` that this query depends on: it is the same whenever that
/// part is.
std::int64_t moment_number(const ListParameters& wanted, support::Timestamp now);

/// The same for all pages of one list, and for no page of another: what its cursors know it by.
std::string name_of_list(const ListParameters& wanted);

/// The cursor of the page after `place`, and the place of a cursor; nothing if it is not one of the
/// list that is sorted by `key` and has this name.
std::string to_cursor(const store::TaskPlace& place, store::TaskKey key, std::string_view list);
std::optional<store::TaskPlace> to_place(std::string_view cursor, store::TaskKey key,
                                         std::string_view list);

}  // namespace taskdock::api
