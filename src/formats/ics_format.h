#pragma once

#include <memory>
#include <string_view>

#include "formats/task_reader.h"
#include "formats/task_writer.h"

namespace taskdock::formats {

/// iCalendar (RFC 5545): a VTODO for each task. What iCalendar does not have is in properties whose
/// names begin with X-TASKDOCK-. Of other files the tasks are read, and events and the like are
/// passed over. What such a task has and ours cannot have, such as an address or a rule of hours,
/// becomes a paragraph of the description. Since there are no time zones, a time in one is the
/// local time there, and a reminder whose moment depends on one becomes such a paragraph; times of
/// what has happened, which should be in UTC, are taken to be so.
std::unique_ptr<TaskWriter> make_ics_writer();
std::unique_ptr<TaskReader> make_ics_reader(TaskSink& sink);

/// Whether the first line begins a calendar.
bool begins_as_ics(std::string_view beginning);

}  // namespace taskdock::formats
