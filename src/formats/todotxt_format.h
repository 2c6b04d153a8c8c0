#pragma once

#include <memory>

#include "formats/task_reader.h"
#include "formats/task_writer.h"

namespace taskdock::formats {

/// todo.txt (github.com/todotxt/todo.txt): a line for each task, with what that has in words of the
/// line. Times of creation and completion are days there, in UTC; when a task was changed, and
/// which one a recurring task follows, it does not say.
///
/// A word of the title that would say something of the task is written with a backslash before it.
/// A title that no line can have, of several lines for instance, is written once more, in the word
/// full-title:, where nothing of it is lost.
std::unique_ptr<TaskWriter> make_todotxt_writer();
std::unique_ptr<TaskReader> make_todotxt_reader(TaskSink& sink);

}  // namespace taskdock::formats
