#include "cli/directory_lock.h"

#include <array>
#include <chrono>
#include <string_view>
#include <system_error>
#include <thread>

#include "support/json_value.h"
#include "support/json_writer.h"
#include "system/file_content.h"
#include "system/file_lock.h"
#include "system/process_setup.h"
#include "system/regular_file.h"

namespace taskdock::cli {

namespace {

using system::FileDescriptor;
using system::FileLock;

// An owner's command works for less than a second, unless it deletes a very large account.
constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds pause{10};

/// The process that has the directory, as written in taskdock.lock.
struct Owner {
  std::string command;  // such as "taskdock serve"
  std::int64_t pid;
};

/// The directory opened once more, so that the lock on it lives and dies with this (open(2): a lock
/// belongs to the open file, not to the process).
system::Directory reopen(const DataDirectory& directory) {
  try {
    return {directory.directory(), "."};
  } catch (const std::system_error& error) {
    fail(directory.path(), "cannot be opened: " + error.code().message());
  }
}

/// Whether the lock could be taken at once.
bool try_lock(const DataDirectory& directory, const FileDescriptor& file, FileLock kind) {
  try {
    return system::try_lock(file, kind);
  } catch (const std::system_error& error) {
    fail(directory.path(), "the data directory cannot be locked: " + error.code().message() +
                               "; choose a directory on a local disk with --data");
  }
}

FileDescriptor open_lock_file(const DataDirectory& directory) {
  const std::filesystem::path path = directory.lock_file();
  const auto status_of_file = [&] {
    return directory.directory().status(path.filename(), system::Links::keep);
  };
  const auto require_regular = [&](const std::optional<system::FileStatus>& status) {
    if (status && status->kind != system::FileStatus::Kind::regular) {
      fail(path, "this is no regular file; remove it");
    }
  };
  try {
    FileDescriptor file = directory.directory().open_or_create_file(path.filename());
    require_regular(status_of_file());
    return file;
  } catch (const std::system_error& error) {
    const auto status = status_of_file();
    require_regular(status);
    if (status && status->owner != system::current_user()) {
      fail(path, "this file belongs to user " + std::to_string(status->owner) +
                     ", so taskdock has run here as that user; run it as that user again, or give "
                     "the files in this directory to this one");
    }
    fail(path, "cannot be opened for writing: " + error.code().message() +
                   "; correct the permissions of the file and its directory");
  }
}

std::optional<Owner> read_owner(const DataDirectory& directory) {
  try {
    constexpr std::size_t max_bytes = 4096;
    constexpr std::array<std::string_view, 2> names = {"command", "pid"};
    const std::string text = system::read_all(
        directory.directory().open_file(directory.lock_file().filename()), max_bytes);
    const support::ParsedJson parsed = support::parse_json(text);
    if (parsed.value.kind != support::JsonValue::Kind::object) return std::nullopt;
    std::array<support::JsonValue, names.size()> values;
    support::find_json_members(parsed.value, names, values);
    const auto pid = support::parse_json_integer(values[1]);
    if (values[0].kind != support::JsonValue::Kind::string || !pid) return std::nullopt;
    return Owner{support::decode_json_string(values[0]), *pid};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void write_owner(const DataDirectory& directory, const FileDescriptor& file,
                 const std::string& command) {
  std::string json = R"({"command":)";
  support::append_json_string(json, command);
  json += R"(,"pid":)" + std::to_string(system::process_id()) + "}\n";
  try {
    system::replace_content(file, json);
  } catch (const std::system_error& error) {
    fail(directory.lock_file(), "cannot be written: " + error.code().message() +
                                    "; make room on the disk, or choose another with --data");
  }
}

[[noreturn]] void refuse(const DataDirectory& directory, const std::string& advice) {
  std::string what = directory.path().string() + ": another taskdock is using this data directory";
  if (const auto server = ServerFile::read(directory)) {
    throw AlreadyRunning(*server, what + " and is reached at " + server->url + " (process " +
                                      std::to_string(server->pid) + "); " + advice);
  }
  if (const auto owner = holder(directory)) what += ": " + *owner;
  throw Failure(ExitStatus::data_in_use, what + "; " + advice);
}

}  // namespace

bool is_taken(const DataDirectory& directory) {
  return !try_lock(directory, reopen(directory).descriptor(), FileLock::shared);
}

std::optional<std::string> holder(const DataDirectory& directory) {
  const auto owner = read_owner(directory);
  if (!owner) return std::nullopt;
  return owner->command + " (process " + std::to_string(owner->pid) + ')';
}

ExclusiveLock::ExclusiveLock(const DataDirectory& directory, const std::string& command,
                             const std::string& advice)
    : directory_(reopen(directory)) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!try_lock(directory, directory_.descriptor(), FileLock::exclusive)) {
    if (!try_lock(directory, directory_.descriptor(), FileLock::shared)) refuse(directory, advice);
    system::unlock(directory_.descriptor());
    if (std::chrono::steady_clock::now() >= deadline) {
      fail(directory.path(),
           "a command such as taskdock user has been at work in this data directory for some time; "
           "let it finish, or end it",
           failure_code::data_in_use);
    }
    std::this_thread::sleep_for(pause);
  }
  if (!directory.is_still_there()) {
    fail(directory.path(), "the data directory was replaced during the start; start again");
  }
  ServerFile::remove(directory);
  file_ = open_lock_file(directory);
  write_owner(directory, file_, command);
}

ExclusiveLock::~ExclusiveLock() {
  try {
    system::replace_content(file_, "");
  } catch (const std::system_error&) {
    // The lock itself still says that no process has the directory.
  }
}

SharedLock::SharedLock(const DataDirectory& directory)
    : file_(open_lock_file(directory)), directory_(reopen(directory)) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!try_lock(directory, file_, FileLock::exclusive)) {
    if (std::chrono::steady_clock::now() >= deadline) {
      fail(directory.path(),
           "another taskdock command has been at work in this data directory for some time; let it "
           "finish, or end it");
    }
    std::this_thread::sleep_for(pause);
  }
  if (try_lock(directory, directory_->descriptor(), FileLock::shared)) return;
  directory_.reset();
  if (const auto owner = read_owner(directory); owner && owner->command == compact_name) {
    refuse(directory, "try again when it has finished");
  }
  // A server that is being started may still be making or migrating the database.
  while (!ServerFile::read(directory) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(pause);
    system::Directory again = reopen(directory);
    if (!try_lock(directory, again.descriptor(), FileLock::shared)) continue;
    directory_ = std::move(again);
    return;
  }
}

}  // namespace taskdock::cli
