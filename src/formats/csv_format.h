#pragma once

#include <memory>
#include <string_view>

#include "formats/task_reader.h"
#include "formats/task_writer.h"

namespace taskdock::formats {

/// Taskdock's own CSV (RFC 4180): a header with the names of task_members, then a record for each
/// task. A field without anything is null; "" is an empty text. The tags are one field, with commas
/// between them. Read are columns in any order, and without those that are not there; others are
/// passed over.
std::unique_ptr<TaskWriter> make_csv_writer();
std::unique_ptr<TaskReader> make_csv_reader(TaskSink& sink);

/// Whether the first line has the names of several members, title among them.
bool begins_as_csv(std::string_view beginning);

}  // namespace taskdock::formats
