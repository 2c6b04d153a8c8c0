#include "cli/common_options.h"

#include <cstdlib>
#include <sstream>
#include <system_error>
#include <utility>

#include "cli/failure.h"
#include "cli/values.h"
#include "system/regular_file.h"

namespace taskdock::cli {

namespace {

/// $XDG_DATA_HOME/taskdock, else ~/.local/share/taskdock (XDG Base Directory Specification, by
/// which a relative path counts as not set); empty if neither is known.
std::filesystem::path default_data_directory() {
  if (const char* data_home = std::getenv("XDG_DATA_HOME"); data_home && *data_home == '/') {
    return std::filesystem::path(data_home) / "taskdock";
  }
  if (const char* home = std::getenv("HOME"); home && *home) {
    return std::filesystem::path(home) / ".local/share/taskdock";
  }
  return {};
}

const Words<support::LogLevel> log_levels = {{"debug", support::LogLevel::debug},
                                             {"info", support::LogLevel::info},
                                             {"warning", support::LogLevel::warning},
                                             {"error", support::LogLevel::error},
                                             {"off", support::LogLevel::off}};

}  // namespace

DataOption::DataOption() : path_(default_data_directory()) {}

void DataOption::declare(OptionList& list) {
  list.add("--data", "DIR", path_.string(),
           "The data directory: the database and the signing key; serve and user add create it",
           [this](const Given& given) { path_ = read_path(given.text); });
}

const std::filesystem::path& DataOption::path() const {
  if (path_.empty()) {
    throw WrongValue(
        "there is no home directory to keep data in (neither XDG_DATA_HOME nor HOME "
        "is set); name a directory with --data or TASKDOCK_DATA");
  }
  return path_;
}

void LogOption::declare(OptionList& list) {
  list.add("--log-level", "LEVEL", "info",
           "What to log to standard error: debug, info, warning, error or off",
           [this](const Given& given) { level_ = read_word(given.text, log_levels); });
}

void DenylistOption::declare(OptionList& list) {
  list.add("--password-denylist", "FILE", "none",
           "A file of passwords that are not allowed, one per line", [this](const Given& given) {
             read_path(given.text);
             file_ = given;
           });
}

security::PasswordPolicy DenylistOption::load() const {
  if (file_.text.empty()) return {};
  const auto fail = [this](const std::string& what) -> WrongValue {
    return WrongValue(file_.source + ": " + file_.text + ' ' + what);
  };
  std::string text;
  try {
    text = system::read_regular_file(file_.text);
  } catch (const system::NotARegularFile& error) {
    throw fail(std::string("is ") + error.what() + "; name a file with one password per line");
  } catch (const std::system_error& error) {
    throw fail("cannot be read: " + error.code().message());
  }
  std::istringstream lines(std::move(text));
  security::PasswordPolicy policy(lines);
  if (!policy.has_list()) {
    throw fail("is empty; name a file with one password per line, or omit the option");
  }
  return policy;
}

}  // namespace taskdock::cli
