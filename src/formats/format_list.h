#pragma once

#include <array>

#include "formats/csv_format.h"
#include "formats/format.h"
#include "formats/json_format.h"

namespace taskdock::formats {

/// All formats, as all_formats() has them. What depends on their names is made from this list.
inline constexpr std::array format_list = {
    Format{.name = "json",
           .description = "Taskdock's own JSON, with all that a task has",
           .media_type = "application/json",
           .extension = "json",
           .numbered = "task",
           .has_trash = true,
           .make_writer = make_json_writer,
           .make_reader = make_json_reader,
           .begins = begins_as_json},
    Format{.name = "csv",
           .description = "CSV, a line for each task, with all that a task has",
           .media_type = "text/csv",
           .extension = "csv",
           .numbered = "line",
           .has_trash = true,
           .make_writer = make_csv_writer,
           .make_reader = make_csv_reader,
           .begins = begins_as_csv}};

}  // namespace taskdock::formats
