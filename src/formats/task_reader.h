#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "formats/task.h"

namespace taskdock::formats {

/// What is wrong in a file.
struct Fault {
  // Where: the number, from one on, of the line at which the task or the fault begins, or of the
  // task among those of the file (Format::numbered). 0: nowhere in particular.
  std::size_t number = 0;
  std::string_view member = {};  // a name that lives as long as the program; empty: none
  // What is wrong and, if that is not clear, what to do, in valid UTF-8: a sentence without its
  // full stop, or what the member's name is the beginning of: "must be a date, as 2026-08-08".
  std::string message = {};
};

/// Where a reader hands in what it finds.
class TaskSink {
 public:
  virtual ~TaskSink() = default;

  /// A task, at the place `number` (Fault). One with faults is handed in too, after these, so that
  /// all that is wrong with it is found: then a member with a fault has any value.
  virtual void take(ImportedTask task, std::size_t number) = 0;
  virtual void refuse(Fault fault) = 0;
};

/// Reads one file, in pieces of any size, with a constant amount of memory: a task that is larger
/// than max_task_bytes is a fault. The bytes may be anything. What a format has and tasks do not is
/// passed over; what a task cannot be without, or would be damaged by leaving out, is a fault.
/// Belongs to one thread at a time.
class TaskReader {
 public:
  virtual ~TaskReader() = default;

  /// The next bytes of the file, which need not live longer than the call.
  virtual void read(std::string_view bytes) = 0;
  /// That was all; to be called once, last.
  virtual void finish() = 0;
};

/// How many bytes of a file one task may take: far more than its texts and names can need.
inline constexpr std::size_t max_task_bytes = 1024 * 1024;

}  // namespace taskdock::formats
