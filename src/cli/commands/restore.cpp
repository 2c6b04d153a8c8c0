#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/backup_names.h"
#include "cli/command.h"
#include "cli/commands/task_file.h"
#include "cli/common_options.h"
#include "cli/data_directory.h"
#include "cli/directory_lock.h"
#include "cli/interruption.h"
#include "cli/progress_line.h"
#include "cli/standard_streams.h"
#include "cli/startup.h"
#include "cli/values.h"
#include "store/errors.h"
#include "store/restore.h"
#include "support/clock.h"
#include "system/file_reading.h"
#include "system/file_status.h"
#include "system/process_setup.h"
#include "system/terminal.h"

namespace taskdock::cli {

namespace {

/// Puts a backup in the place of the database, which no server may use.
class Restore final : public Command {
 public:
  void declare(OptionList& list) override;
  ExitStatus run() override;

 private:
  bool is_input() const { return file_ == standard_stream; }
  store::Restored restore(const DataDirectory& directory) const;

  DataOption data_;
  LogOption log_;
  std::filesystem::path file_;
  bool keeps_sessions_ = false;
};

void Restore::declare(OptionList& list) {
  list.add_argument("FILE",
                    "A backup, or the database of another data directory; - is standard input",
                    [this](const Given& given) { file_ = read_path(given.text); });
  list.add_switch("--keep-sessions", "Whoever was logged in when FILE was made is again",
                  [this](const Given&) { keeps_sessions_ = true; });
  data_.declare(list);
  log_.declare(list);
}

/// Standard input, a part at a time. Throws Failure.
class InputSource {
 public:
  std::string_view next() {
    try {
      return {part_.data(), system::read_standard_input(part_)};
    } catch (const std::system_error& error) {
      throw Failure(ExitStatus::failed, "standard input cannot be read: " + error.code().message());
    }
  }

 private:
  std::vector<char> part_ = std::vector<char>(std::size_t{1024} * 1024);
};

/// `name`, or, where there is something of that name already, one with a number behind it.
std::string free_name(const std::string& name) {
  std::string free = name;
  for (int number = 2; system::file_status(free, system::Links::keep); ++number) {
    free = name + '-' + std::to_string(number);
  }
  return free;
}

/// What a person wants to know afterwards.
std::string report(const store::Restored& restored) {
  std::string text = "restored: users " + std::to_string(restored.users) + ", tasks " +
                     std::to_string(restored.tasks) + '\n';
  if (restored.kept) text += "kept: what was there before is " + restored.kept->string() + '\n';
  if (restored.kept_log) {
    text += (restored.kept ? "kept: it is not whole, and so its log is beside it as it was: "
                           : "kept: of what was there before there was only a log, which is ") +
            restored.kept_log->string() + '\n';
  }
  if (restored.ended_sessions > 0) {
    text += "ended: sessions " + std::to_string(restored.ended_sessions) +
            "; their users log in again\n";
  }
  if (restored.script_tokens > 0) {
    text += "valid again: tokens for scripts " + std::to_string(restored.script_tokens) +
            ", also any that was revoked since; see taskdock token list\n";
  }
  return text;
}

ExitStatus Restore::run() {
  if (is_input() && system::input_is_terminal()) {
    throw WrongValue("standard input is a terminal; redirect a backup to it, or name a file");
  }
  system::keep_files_private();
  const DataDirectory directory(data_.path());
  const Interruption interruption([files = store::files_of_restore(directory.database_file())] {
    for (const std::filesystem::path& file : files) {
      std::error_code none;
      std::filesystem::remove(file, none);
    }
  });
  log_.start();
  const ExclusiveLock lock(directory, restore_name,
                           "taskdock restore needs it alone: stop the other first");
  const std::filesystem::path database = directory.database_file();
  with_database(database, [&] { store::require_replaceable(database); });
  directory.check_files();
  const store::Restored restored = restore(directory);
  directory.make_files_private();
  directory.give_files_to_owner();
  write_report(report(restored));
  return ExitStatus::done;
}

store::Restored Restore::restore(const DataDirectory& directory) const {
  const std::filesystem::path database = directory.database_file();
  const std::filesystem::path kept =
      free_name(database.string() + ".before-restore-" + file_time(support::SystemClock().now()));
  const std::string name = is_input() ? "standard input" : file_.string();
  const store::RestoreOptions options{.keeps_sessions = keeps_sessions_};
  ProgressLine line;
  try {
    if (!is_input()) return store::restore(file_, database, kept, options, line.teller());
    InputSource input;
    return store::restore([&] { return input.next(); }, database, kept, options, line.teller());
  } catch (const store::NewerDatabase& error) {
    throw Failure(ExitStatus::database_unusable, name + ": " + error.what(),
                  failure_code::newer_database);
  } catch (const store::Unusable& error) {
    throw Failure(ExitStatus::database_unusable, name + ": " + error.what());
  } catch (const store::NotConfirmed& error) {
    throw Failure(ExitStatus::failed, database.string() + ": " + error.what());
  } catch (const store::Unavailable& error) {
    throw Failure(ExitStatus::failed,
                  database.string() + ": " + error.what() + "; it is as it was before");
  }
}

}  // namespace

std::unique_ptr<Command> make_restore() {
  return std::make_unique<Restore>();
}

}  // namespace taskdock::cli
