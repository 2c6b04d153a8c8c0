#pragma once

#include <memory>
#include <string_view>

#include "formats/task_reader.h"
#include "formats/task_writer.h"

namespace taskdock::formats {

/// Taskdock's own JSON: an object with the list `tasks`, each of them on a line of its own, with
/// those of task_members that it has, in their order. Read are also other objects with such a list,
/// as the API answers, and a list alone.
std::unique_ptr<TaskWriter> make_json_writer();
std::unique_ptr<TaskReader> make_json_reader(TaskSink& sink);

/// Whether it is an object with members, or a list of objects.
bool begins_as_json(std::string_view beginning);

}  // namespace taskdock::formats
