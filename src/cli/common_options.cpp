#include "cli/common_options.h"

#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "cli/failure.h"
#include "cli/values.h"
#include "system/known_folders.h"
#include "system/regular_file.h"

namespace taskdock::cli {

namespace {

/// Empty if this user has no place for data.
std::filesystem::path default_data_directory() {
  const auto folder = system::user_data_folder();
  return folder ? *folder / "taskdock" : std::filesystem::path();
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
           [this](const Given& given) { options_.level = read_word(given.text, log_levels); });
}

void LogOption::start() const {
  try {
    support::start_log(options_);
  } catch (const std::runtime_error& error) {
    throw Failure(ExitStatus::failed,
                  std::string(error.what()) + "; choose another --log-file, or omit it");
  }
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
