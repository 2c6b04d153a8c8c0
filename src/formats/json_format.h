#pragma once

#include <memory>

#include "formats/task_reader.h"
#include "formats/task_writer.h"

namespace taskdock::formats {

/// Taskdock's own JSON: an object with the list `tasks`, each of them on a line of its own, with
/// all of task_members in their order. Read are also other objects with such a list, as the API
/// answers, and a list alone.
std::unique_ptr<TaskWriter> make_json_writer();
std::unique_ptr<TaskReader> make_json_reader(TaskSink& sink);

}  // namespace taskdock::formats
