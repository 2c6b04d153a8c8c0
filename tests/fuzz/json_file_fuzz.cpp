// Files in Taskdock's own JSON: they are read the same in any pieces, and written as they were
// read.
#include "task_file.h"

using taskdock::fuzz::as_text;
using taskdock::fuzz::check_round_trip;
using taskdock::fuzz::read_any_file;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_round_trip("json", read_any_file("json", as_text(data, size)));
  return 0;
}
