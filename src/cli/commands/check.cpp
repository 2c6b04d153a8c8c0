#include "store/check.h"

#include <cstddef>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/data_directory.h"
#include "cli/directory_lock.h"
#include "cli/interruption.h"
#include "cli/progress_line.h"
#include "cli/standard_streams.h"
#include "cli/startup.h"
#include "cli/values.h"
#include "support/clock.h"
#include "system/process_setup.h"

namespace taskdock::cli {

namespace {

/// Says what is wrong with the database of a data directory, or with a copy of one.
class Check final : public Command {
 public:
  void declare(OptionList& list) override;
  ExitStatus run() override;

 private:
  store::Checked check_directory(std::vector<std::string>& faults) const;
  std::string advice(std::size_t count, std::size_t mendable) const;

  DataOption data_;
  LogOption log_;
  std::filesystem::path file_;  // empty: the data directory's
  bool repairs_ = false;
};

void Check::declare(OptionList& list) {
  list.add_optional_argument("FILE",
                             "A backup. By default the database of the data directory is checked, "
                             "and who may use its files",
                             [this](const Given& given) { file_ = read_path(given.text); });
  list.add_switch("--repair",
                  "Make again what is derived from other data, such as the search index, where it "
                  "is wrong; stop the server first",
                  [this](const Given&) { repairs_ = true; });
  data_.declare(list);
  log_.declare(list);
}

/// A line each.
std::string list_lines(const std::string& prefix, const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += prefix + sentence + '\n';
  return text;
}

/// What to do about `count` faults of a database, of which `mendable` are of what is derived. The
/// others that are found, about who may use files, say it themselves.
std::string Check::advice(std::size_t count, std::size_t mendable) const {
  const bool is_copy = !file_.empty();
  std::string text;
  if (mendable > 0) {
    text = is_copy ? "; taskdock check --repair can mend what is derived, once the copy is restored"
                   : "; taskdock check --repair mends what is derived, with the server stopped";
  }
  if (count > mendable) {
    text += is_copy ? "; use another backup" : "; what is damaged needs a backup: taskdock restore";
  }
  return text;
}

ExitStatus Check::run() {
  if (repairs_ && !file_.empty()) {
    throw WrongValue("--repair is for the database of the data directory; restore FILE first");
  }
  if (file_.empty()) DataDirectory::require_database(data_.path());
  system::keep_files_private();
  const Interruption interruption;
  log_.start();
  std::vector<std::string> faults;  // in who may use files
  const store::Checked checked =
      file_.empty() ? check_directory(faults) : with_database(file_, [&] {
        ProgressLine line;
        return store::check(file_, store::Usage::copy, support::SystemClock().now(), line.teller());
      });
  write_output(list_lines("mended: ", checked.mended) + list_lines("", checked.findings) +
               list_lines("", faults));
  const std::size_t count = checked.findings.size();
  if (count + faults.size() > 0) {
    throw Failure(ExitStatus::database_unusable,
                  "faults found: " + std::to_string(count + faults.size()) +
                      advice(count - checked.advised, repairs_ ? 0 : checked.mendable));
  }
  std::string summary = "no fault found: schema version " + std::to_string(checked.version);
  if (checked.is_older) {
    summary += ", which the next start of the server brings to its own";
  } else {
    summary +=
        ", users " + std::to_string(checked.users) + ", tasks " + std::to_string(checked.tasks);
  }
  write_output(summary + '\n');
  return ExitStatus::done;
}

store::Checked Check::check_directory(std::vector<std::string>& faults) const {
  const DataDirectory directory(data_.path());
  directory.check_files();
  const std::filesystem::path file = directory.database_file();
  const auto check = [&] {
    ProgressLine line;
    return with_database(file, [&] {
      const support::Timestamp now = support::SystemClock().now();
      return repairs_ ? store::repair(file, now, line.teller())
                      : store::check(file, store::Usage::live, now, line.teller());
    });
  };
  store::Checked checked;
  if (repairs_) {
    const ExclusiveLock lock(directory, repair_name,
                             "taskdock check --repair needs it alone: stop the other first");
    checked = check();
  } else {
    // Waits for a server that is being started. What rewrites the database is refused while this
    // has it open.
    { const SharedLock lock(directory); }
    checked = check();
  }
  directory.give_files_to_owner();
  faults = directory.permission_faults();
  return checked;
}

}  // namespace

std::unique_ptr<Command> make_check() {
  return std::make_unique<Check>();
}

}  // namespace taskdock::cli
