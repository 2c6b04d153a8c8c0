#pragma once

#include <string>
#include <string_view>

namespace taskdock::cli {

/// Opens those of the descriptors 0 to 2 that are closed, to the null device, so that no file that
/// is opened later takes their place and gets what is written to them. Call it before anything is
/// opened. Throws Failure where there is no null device.
void open_standard_descriptors();

/// Writes all of `text` to standard output. Throws Failure, with the reason, where it cannot be
/// written.
void write_output(std::string_view text);

/// The same with `report`, which says what a command has done, in lines: where it cannot be
/// written, the Failure says it.
void write_report(const std::string& report);

}  // namespace taskdock::cli
