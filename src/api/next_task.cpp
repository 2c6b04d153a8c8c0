#include "api/next_task.h"

#include <chrono>
#include <variant>

#include "support/recurrence.h"

namespace taskdock::api {

namespace {

using std::chrono::days;

support::Date day_of(const support::DateOrTime& value) {
  return std::visit(
      [](auto point) {
        const auto since_epoch = std::chrono::floor<days>(point.time_since_epoch());
        return support::Date(since_epoch);
      },
      value);
}

/// `value`, some days later, at the same time of day and in the same form.
support::DateOrTime move(const support::DateOrTime& value, days by) {
  return std::visit([by](auto point) -> support::DateOrTime { return decltype(point)(point + by); },
                    value);
}

/// `moment`, some days later; nothing if there is none, or if it is outside the years 1 to 9999.
std::optional<support::Timestamp> move(const std::optional<support::Timestamp>& moment, days by) {
  if (!moment) return std::nullopt;
  const support::Timestamp moved = *moment + by;
  if (moved < support::first_moment || moved >= support::end_of_time) return std::nullopt;
  return moved;
}

}  // namespace

std::optional<store::Task> next_task(const store::Task& completed, support::Timestamp now) {
  const support::Recurrence rule(*completed.recurrence);
  const support::DateOrTime& due = *completed.due_date;
  const support::Date due_day = day_of(due);
  const support::Date today = day_of(now);
  const bool from_completion = completed.recurrence_from == store::RecurrenceFrom::completion;
  const support::Date start = from_completion ? today : due_day;
  auto next = rule.next(start, today);
  // Who completes early what is due every Friday has done this one. But what is due some days after
  // a completion is so after each.
  if (next && next->day == due_day && (!from_completion || rule.names_days())) {
    next = rule.next(start, due_day + days(1));
  }
  if (!next) return std::nullopt;

  const days by = next->day - due_day;
  store::Task task;
  static_cast<store::TaskContent&>(task) = completed;
  task.due_date = move(due, by);
  if (rule.is_after_end(*task.due_date)) return std::nullopt;
  task.remind_at = move(completed.remind_at, by);
  if (rule.count()) {
    task.recurrence = support::with_count(*completed.recurrence, *rule.count() - next->step);
  }
  task.user_id = completed.user_id;
  task.parent_task_id = completed.parent_task_id.value_or(completed.id);
  return task;
}

}  // namespace taskdock::api
