#include "cli/directory_lock.h"

#include <chrono>
#include <system_error>
#include <thread>

#include "cli/json_file.h"
#include "store/restore.h"
#include "support/json_writer.h"
#include "system/file_content.h"
#include "system/file_lock.h"
#include "system/process.h"
#include "system/process_setup.h"

namespace taskdock::cli {

namespace {

using system::FileDescriptor;
using system::FileLock;

// An owner's command works for less than a second, unless it deletes a very large account.
constexpr std::chrono::seconds patience{10};

// A server is ready within milliseconds, unless it migrates a large database.
constexpr std::chrono::seconds patience_for_start{3};

constexpr std::chrono::milliseconds pause{10};

/// The process that has the directory, as written in taskdock.lock.
struct Owner {
  std::string command;  // such as "taskdock serve"
  int pid;
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
  const auto file = JsonFile::read(directory.directory(), directory.lock_file().filename());
  if (!file) return std::nullopt;
  const auto command = file->text("command");
  const auto pid = file->number("pid");
  if (!command || !pid) return std::nullopt;
  return Owner{*command, *pid};
}

/// Whether a command has the directory beside which no other works.
bool is_closed(const DataDirectory& directory) {
  const auto owner = read_owner(directory);
  return owner && (owner->command == compact_name || owner->command == restore_name ||
                   owner->command == repair_name);
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

/// Looks who has the directory, again and again while another process has it.
///
/// A killed server leaves its server.json behind, which the next process removes as soon as it has
/// the lock. So what is there while the directory is taken is true, but for a moment. A file whose
/// process is not to be found is believed only after that moment: a server in another container
/// has ids of its own.
class ServerSearch {
 public:
  explicit ServerSearch(const DataDirectory& directory) : directory_(directory) {}

  /// The server that has the directory; nothing if there is none, or it is not ready yet.
  std::optional<ServerInfo> look() {
    using std::chrono::steady_clock;
    const auto before = steady_clock::now();  // or a pause while it is read would count
    auto info = ServerFile::read(directory_);
    if (!info) return std::nullopt;
    if (info->instance != seen_) {
      seen_ = info->instance;
      since_ = steady_clock::now();
    }
    if (!is_found(info->pid) && before - since_ < doubt) return std::nullopt;
    return info;
  }

 private:
  static constexpr std::chrono::seconds doubt{2};

  bool is_found(int pid) const {
    try {
      const auto process = system::Process::open(pid);
      return process && process->has_open(directory_.directory()) != false;
    } catch (const std::system_error&) {
      return false;
    }
  }

  const DataDirectory& directory_;
  std::string seen_;  // the instance
  std::chrono::steady_clock::time_point since_{};
};

/// `server`: where the process that has the directory is reached, if it is a server.
[[noreturn]] void refuse(const DataDirectory& directory, const std::optional<ServerInfo>& server,
                         const std::string& advice) {
  std::string what = directory.path().string() + ": another taskdock is using this data directory";
  if (server) {
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
  const auto start = std::chrono::steady_clock::now();
  ServerSearch search(directory);
  while (!try_lock(directory, directory_.descriptor(), FileLock::exclusive)) {
    const auto waited = std::chrono::steady_clock::now() - start;
    if (!try_lock(directory, directory_.descriptor(), FileLock::shared)) {
      const auto server = search.look();
      if (server || is_closed(directory) || waited >= patience_for_start) {
        refuse(directory, server, advice);
      }
      std::this_thread::sleep_for(pause);
      continue;
    }
    system::unlock(directory_.descriptor());
    if (waited >= patience) {
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
  for (const std::filesystem::path& left : store::files_of_restore(directory.database_file())) {
    directory.directory().remove(left.filename());
  }
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
  if (is_closed(directory)) refuse(directory, {}, "try again when it has finished");
  // A server that is being started may still be making or migrating the database.
  ServerSearch search(directory);
  while (!search.look() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(pause);
    system::Directory again = reopen(directory);
    if (!try_lock(directory, again.descriptor(), FileLock::shared)) continue;
    directory_ = std::move(again);
    return;
  }
}

}  // namespace taskdock::cli
