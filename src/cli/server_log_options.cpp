#include "cli/server_log_options.h"

#include <stdexcept>

#include "cli/failure.h"
#include "cli/values.h"

namespace taskdock::cli {

namespace {

const Words<support::LogFormat> formats = {{"text", support::LogFormat::text},
                                           {"json", support::LogFormat::json}};

constexpr std::int64_t max_size_mib = 1024 * 1024;
constexpr std::int64_t max_keep = 1000;

}  // namespace

void ServerLogOptions::declare(OptionList& list) {
  level_.declare(list);
  list.add("--log-format", "FORMAT", "text",
           "How each line of the log is written: text, or json (one object a line)",
           [this](const Given& given) { format_ = read_word(given.text, formats); });
  list.add("--log-file", "FILE", "none", "The file to log to; none means standard error",
           [this](const Given& given) {
             file_ = given.text == "none" ? std::string() : read_path(given.text).string();
           });
  list.add("--log-size", "MIB", std::to_string(max_size_mib_),
           "The maximum size of the log file in MiB; then it is renamed, and a new one begins",
           [this](const Given& given) {
             max_size_mib_ = static_cast<std::size_t>(read_whole(given.text, 1, max_size_mib));
           });
  list.add("--log-keep", "NUMBER", std::to_string(keep_),
           "How many renamed log files to keep; older ones are removed",
           [this](const Given& given) {
             keep_ = static_cast<std::size_t>(read_whole(given.text, 1, max_keep));
           });
}

void ServerLogOptions::start() const {
  support::LogOptions options{.level = level_.level(), .format = format_};
  if (!file_.empty()) {
    options.file = {.path = file_, .max_bytes = max_size_mib_ * 1024 * 1024, .keep = keep_};
  }
  try {
    support::start_log(options);
  } catch (const std::runtime_error& error) {
    throw Failure(ExitStatus::failed,
                  std::string(error.what()) + "; choose another --log-file, or omit it");
  }
}

}  // namespace taskdock::cli
