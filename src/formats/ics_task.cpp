#include "formats/ics_task.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "formats/foreign_text.h"
#include "formats/ics_values.h"
#include "formats/member_text.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

constexpr const char* no_ics_time =
    "must be a date or time, as 20260808, 20260808T103000 or 20260808T103000Z";

template <class T>
void keep_earliest(std::optional<T>& earliest, const T& time) {
  if (!earliest || time < *earliest) earliest = time;
}

bool is_word(const ContentLine& property, std::string_view word) {
  return support::equals_ignoring_case(support::trim_blanks(property.value), word);
}

}  // namespace

struct IcsTask::Property {
  std::string_view name;
  void (*read)(IcsTask& task, const ContentLine& property);
};

// Without RELATED-TO: it names the task that this one is a part of, and Taskdock's parent_task_id
// is the first task of a series.
const IcsTask::Property IcsTask::properties[] = {
    {"SUMMARY",
     [](IcsTask& task, const ContentLine& property) {
       task.task_.title = task.read_text(property, "title");
     }},
    {"DESCRIPTION",
     [](IcsTask& task, const ContentLine& property) {
       task.task_.description = task.read_text(property, "description");
     }},
    {"UID",
     [](IcsTask& task, const ContentLine& property) {
       std::string id = task.read_text(property, "id");
       if (!id.empty()) task.task_.id = std::move(id);
     }},
    {"STATUS", [](IcsTask& task, const ContentLine& property) { task.read_status(property); }},
    {"PERCENT-COMPLETE",
     [](IcsTask& task, const ContentLine& property) { task.is_done_ = is_word(property, "100"); }},
    {"PRIORITY", [](IcsTask& task, const ContentLine& property) { task.read_priority(property); }},
    {"CATEGORIES", [](IcsTask& task, const ContentLine& property) { task.read_tags(property); }},
    {"DUE",
     [](IcsTask& task, const ContentLine& property) {
       task.task_.due_date = read_ics_time(property);
       if (!task.task_.due_date) task.refuse("due_date", no_ics_time);
     }},
    {"DTSTART",
     [](IcsTask& task, const ContentLine& property) {
       task.start_ = read_ics_time(property);
       if (!task.start_) task.refuse("due_date", no_ics_time);
     }},
    {"DURATION",
     [](IcsTask& task, const ContentLine& property) {
       task.duration_ = read_ics_duration(property.value);
       if (!task.duration_) task.refuse("due_date", "must be a duration, as P1D or PT1H30M");
     }},
    {"RRULE",
     [](IcsTask& task, const ContentLine& property) {
       const std::string_view rule = support::trim_blanks(property.value);
       if (const char* fault = text_fault(rule)) return task.refuse("recurrence", fault);
       if (task.task_.recurrence) {
         task.notes_.push_back(std::string("Recurrence: ").append(rule));
       } else {
         task.task_.recurrence = rule;
       }
     }},
    {"RECURRENCE-ID",
     [](IcsTask& task, const ContentLine& property) {
       task.occurrence_ = task.read_text(property, "id");
     }},
    {"URL", [](IcsTask& task, const ContentLine& property) { task.note("URL", property); }},
    {"LOCATION",
     [](IcsTask& task, const ContentLine& property) { task.note("Location", property); }},
    {"COMMENT", [](IcsTask& task, const ContentLine& property) { task.note("Comment", property); }},
    {"COMPLETED",
     [](IcsTask& task, const ContentLine& property) {
       task.task_.completed_at = task.read_past(property, "completed_at");
     }},
    {"CREATED",
     [](IcsTask& task, const ContentLine& property) {
       task.task_.created_at = task.read_past(property, "created_at");
     }},
    {"LAST-MODIFIED",
     [](IcsTask& task, const ContentLine& property) {
       task.task_.updated_at = task.read_past(property, "updated_at");
     }},
    {"DTSTAMP",
     [](IcsTask& task, const ContentLine& property) {
       task.stamp_ = task.read_past(property, "updated_at");
     }},
    {"X-TASKDOCK-RECURRENCE-FROM",
     [](IcsTask& task, const ContentLine& property) {
       task.read_own(property, "recurrence_from", task.task_.recurrence_from);
     }},
    {"X-TASKDOCK-PARENT-TASK-ID",
     [](IcsTask& task, const ContentLine& property) {
       task.read_own(property, "parent_task_id", task.task_.parent_task_id.emplace());
     }},
    {"X-TASKDOCK-NEXT-TASK-ID",
     [](IcsTask& task,
        const ContentLine&
            property) { task.read_own(property, "next_task_id", task.task_.next_task_id.emplace()); }},
};

void IcsTask::read(const ContentLine& property, std::size_t number) {
  const auto found =
      std::find_if(std::begin(properties), std::end(properties), [&](const Property& known) {
        return support::equals_ignoring_case(known.name, property.name);
      });
  if (found == std::end(properties)) return;
  // A property that is too large was cut off at this size, or all that follow are.
  bytes_ += property.name.size() + property.parameters.size() + property.value.size() + 1;
  if (bytes_ >= max_task_bytes) {
    is_too_large_ = true;
    return;
  }
  at_line_ = number;
  found->read(*this, property);
}

void IcsTask::read_alarm(const ContentLine& property, std::size_t number) {
  at_line_ = number;
  if (support::equals_ignoring_case(property.name, "TRIGGER")) {
    read_trigger(property);
  } else if (support::equals_ignoring_case(property.name, "ACTION")) {
    // Apple's programs write this where there is no reminder.
    alarm_.is_off = alarm_.is_off || is_word(property, "NONE");
  } else if (support::equals_ignoring_case(property.name, "PROXIMITY") ||
             support::equals_ignoring_case(property.name, "X-APPLE-PROXIMITY")) {
    alarm_.is_off = true;
  }
}

void IcsTask::end_alarm() {
  const Alarm alarm = std::exchange(alarm_, {});
  if (alarm.is_off) return;
  if (alarm.time) {
    if (const auto* at = std::get_if<support::Timestamp>(&*alarm.time)) {
      keep_earliest(alarm_time_, *at);
    } else {
      keep_earliest(local_alarm_, *alarm.time);
    }
  } else if (alarm.offset) {
    keep_earliest(alarm.is_after_due ? alarm_from_due_ : alarm_from_start_, *alarm.offset);
  }
}

void IcsTask::finish() {
  at_line_ = line_;
  if (is_too_large_) {
    sink_.refuse({line_, {}, "The task is larger than a megabyte"});
    return;
  }
  if (!task_.updated_at) task_.updated_at = stamp_;
  if (!task_.is_completed && is_done_) task_.is_completed = true;
  // Left from an earlier completion.
  if (task_.is_completed == false) task_.completed_at.reset();
  complete_times();
  complete_texts();
  sink_.take(std::move(task_), line_);
}

void IcsTask::complete_times() {
  if (!task_.due_date && start_ && duration_) task_.due_date = add_duration(*start_, *duration_);
  if (!task_.due_date && task_.recurrence) task_.due_date = start_;
  if (!occurrence_.empty()) {
    // It has the id of its series, of which it is one.
    if (task_.id) task_.id->append(1, '\n').append(occurrence_);
    task_.recurrence.reset();
  }
  if (start_ && start_ != task_.due_date) {
    append_value(notes_.emplace_back("Start: "), *start_);
  }
  task_.remind_at = alarm_time_;
  if (local_alarm_) remind_at(*local_alarm_);
  remind_after(task_.due_date, alarm_from_due_);
  remind_after(start_ ? start_ : task_.due_date, alarm_from_start_);
}

/// Makes texts that tasks can have of those of programs with other limits. Taskdock's own stay as
/// they are.
void IcsTask::complete_texts() {
  const std::string title = std::exchange(task_.title, {});
  set_title(task_, title);
  // A title of ours can have spaces around it.
  if (task_.title == support::trim(title)) task_.title = title;
  for (const std::string& category : categories_) add_tag(task_, "Category", category);
  for (const std::string& note : notes_) add_paragraph(task_, note);
  keep_possible_rule(task_);
}

void IcsTask::remind_after(const std::optional<support::DateOrTime>& time,
                           const std::optional<std::chrono::seconds>& offset) {
  if (!time || !offset) return;
  if (const auto moment = add_duration(*time, *offset)) remind_at(*moment);
}

void IcsTask::remind_at(const support::DateOrTime& time) {
  if (const auto* at = std::get_if<support::Timestamp>(&time)) {
    keep_earliest(task_.remind_at, *at);
  } else {
    append_value(notes_.emplace_back("Reminder: "), time);
  }
}

void IcsTask::note(std::string_view kind, const ContentLine& property) {
  const std::string text = read_text(property, "description");
  if (!text.empty()) notes_.push_back(std::string(kind).append(": ").append(text));
}

void IcsTask::refuse(const char* member, const char* why) {
  sink_.refuse({at_line_, member, why});
}

std::string IcsTask::read_text(const ContentLine& property, const char* member) {
  std::string text = read_ics_text(property.value);
  const char* const fault = text_fault(text);
  if (!fault) return text;
  refuse(member, fault);
  return {};
}

std::optional<support::Timestamp> IcsTask::read_past(const ContentLine& property,
                                                     const char* member) {
  const auto time = read_ics_time(property);
  if (!time) {
    refuse(member, no_ics_time);
    return std::nullopt;
  }
  if (const auto* instant = std::get_if<support::Timestamp>(&*time)) return *instant;
  // Older versions of Nextcloud's program leave out the Z.
  return std::visit([](const auto& at) { return support::Timestamp(at.time_since_epoch()); },
                    *time);
}

void IcsTask::read_status(const ContentLine& property) {
  if (is_word(property, "COMPLETED") || is_word(property, "CANCELLED")) {
    task_.is_completed = true;
  } else if (is_word(property, "NEEDS-ACTION") || is_word(property, "IN-PROCESS")) {
    task_.is_completed = false;
  }
}

void IcsTask::read_priority(const ContentLine& property) {
  const std::string_view digit = support::trim_blanks(property.value);
  if (digit.size() != 1 || digit.front() < '0' || digit.front() > '9') {
    refuse("priority", "must be a number from 0 to 9");
  } else {
    task_.priority = priority_of_ics(digit.front() - '0');
  }
}

void IcsTask::read_tags(const ContentLine& property) {
  // Tags have no commas, so that a category with one becomes two.
  const std::string list = read_ics_text(property.value);
  if (const char* fault = text_fault(list)) return refuse("tags", fault);
  split_tags(list, categories_);
}

void IcsTask::read_trigger(const ContentLine& property) {
  alarm_.time = read_ics_time(property);
  if (alarm_.time) return;
  alarm_.offset = read_ics_duration(property.value);
  alarm_.is_after_due = support::equals_ignoring_case(property.parameter("RELATED"), "END");
  if (!alarm_.offset) {
    refuse("remind_at", "must be a time, as 20260808T103000Z, or a duration, as -PT15M");
  }
}

template <class T>
void IcsTask::read_own(const ContentLine& property, const char* member, T& to) {
  if (const char* fault = read_value(support::trim_blanks(property.value), to)) {
    refuse(member, fault);
  }
}

}  // namespace taskdock::formats
