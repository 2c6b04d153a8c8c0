// Files of Todoist's CSV: whatever they are, they are read, and the same in any pieces.
#include "task_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  taskdock::fuzz::read_any_file("todoist", taskdock::fuzz::as_text(data, size));
  return 0;
}
