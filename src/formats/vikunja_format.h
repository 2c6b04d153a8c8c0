#pragma once

#include <memory>
#include <string_view>

#include "formats/task_reader.h"

namespace taskdock::formats {

/// The file data.json of Vikunja's export: a list of projects with their tasks.
///
/// A label and the project's title become tags; comments, further reminders and dates, the tasks of
/// which a task is a part, and an interval that no rule can say become paragraphs of the
/// description, whose HTML becomes text.
std::unique_ptr<TaskReader> make_vikunja_reader(TaskSink& sink);

/// Format::begins.
bool begins_as_vikunja(std::string_view beginning);

}  // namespace taskdock::formats
