#pragma once

#include <string_view>

namespace taskdock::cli {

/// Opens those of the descriptors 0 to 2 that are closed, to the null device, so that no file that
/// is opened later takes their place and gets what is written to them. Call it before anything is
/// opened. Throws Failure where there is no null device.
void open_standard_descriptors();

/// Writes all of `text` to standard output. Throws Failure, with the reason, where it cannot be
/// written.
void write_output(std::string_view text);

/// Writes all of `text`, which is short, to standard output if there is room for it now. Otherwise
/// it is lost: this neither waits for a reader nor ends the process where there is none.
void offer_output(std::string_view text) noexcept;

}  // namespace taskdock::cli
