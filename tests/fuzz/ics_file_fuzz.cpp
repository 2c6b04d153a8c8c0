// Files in iCalendar: they are read the same in any pieces, and what was written is read again.
#include "task_file.h"

using taskdock::fuzz::as_text;
using taskdock::fuzz::check_same_file;
using taskdock::fuzz::read_any_file;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_same_file("ics", read_any_file("ics", as_text(data, size)));
  return 0;
}
