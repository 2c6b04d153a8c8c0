#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "api/account_types.h"
#include "api/task_export.h"
#include "cli/commands/task_file.h"
#include "cli/commands/user_command.h"
#include "cli/destination.h"
#include "cli/progress_line.h"
#include "cli/standard_streams.h"
#include "system/file_content.h"
#include "system/file_reading.h"
#include "system/process_setup.h"
#include "system/unfinished_file.h"

namespace taskdock::cli {

namespace {

/// Writes all tasks of a user to a file, or to standard output.
class Export final : public UserCommand {
 public:
  void declare(OptionList& list) override;

 protected:
  bool takes_long() const override { return true; }
  void work() override;

 private:
  const formats::Format& format() const;
  void write_tasks(const system::FileDescriptor& to) const;

  std::optional<std::string> user_;
  const formats::Format* format_ = nullptr;
  std::filesystem::path file_ = standard_stream;
  bool may_replace_ = false;
};

void Export::declare(OptionList& list) {
  list.add_optional_argument("FILE", "Where to write it; - or nothing is standard output",
                             [this](const Given& given) { file_ = read_path(given.text); });
  UserCommand::declare(list);
  list.add_flag_only("--user", "EMAIL", "the only user", "Whose tasks", [this](const Given& given) {
    user_ = read_by_rule(given.text, api::Email{}, "email");
  });
  list.add_flag_only("--format", "FORMAT", "by FILE's name, else json",
                     "What the file is to be: " + list_formats(true),
                     [this](const Given& given) { format_ = &read_format(given.text, true); });
  list.add_switch("--force", "Replace FILE if it exists",
                  [this](const Given&) { may_replace_ = true; });
}

/// What was asked for, or else what FILE's name says.
const formats::Format& Export::format() const {
  if (format_) return *format_;
  for (const formats::Format& format : formats::all_formats()) {
    if (format.make_writer &&
        support::equals_ignoring_case(format.extension, extension_of(file_))) {
      return format;
    }
  }
  return *formats::find_format("json");
}

void Export::work() {
  if (file_ != standard_stream) {
    check_destination(file_, DataDirectory(data()), may_replace_);
    try {
      system::UnfinishedFile file(file_);
      write_tasks(file.descriptor());
      using Existing = system::UnfinishedFile::Existing;
      file.finish(may_replace_ ? Existing::replace : Existing::keep);
      DataDirectory(data()).give_to_owner(file_);
    } catch (const std::system_error& error) {
      throw Failure(ExitStatus::failed,
                    file_.string() + " cannot be written: " + error.code().message());
    }
    return;
  }
  // Who reads standard output may be slow: the database is closed by then.
  system::survive_lost_readers();
  system::FileDescriptor copy;
  try {
    copy = system::open_nameless_file();
    write_tasks(copy);
  } catch (const std::system_error& error) {
    throw Failure(ExitStatus::failed, "the tasks cannot be written to a temporary file first: " +
                                          error.code().message());
  }
  std::string piece(std::size_t{64} * 1024, '\0');
  std::uint64_t offset = 0;
  while (const std::size_t count = system::read_at(copy, offset, piece)) {
    write_output({piece.data(), count});
    offset += count;
  }
}

/// In one snapshot: the file is of one moment.
void Export::write_tasks(const system::FileDescriptor& to) const {
  const StoreAtWork store(data());
  const store::User user = choose_user(*store, user_);
  store::Snapshot snapshot = store->snapshot();
  const store::TaskTotals totals = snapshot.task_totals(user.id);
  ProgressLine line;
  // All that is in the trash: a server removes what was there too long.
  api::TaskExport tasks(format(), user.id, support::first_moment);
  std::string piece;
  while (tasks.write_some(snapshot, piece)) {
    system::write_all(to, piece);
    piece.clear();
    line.show("exporting", static_cast<std::uint64_t>(tasks.tasks()),
              static_cast<std::uint64_t>(totals.total + totals.trash));
  }
}

}  // namespace

std::unique_ptr<Command> make_export() {
  return std::make_unique<Export>();
}

}  // namespace taskdock::cli
