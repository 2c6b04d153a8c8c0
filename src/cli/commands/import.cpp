#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/account_types.h"
#include "api/refusal.h"
#include "api/task_import.h"
#include "cli/commands/task_file.h"
#include "cli/commands/user_command.h"
#include "cli/progress_line.h"
#include "cli/standard_streams.h"
#include "cli/startup.h"
#include "cli/values.h"
#include "store/errors.h"
#include "support/clock.h"
#include "support/random.h"
#include "support/text.h"
#include "support/uuid.h"

namespace taskdock::cli {

namespace {

/// Adds the tasks of a file to those of a user.
class Import final : public UserCommand {
 public:
  void declare(OptionList& list) override;

 protected:
  bool takes_long() const override { return true; }
  void work() override;

 private:
  const formats::Format& format(TaskFileSource& source) const;
  std::string said_of(const api::Imported& result) const;
  static api::Faults find_faults(const formats::Format& format, TaskFileSource& source,
                                 support::Timestamp now);
  [[noreturn]] void refuse(const api::Faults& faults) const;

  std::optional<std::string> user_;
  const formats::Format* format_ = nullptr;
  api::ImportOptions options_;
  std::filesystem::path file_;
  bool is_dry_ = false;
};

void Import::declare(OptionList& list) {
  list.add_argument("FILE", "The file; - is standard input",
                    [this](const Given& given) { file_ = read_path(given.text); });
  UserCommand::declare(list);
  list.add_flag_only(
      "--user", "EMAIL", "the only user", "Whose tasks they will be",
      [this](const Given& given) { user_ = read_by_rule(given.text, api::Email{}, "email"); });
  list.add_flag_only("--format", "FORMAT", "by FILE's name and beginning",
                     "What the file is: " + list_formats(false),
                     [this](const Given& given) { format_ = &read_format(given.text, false); });
  list.add_switch("--deleted", "Bring back the tasks that were deleted since",
                  [this](const Given&) { options_.with_deleted = true; });
  list.add_flag_only("--equal", "skip|import", "by the file's first tasks",
                     "Whether to skip tasks without an id that are equal to imported ones",
                     [this](const Given& given) {
                       options_.equal = read_word<api::EqualTask>(
                           given.text,
                           {{"skip", api::EqualTask::skip}, {"import", api::EqualTask::import}});
                     });
  list.add_switch("--dry-run", "Only say what would be done",
                  [this](const Given&) { is_dry_ = true; });
}

void Import::work() {
  TaskFileSource source(file_);
  const formats::Format& format = this->format(source);
  const support::SystemClock clock;
  support::SystemRandom random;
  support::UuidGenerator ids(clock, random);
  const support::Timestamp now = clock.now();
  api::Imported result;
  try {
    ProgressLine line;
    const StoreAtWork store(data());
    start_ids(ids, *store);
    const store::User user = choose_user(*store, user_);
    source.show_on(&line, "importing");
    // Nothing is too long in the trash: how long that is, only a server knows.
    result = api::import_file(format, source, options_, *store,
                              {user.id, ids, support::first_moment, now}, is_dry_);
  } catch (const api::ValidationError& error) {
    // The first fault ended the change: nobody waits while the others are found.
    const api::Faults faults = find_faults(format, source, now);
    refuse(faults.empty() ? error.faults() : faults);
  } catch (const store::TooManyTags&) {
    throw Failure(
        ExitStatus::failed,
        "the user would have more different tags than there may be; nothing was imported");
  }
  write_report(said_of(result));
}

/// "3 tasks imported, 2 skipped: 2 deleted before (…)", as a line.
std::string Import::said_of(const api::Imported& result) const {
  std::string line = std::to_string(result.imported) + (result.imported == 1 ? " task" : " tasks") +
                     (is_dry_ ? " would be imported, " : " imported, ") +
                     std::to_string(result.skipped()) + " skipped";
  std::string before = ": ";
  const auto add = [&](std::int64_t count, const char* why) {
    if (count > 0) line += std::exchange(before, ", ") + std::to_string(count) + why;
  };
  add(result.known, " there already");
  add(result.equal, " equal to imported ones (--equal import imports them)");
  add(result.deleted, " deleted before (--deleted brings them back)");
  add(result.expired, " too long in the trash");
  return line + '\n';
}

api::Faults Import::find_faults(const formats::Format& format, TaskFileSource& source,
                                support::Timestamp now) {
  ProgressLine line;
  source.show_on(&line, "checking");
  return api::check_file(format, source, now).faults;
}

/// What was given, or else what the file's name and its beginning say.
const formats::Format& Import::format(TaskFileSource& source) const {
  if (format_) return *format_;
  if (const auto* found = formats::recognise({}, extension_of(file_), source.beginning())) {
    return *found;
  }
  if (const auto* found = formats::recognise({}, {}, source.beginning())) return *found;
  throw WrongValue("it is not clear what " + file_.string() + " is: --format says it, one of " +
                   list_formats(false));
}

/// Prints each fault on a line of its own.
void Import::refuse(const api::Faults& faults) const {
  for (const api::Fault& fault : faults) {
    const std::string line = file_.string() + ": " + api::sentence_of(fault);
    std::fprintf(stderr, "taskdock: %s\n", support::printable(line).c_str());
  }
  const std::string count = std::to_string(faults.size());
  throw WrongValue(file_.string() + ": nothing was imported: " +
                   (faults.size() >= api::max_import_faults ? "at least " + count : count) +
                   (faults.size() == 1 ? " fault" : " faults"));
}

}  // namespace

std::unique_ptr<Command> make_import() {
  return std::make_unique<Import>();
}

}  // namespace taskdock::cli
