#include <system_error>

#include "cli/backup_names.h"
#include "cli/command.h"
#include "cli/commands/task_file.h"
#include "cli/common_options.h"
#include "cli/data_directory.h"
#include "cli/destination.h"
#include "cli/directory_lock.h"
#include "cli/interruption.h"
#include "cli/progress_line.h"
#include "cli/standard_streams.h"
#include "cli/startup.h"
#include "cli/values.h"
#include "store/backup.h"
#include "support/clock.h"
#include "system/process_setup.h"
#include "system/standard_streams.h"
#include "system/thread_priority.h"

namespace taskdock::cli {

namespace {

/// Writes a copy of the database, also while a server uses it.
class MakeBackup final : public Command {
 public:
  void declare(OptionList& list) override;
  ExitStatus run() override;

 private:
  void write() const;
  void save() const;
  void require_place() const;
  std::unique_ptr<store::Backup> open() const;

  DataOption data_;
  LogOption log_;
  std::filesystem::path file_;
  bool may_replace_ = false;
  bool is_verified_ = false;
};

void MakeBackup::declare(OptionList& list) {
  list.add_optional_argument(
      "FILE",
      "Where to write it; - is standard output. By default taskdock-TIME.db in the working "
      "directory",
      [this](const Given& given) { file_ = read_path(given.text); });
  list.add_switch("--force", "Replace FILE if it exists",
                  [this](const Given&) { may_replace_ = true; });
  list.add_switch("--verify",
                  "Also check that no part of the copy is damaged, which takes many times as long",
                  [this](const Given&) { is_verified_ = true; });
  data_.declare(list);
  log_.declare(list);
}

ExitStatus MakeBackup::run() {
  DataDirectory::require_database(data_.path());
  system::keep_files_private();
  system::survive_lost_readers();
  if (file_.empty()) {
    remove_unfinished_backups(".", made_by_command);
    file_ = backup_name(made_by_command, support::SystemClock().now());
  }
  const Interruption interruption;
  log_.start();
  try {
    file_ == standard_stream ? write() : save();
  } catch (const store::Damaged& error) {
    throw Failure(ExitStatus::database_unusable, data_.path().string() + ": " + error.what());
  } catch (const store::Unavailable& error) {
    throw Failure(ExitStatus::failed, std::string("the backup is not made: ") + error.what());
  }
  return ExitStatus::done;
}

/// Holds the state of the database. A server may be started, and other commands may work, while it
/// is copied, which yields to them; only what rewrites the database waits for it, or is refused.
std::unique_ptr<store::Backup> MakeBackup::open() const {
  const DataDirectory directory(data_.path());
  const SharedLock lock(directory);
  directory.check_files();
  const std::filesystem::path file = directory.database_file();
  return with_database(file, [&] {
    auto backup = std::make_unique<store::Backup>(file);
    directory.give_files_to_owner();
    // Only now: a server that starts would wait for the lock.
    system::yield_to_others();
    return backup;
  });
}

void MakeBackup::write() const {
  if (is_verified_) {
    throw WrongValue("--verify needs a file; check what is written with taskdock check FILE");
  }
  if (system::output_is_terminal()) {
    throw WrongValue("standard output is a terminal; redirect it to a file or another program");
  }
  const auto backup = open();
  ProgressLine line;
  backup->write(write_output, line.teller());
}

void MakeBackup::save() const {
  require_place();
  const auto backup = open();
  {
    ProgressLine line;
    backup->save(file_, {.may_replace = may_replace_, .is_verified = is_verified_}, line.teller());
  }
  DataDirectory(data_.path()).give_to_owner(file_);
  write_report(file_.string() + '\n');
}

void MakeBackup::require_place() const {
  check_destination(file_, DataDirectory(data_.path()), may_replace_);
  for (const char* suffix : {"-wal", "-journal"}) {
    const std::string beside = file_.string() + suffix;
    if (!system::file_status(beside, system::Links::keep)) continue;
    throw Failure(ExitStatus::failed,
                  beside +
                      " exists, and would be taken for a part of the backup; move it away, or "
                      "name another file");
  }
}

}  // namespace

std::unique_ptr<Command> make_backup() {
  return std::make_unique<MakeBackup>();
}

}  // namespace taskdock::cli
