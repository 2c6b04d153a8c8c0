#include "cli/server_log_options.h"

#include <cstddef>
#include <cstdint>

#include "cli/data_directory.h"
#include "cli/failure.h"
#include "cli/values.h"

namespace taskdock::cli {

namespace {

const Words<support::LogFormat> formats = {{"text", support::LogFormat::text},
                                           {"json", support::LogFormat::json}};

constexpr std::size_t mib = std::size_t{1024} * 1024;
constexpr std::int64_t max_size_mib = 1024 * 1024;
constexpr std::int64_t max_keep = 1000;

}  // namespace

void ServerLogOptions::declare(OptionList& list) {
  LogOption::declare(list);
  support::LogFile& file = options_.file;
  list.add("--log-format", "FORMAT", "text",
           "How each line of the log is written: text, or json (one object a line)",
           [this](const Given& given) { options_.format = read_word(given.text, formats); });
  list.add("--log-file", "FILE", "none",
           "The file to log to; none means standard error. In the data directory its name must end "
           "in .log",
           [this, &file](const Given& given) {
             file.path = given.text == "none" ? std::filesystem::path() : read_path(given.text);
             file_source_ = given.source;
           });
  list.add("--log-size", "MIB", std::to_string(file.max_bytes / mib),
           "The maximum size of the log file in MiB; then it is renamed, and a new one begins",
           [&file](const Given& given) {
             file.max_bytes =
                 static_cast<std::size_t>(read_whole(given.text, 1, max_size_mib)) * mib;
           });
  list.add("--log-keep", "NUMBER", std::to_string(file.keep),
           "How many renamed log files to keep; older ones are removed",
           [&file](const Given& given) {
             file.keep = static_cast<std::size_t>(read_whole(given.text, 1, max_keep));
           });
}

void ServerLogOptions::check(const std::filesystem::path& data) const {
  const std::filesystem::path& file = options_.file.path;
  // A link counts as what it leads to.
  if (file.empty() || resolve(file).extension() == ".log") return;
  if (!is_within(file, data)) {
    if (!is_of_data_directory(resolve(file))) return;
    throw WrongValue(file_source_ + ": " + file.string() +
                     " belongs to another data directory; choose another");
  }
  throw WrongValue(file_source_ + ": " + file.string() + " is in the data directory " +
                   data.string() +
                   ", where a log file must have a name that ends in .log, as none of Taskdock's "
                   "own files has; choose another");
}

}  // namespace taskdock::cli
