#pragma once

#include <string_view>

#include "formats/task.h"

namespace taskdock::formats {

/// Reads what Todoist has as a date: a day or time ("2026-08-08", "8 Aug 2026 17:00"), or how often
/// something recurs, in English ("every day", "every other week", "every! 3 months", "every mon,
/// thu"; with "!" from its completion on). False: it is something else, and the task is as it was.
bool read_todoist_date(std::string_view text, ImportedTask& task);

}  // namespace taskdock::formats
