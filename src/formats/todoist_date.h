#pragma once

#include <string_view>

#include "formats/task.h"

namespace taskdock::formats {

/// Reads what Todoist has as a date, in English: a day ("2026-08-08", "8 Aug 2026", "Aug 8"), or
/// how often something recurs ("every day", "every other week", "every! 3 months", "every mon,
/// thu", "every 15th"; with "!" from its completion on), and after it, if there is one, a time
/// ("17:00", "at 5pm"). False: it is something else, and the task is as it was.
bool read_todoist_date(std::string_view text, ImportedTask& task);

}  // namespace taskdock::formats
