#include "cli/data_directory.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <system_error>
#include <vector>

#include "cli/failure.h"
#include "cli/suggestion.h"
#include "store/restore.h"
#include "store/store.h"
#include "support/log.h"
#include "system/file_owner.h"

namespace taskdock::cli {

namespace {

constexpr const char* database_name = "taskdock.db";
constexpr const char* key_name = "secret.key";
constexpr const char* lock_name = "taskdock.lock";
constexpr const char* backups_name = "backups";

using support::log;
using support::LogLevel;

/// Why a data directory cannot be used, and what to do.
std::string advice_after(const std::error_code& error) {
  return ": " + error.message() +
         (error == std::errc::permission_denied
              ? "; run taskdock as the user whose it is, or choose another with --data"
              : "; choose another with --data");
}

system::Directory open_directory(const std::filesystem::path& path) {
  const char* attempt = "created";
  try {
    system::create_private_directory(path);
    attempt = "opened";
    return system::Directory(path);
  } catch (const std::system_error& error) {
    fail(path, std::string("the data directory cannot be ") + attempt + advice_after(error.code()));
  }
}

std::vector<std::filesystem::path> own_files_in(const std::filesystem::path& place) {
  const std::filesystem::path database = place / database_name;
  std::vector<std::filesystem::path> files = store::files_of_restore(database);
  for (const char* name : {key_name, lock_name, server_file_name}) files.push_back(place / name);
  for (const std::string& file : store::files_of(database.string())) files.emplace_back(file);
  files.emplace_back(database.string() + "-journal");
  return files;
}

/// The mode of a file as chmod(1) takes it.
std::string to_octal(std::uint32_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode);
  return text.data();
}

}  // namespace

DataDirectory::DataDirectory(const std::filesystem::path& path)
    : path_(path), directory_(open_directory(path)) {
  if (const std::error_code error = directory_.check_access()) {
    const bool is_fixed = error == std::errc::read_only_file_system;
    fail(path_, "the data directory cannot be written to: " + error.message() +
                    (is_fixed ? "; what is in it can be used elsewhere: taskdock restore " +
                                    database_file().string() + " --data OTHER"
                              : "; correct its permissions, or choose another with --data"));
  }
}

void DataDirectory::require_database(const std::filesystem::path& path) {
  std::error_code unknown;
  if (std::filesystem::exists(path / database_name, unknown)) return;
  if (unknown) fail(path, "the data directory cannot be looked into" + advice_after(unknown));
  throw Failure(
      ExitStatus::database_unusable,
      path.string() + ": there is no database in this directory; choose another with --data");
}

std::filesystem::path DataDirectory::database_file() const {
  return path_ / database_name;
}

std::filesystem::path DataDirectory::key_file() const {
  return path_ / key_name;
}

std::filesystem::path DataDirectory::lock_file() const {
  return path_ / lock_name;
}

std::filesystem::path DataDirectory::backups() const {
  return path_ / backups_name;
}

std::vector<std::filesystem::path> DataDirectory::own_files() const {
  return own_files_in(path_);
}

bool is_of_data_directory(const std::filesystem::path& file) {
  const std::filesystem::path place = std::filesystem::absolute(file).parent_path();
  const auto is_there = [&](const char* name) {
    return system::file_status(place / name, system::Links::keep).has_value();
  };
  if (!is_there(database_name) && !is_there(lock_name)) return false;
  const auto own = own_files_in(place);
  return std::any_of(own.begin(), own.end(), [&](const std::filesystem::path& each) {
    return each.filename() == file.filename();
  });
}

bool DataDirectory::is_still_there() const {
  const auto named = system::file_status(path_);
  return named && named->identity == directory_.status().identity;
}

void DataDirectory::check_files() const {
  for (const std::string& name : store::files_of(database_name)) {
    const auto status = directory_.status(name);
    if (!status) continue;
    const std::error_code error = directory_.check_access(name);
    if (!error) continue;
    const bool is_foreign = status->owner != system::current_user();
    fail(path_ / name,
         "this file cannot be written: " + error.message() +
             (is_foreign ? "; it belongs to user " + std::to_string(status->owner) +
                               ": run taskdock as that user, or give the file to this one"
                         : std::string("; correct its permissions")));
  }
}

std::vector<std::string> DataDirectory::permission_faults() const {
  std::vector<std::string> faults;
  const auto owner = directory_.status().owner;
  const auto look_at = [&](const std::filesystem::path& path) {
    const auto status = system::file_status(path, system::Links::keep);
    if (!status || status->kind == system::FileStatus::Kind::symbolic_link) return;
    if (status->is_open_to_others) {
      faults.push_back(path.string() + ": other users can use it (mode " + to_octal(status->mode) +
                       "); chmod go= closes it to them");
    }
    if (status->owner != owner) {
      faults.push_back(path.string() + ": it belongs to user " + std::to_string(status->owner) +
                       ", and the data directory to user " + std::to_string(owner) +
                       "; chown gives it to them");
    }
  };
  look_at(path_);
  for (const std::filesystem::path& file : own_files()) look_at(file);
  std::error_code none;
  look_at(backups());
  for (const auto& entry : std::filesystem::directory_iterator(backups(), none)) {
    look_at(entry.path());
  }
  return faults;
}

void DataDirectory::make_files_private() const {
  if (const auto status = directory_.status(); status.is_open_to_others) {
    log(LogLevel::warning, path_.string() +
                               ": other users may look into the data directory (mode " +
                               to_octal(status.mode) + "); chmod 0700 closes it to them");
  }
  std::vector<std::string> closed;
  std::vector<std::string> open;
  for (const std::string& name : store::files_of(database_name)) {
    const auto status = directory_.status(name);
    if (!status || !status->is_open_to_others) continue;
    const bool is_closed =
        status->owner == system::current_user() && !directory_.make_private(name);
    (is_closed ? closed : open).push_back(name + " (mode " + to_octal(status->mode) + ')');
  }
  const std::string found = path_.string() + ": other users could use ";
  if (!closed.empty()) {
    log(LogLevel::warning, found + join(closed) + "; only their owner can now (mode 0600)");
  }
  if (!open.empty()) {
    log(LogLevel::warning, found + join(open) + "; chmod 0600, by their owner, closes them");
  }
}

void DataDirectory::give_files_to_owner() const {
  std::vector<std::string> names = {key_file().filename(), lock_file().filename(), backups_name};
  for (const std::string& name : store::files_of(database_name)) names.push_back(name);
  system::give_to_owner(directory_, names);
  if (!directory_.status(backups_name, system::Links::keep)) return;
  try {
    const system::Directory backups(directory_, backups_name);
    std::vector<std::string> copies;
    for (const auto& entry : std::filesystem::directory_iterator(path_ / backups_name)) {
      copies.push_back(entry.path().filename());
    }
    system::give_to_owner(backups, copies);
  } catch (const std::system_error&) {
    // It is no directory, or may not be read: nothing in it can have been made by this process.
  }
}

void DataDirectory::give_to_owner(const std::filesystem::path& file) const {
  const auto place = system::file_status(std::filesystem::absolute(file).parent_path());
  const auto is_at = [&place](const std::filesystem::path& directory) {
    const auto found = system::file_status(directory);
    return place && found && place->identity == found->identity;
  };
  try {
    if (is_at(path_)) system::give_to_owner(directory_, {file.filename()});
    if (is_at(backups())) {
      system::give_to_owner(system::Directory(directory_, backups_name), {file.filename()});
    }
  } catch (const std::system_error&) {
    // The backups are no directory: then the file is not there either.
  }
}

}  // namespace taskdock::cli
