#pragma once

#include <cstddef>
#include <string_view>

namespace taskdock::system {

/// Opens those of the three standard streams that are closed, to the null device, so that no file
/// that is opened later takes their place and gets what is written to them. To be called before
/// anything is opened. Throws std::system_error.
void open_missing_standard_streams();

/// Whether people see what is written there.
bool output_is_terminal() noexcept;
bool error_is_terminal() noexcept;

/// Writes all of `text` to standard output. Where that is a pipe that does not block, waits up to
/// ten seconds for each part. Throws std::system_error.
void write_to_standard_output(std::string_view text);

/// Writes all of `text`, which is short, to standard output if there is room for it now. Otherwise
/// it is lost: this neither waits for a reader nor ends the process where there is none.
void offer_to_standard_output(std::string_view text) noexcept;

/// Writes what standard error takes of `text` without waiting. Returns how much is done with: what
/// it can never take, since it has no reader or its disk is full, counts as well.
std::size_t write_to_standard_error(std::string_view text) noexcept;

}  // namespace taskdock::system
