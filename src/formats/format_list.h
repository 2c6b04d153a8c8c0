#pragma once

#include <array>

#include "formats/csv_format.h"
#include "formats/format.h"
#include "formats/ics_format.h"
#include "formats/json_format.h"
#include "formats/todoist_format.h"
#include "formats/todotxt_format.h"
#include "formats/vikunja_format.h"

namespace taskdock::formats {

/// All formats, as all_formats() has them. What depends on their names is made from this list.
inline constexpr std::array format_list = {
    Format{.name = "vikunja",
           .description = "the data.json of what Vikunja exports",
           .media_type = "application/json",
           .extension = "json",
           .numbered = "task",
           .make_reader = make_vikunja_reader,
           .begins = begins_as_vikunja},
    Format{.name = "json",
           .description = "Taskdock's own JSON, with all that a task has",
           .media_type = "application/json",
           .extension = "json",
           .numbered = "task",
           .has_trash = true,
           .make_writer = make_json_writer,
           .make_reader = make_json_reader,
           .begins = begins_as_json},
    Format{.name = "todoist",
           .description = "the CSV into which Todoist exports a project",
           .media_type = "text/csv",
           .extension = "csv",
           .numbered = "line",
           .make_reader = make_todoist_reader,
           .begins = begins_as_todoist},
    Format{.name = "csv",
           .description = "CSV, a line for each task, with all that a task has",
           .media_type = "text/csv",
           .extension = "csv",
           .numbered = "line",
           .has_trash = true,
           .make_writer = make_csv_writer,
           .make_reader = make_csv_reader,
           .begins = begins_as_csv},
    Format{.name = "ics",
           .description = "iCalendar, which calendars and programs for tasks know",
           .media_type = "text/calendar",
           .extension = "ics",
           .numbered = "line",
           .make_writer = make_ics_writer,
           .make_reader = make_ics_reader,
           .begins = begins_as_ics},
    Format{.name = "todotxt",
           .description = "todo.txt, a line for each task, of those that are not in the trash",
           .media_type = "text/plain",
           .extension = "txt",
           .numbered = "line",
           .make_writer = make_todotxt_writer,
           .make_reader = make_todotxt_reader}};

}  // namespace taskdock::formats
