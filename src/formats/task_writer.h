#pragma once

#include <string>

#include "formats/task.h"

namespace taskdock::formats {

/// Writes one file. All calls append to `out`, which the caller may empty between them, so that a
/// file of any size takes a constant amount of memory. Belongs to one thread at a time.
class TaskWriter {
 public:
  virtual ~TaskWriter() = default;

  /// What stands before the first task; to be called once, first.
  virtual void begin(std::string& out) = 0;
  virtual void write(std::string& out, const ExportedTask& task) = 0;
  /// What stands after the last task; to be called once, last.
  virtual void end(std::string& out) = 0;
};

}  // namespace taskdock::formats
