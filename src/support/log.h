#pragma once

#include <string_view>

namespace taskdock::support {

enum class LogLevel { debug, info, warning, error, off };

/// Lets messages of `level` and above through to standard error, one line each. Until it is called
/// nothing is logged. Call it once, before other threads run.
///
/// A line is written at once while lines are rare; when they come fast they are gathered and
/// written together, at most a second late. Warnings and errors are written at once. Lines that
/// standard error does not accept are dropped and counted: the log never blocks the server.
void start_log(LogLevel level);

/// Writes what is still gathered. Call it before the process ends.
void finish_log();

/// Whether a message of `level` would be written: for callers whose message costs something.
bool logs(LogLevel level);

/// Logs one line; `message` must hold no line break and never a password, a token or a body. Any
/// thread may call it; it does not throw.
void log(LogLevel level, std::string_view message) noexcept;

}  // namespace taskdock::support
