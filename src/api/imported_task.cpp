#include "api/imported_task.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "api/new_task.h"
#include "api/task_types.h"
#include "formats/foreign_text.h"
#include "formats/member_text.h"
#include "security/digest.h"
#include "support/recurrence.h"

namespace taskdock::api {

namespace {

using formats::ImportedTask;

// Readers of other programs' files cut off, or put elsewhere, what goes beyond the rules.
static_assert(formats::max_title == task_title.max);
static_assert(formats::max_tags == Tags{}.max_count);
static_assert(formats::max_tag == Tags{}.element.max);
static_assert(formats::max_rule == RecurrenceRule{}.max);

// What was read is of its type: left are the rules about texts and lists.

template <class T, class Rule>
void check_member(T& /*value*/, const Rule& /*rule*/, const Where& /*where*/, Faults& /*faults*/) {}

template <class Rule>
void check_member(std::string& value, const Rule& rule, const Where& where, Faults& faults) {
  read_text(std::move(value), rule, where, value, faults);
}

template <class Rule>
void check_member(std::optional<std::string>& value, const Rule& rule, const Where& where,
                  Faults& faults) {
  if (value) check_member(*value, rule, where, faults);
}

void check_member(std::vector<std::string>& value, const Tags& rule, const Where& where,
                  Faults& faults) {
  read_tags(value, rule, where, faults);
}

/// Whether `member` of the task at `where` has a fault; mostly there are none at all.
bool has_member_fault(const Where& where, const Faults& faults) {
  return !faults.empty() && has_fault(where, faults);
}

void check_past(const std::optional<support::Timestamp>& time, const char* name, const Where& where,
                support::Timestamp now, Faults& faults) {
  if (time && *time > now + max_clock_lead) {
    add_value_error({where, name}, too_far_ahead, faults);
  }
}

void append_part(std::string& out, std::string_view text) {
  out.append(std::to_string(text.size())).append(1, ':').append(text);
}

void append_member(std::string& out, const std::string& value) {
  append_part(out, value);
}

void append_member(std::string& out, const std::vector<std::string>& values) {
  for (const std::string& value : values) append_part(out, value);
}

template <class T>
void append_member(std::string& out, const T& value) {
  formats::append_value(out, value);
}

template <class T>
void append_member(std::string& out, const std::optional<T>& value) {
  if (value) append_member(out, *value);
}

void set_time(support::Uuid& id, support::Timestamp time) {
  auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(
      0, std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count()));
  for (std::size_t i = 6; i-- > 0; milliseconds >>= 8) {
    id.bytes[i] = static_cast<std::uint8_t>(milliseconds & 0xff);
  }
}

/// The day of this name that is nearest to `today`.
support::Date nearest(std::chrono::month_day name, support::Date today) {
  const std::chrono::year this_year = std::chrono::year_month_day(today).year();
  support::Date found = today;
  auto distance = std::chrono::days::max();
  // Of 9 years, one at least has a 29th of February.
  for (int years = -4; years <= 4; ++years) {
    const std::chrono::year_month_day day(this_year + std::chrono::years(years), name.month(),
                                          name.day());
    if (!day.ok() || std::chrono::abs(support::Date(day) - today) >= distance) continue;
    found = support::Date(day);
    distance = std::chrono::abs(found - today);
  }
  return found;
}

/// When a task is due that is imported at `now`, in UTC.
support::DateOrTime due_at_import(const ImportedTask& task, const formats::DueAtImport& due,
                                  support::Timestamp now) {
  const support::Date today(std::chrono::floor<std::chrono::days>(now).time_since_epoch());
  support::Date day = today;
  if (due.day) {
    day = nearest(*due.day, today);
  } else if (task.recurrence && task.recurrence->find(";BY") != std::string::npos) {
    const support::Recurrence rule(*task.recurrence);
    if (const auto next = rule.next(today - std::chrono::days(1), today)) day = next->day;
  }
  if (due.time) return support::LocalTime(day) + *due.time;
  return day;
}

}  // namespace

bool is_version_7(const support::Uuid& id) {
  return id.bytes[6] >> 4 == 7;
}

void check_imported_task(ImportedTask& task, const Where& where, support::Timestamp now,
                         Faults& faults) {
  const auto check = [&](const auto& member) {
    const Where here(where, member.name);
    if (has_member_fault(here, faults)) return;
    check_member(task.*member.pointer, member.rule, here, faults);
  };
  std::apply([&](const auto&... members) { (check(members), ...); }, task_content<ImportedTask>);
  const Where recurrence(where, "recurrence");
  if (task.recurrence && !task.due_date && !task.due_at_import &&
      !has_member_fault(recurrence, faults) && !has_member_fault({where, "due_date"}, faults)) {
    add_value_error(recurrence, needs_due_date, faults);
  }
  if (task.is_completed == false && task.completed_at) {
    add_value_error({where, "completed_at"}, "must not be there where is_completed is false",
                    faults);
  }
  const auto id = support::Uuid::parse(task.id.value_or(""));
  if (id && is_version_7(*id) && support::time_of(*id) > now + max_clock_lead) {
    add_value_error({where, "id"}, too_far_ahead, faults);
  }
  check_past(task.completed_at, "completed_at", where, now, faults);
  check_past(task.created_at, "created_at", where, now, faults);
  check_past(task.updated_at, "updated_at", where, now, faults);
  check_past(task.deleted_at, "deleted_at", where, now, faults);
}

std::string text_of(const ImportedTask& task) {
  std::string text;
  formats::for_each_member<ImportedTask>([&](const auto& member) {
    text += '\n';
    append_member(text, task.*member.member);
  });
  if (const auto& due = task.due_at_import) {
    if (due->day) {
      text += "\nday " + std::to_string(static_cast<unsigned>(due->day->month())) + ' ' +
              std::to_string(static_cast<unsigned>(due->day->day()));
    }
    if (due->time) text += "\ntime " + std::to_string(due->time->count());
  }
  return text;
}

std::optional<support::Timestamp> earliest_time(const ImportedTask& task) {
  if (task.created_at) return task.created_at;
  std::optional<support::Timestamp> earliest;
  for (const auto& time : {task.updated_at, task.completed_at, task.deleted_at}) {
    if (time && (!earliest || *time < *earliest)) earliest = time;
  }
  return earliest;
}

store::Task to_task(ImportedTask imported, const support::Uuid& owner, support::Timestamp now) {
  store::Task task;
  task.user_id = owner;
  task.is_completed = imported.is_completed.value_or(imported.completed_at.has_value());
  task.created_at = earliest_time(imported).value_or(now);
  task.updated_at = imported.updated_at.value_or(now);
  if (task.is_completed) {
    task.completed_at = imported.completed_at.value_or(task.updated_at);
  }
  task.parent_task_id = imported.parent_task_id;
  task.next_task_id = imported.next_task_id;
  if (imported.due_at_import && !imported.due_date) {
    imported.due_date = due_at_import(imported, *imported.due_at_import, now);
  }
  static_cast<store::TaskContent&>(task) = std::move(imported);
  return task;
}

support::Uuid derived_id(support::Timestamp time, const support::Uuid& owner,
                         const std::string& source) {
  std::string text(reinterpret_cast<const char*>(owner.bytes.data()), owner.bytes.size());
  const security::Digest digest = security::sha256(text += source);
  support::Uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  set_time(id, time);
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | (id.bytes[6] & 0x0f));
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

support::Uuid new_id(const formats::ImportedTask& task, support::UuidGenerator& ids) {
  support::Uuid id = ids.next();
  if (const auto time = earliest_time(task)) set_time(id, *time);
  return id;
}

}  // namespace taskdock::api
