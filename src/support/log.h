#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace taskdock::support {

enum class LogLevel { debug, info, warning, error, off };

/// Text is for people: the time, the level and the message. JSON is for machines: an object with
/// the members "time", "level" and "message", and one for each field.
enum class LogFormat { text, json };

/// A log file. When it would become larger than `max_bytes` it is renamed, "taskdock.log" to
/// "taskdock.1.log" and that to "taskdock.2.log", and so on; `keep` of these older ones are kept.
/// If it cannot be renamed, it cannot be written.
struct LogFile {
  std::filesystem::path path = {};
  std::size_t max_bytes = std::size_t{10} * 1024 * 1024;
  std::size_t keep = 5;
};

struct LogOptions {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
  LogFile file = {};  // without a path: standard error
};

/// Lets messages of the level and above through, one line each. Until it is called nothing is
/// logged. Call it once, before other threads run. Throws std::runtime_error, which names the file
/// and the reason, if the log file cannot be written.
///
/// A line is written at once while lines are rare; when they come fast they are gathered and
/// written together, at most a second late. Warnings and errors are written at once. The log never
/// ends the server. It never waits for standard error: lines that it does not accept are dropped
/// and counted. While a log file cannot be written, its lines are lost and counted, and a new
/// attempt is made each second, which can take a tenth of a second.
void start_log(const LogOptions& options);

/// Writes what is still gathered. Call it before the process ends.
void finish_log();

/// Whether a message of `level` would be written: for callers whose message costs something.
bool logs(LogLevel level);

/// What a message says, for machines: a member of the line in JSON.
struct LogField {
  std::string_view name;  // needs no escape in JSON
  std::variant<std::string_view, std::int64_t> value;
};

/// Logs one line; `message` must hold no line break, and neither it nor `fields` a password, a
/// token or a body. Any thread may call it; it does not throw.
void log(LogLevel level, std::string_view message,
         std::initializer_list<LogField> fields = {}) noexcept;

}  // namespace taskdock::support
