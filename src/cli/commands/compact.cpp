#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/data_directory.h"
#include "cli/directory_lock.h"
#include "cli/interruption.h"
#include "cli/startup.h"
#include "store/maintenance.h"
#include "support/log.h"
#include "system/process_setup.h"

namespace taskdock::cli {

namespace {

/// Rewrites the database of a data directory that no server is using.
class Compact final : public Command {
 public:
  void declare(OptionList& list) override;
  ExitStatus run() override;

 private:
  DataOption data_;
  LogOption log_;
};

void Compact::declare(OptionList& list) {
  data_.declare(list);
  log_.declare(list);
}

ExitStatus Compact::run() {
  DataDirectory::require_database(data_.path());
  system::keep_files_private();
  const Interruption interruption;
  log_.start();
  const DataDirectory directory(data_.path());
  const ExclusiveLock lock(directory, compact_name,
                           "taskdock compact needs it alone: stop the other first");
  directory.check_files();
  const std::filesystem::path file = directory.database_file();
  with_database(file, [&] { store::compact(file); });
  directory.make_files_private();
  directory.give_files_to_owner();
  return ExitStatus::done;
}

}  // namespace

std::unique_ptr<Command> make_compact() {
  return std::make_unique<Compact>();
}

}  // namespace taskdock::cli
