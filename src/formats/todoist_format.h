#pragma once

#include <memory>
#include <string_view>

#include "formats/task_reader.h"

namespace taskdock::formats {

/// The CSV into which Todoist exports a project: a record for each task, section or comment, below
/// a header with the names of the columns. The labels stand in the tasks' contents (@label), the
/// comments behind their tasks.
///
/// A label and a section become tags; comments, the tasks of which a task is a part, and a date
/// that is neither a day nor a rule (read_todoist_date) become paragraphs of the description.
std::unique_ptr<TaskReader> make_todoist_reader(TaskSink& sink);

/// Format::begins.
bool begins_as_todoist(std::string_view beginning);

}  // namespace taskdock::formats
