#include "cli/commands/task_file.h"

#include <span>
#include <system_error>
#include <utility>

#include "cli/commands/user_command.h"
#include "cli/failure.h"
#include "cli/suggestion.h"
#include "system/file_content.h"
#include "system/file_reading.h"
#include "system/file_status.h"
#include "system/regular_file.h"

namespace taskdock::cli {

namespace {

constexpr std::size_t file_piece_bytes = std::size_t{64} * 1024;

/// All of standard input, as a file without a name.
system::FileDescriptor copy_standard_input() {
  system::FileDescriptor copy = system::open_nameless_file();
  std::vector<char> piece(file_piece_bytes);
  while (const std::size_t count = system::read_standard_input(piece)) {
    system::write_all(copy, {piece.data(), count});
  }
  return copy;
}

std::vector<std::string> format_names(bool to_write) {
  std::vector<std::string> names;
  for (const formats::Format& format : formats::all_formats()) {
    const bool is_possible =
        to_write ? format.make_writer.has_value() : format.make_reader.has_value();
    if (is_possible) names.emplace_back(format.name);
  }
  return names;
}

}  // namespace

store::User choose_user(store::Store& store, const std::optional<std::string>& email) {
  if (email) return find_user(store, *email).user;
  std::vector<store::UserSummary> users = store.snapshot().list_users();
  if (users.empty()) {
    throw Failure(ExitStatus::failed, "there is no user; taskdock user add makes one");
  }
  if (users.size() > 1) {
    throw WrongValue("there are " + std::to_string(users.size()) +
                     " users: --user EMAIL says whose tasks; taskdock user list shows them");
  }
  return std::move(users.front().user);
}

std::string list_formats(bool to_write) {
  return join(format_names(to_write));
}

const formats::Format& read_format(const std::string& name, bool to_write) {
  const std::vector<std::string> names = format_names(to_write);
  for (const std::string& known : names) {
    if (known == name) return *formats::find_format(name);
  }
  throw WrongValue("'" + name + "' is not one of " + join(names) + suggestion(name, names));
}

std::string extension_of(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  return extension;
}

TaskFileSource::TaskFileSource(const std::filesystem::path& file) : piece_(file_piece_bytes) {
  const bool is_standard = file == standard_stream;
  const std::string name = is_standard ? "standard input" : file.string();
  try {
    file_ = is_standard ? copy_standard_input() : system::open_regular_file(file);
    bytes_ = system::file_status(file_).bytes;
  } catch (const system::NotARegularFile& error) {
    throw WrongValue(name + " is " + error.what() +
                     "; what is no file can be given on standard "
                     "input, as -");
  } catch (const std::system_error& error) {
    throw Failure(is_standard ? ExitStatus::failed : ExitStatus::wrong_value,
                  name + " cannot be read: " + error.code().message());
  }
}

std::string_view TaskFileSource::next() {
  const std::size_t count = system::read_at(file_, offset_, piece_);
  offset_ += count;
  if (line_) line_->show(what_, offset_, bytes_);
  return {piece_.data(), count};
}

std::string TaskFileSource::beginning() {
  std::string bytes(formats::max_beginning, '\0');
  bytes.resize(system::read_at(file_, 0, bytes));
  return bytes;
}

}  // namespace taskdock::cli
