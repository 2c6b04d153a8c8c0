#include "cli/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <thread>

#include "support/json_value.h"
#include "support/json_writer.h"
#include "support/regular_file.h"

namespace taskdock::cli {

namespace {

using support::FileDescriptor;

// An owner's command works for less than a second, unless it deletes a very large account.
constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds pause{10};

/// The process that has the directory, as written in taskdock.lock.
struct Owner {
  std::string command;  // such as "taskdock serve"
  std::int64_t pid;
};

/// A descriptor of its own, so that the lock on it lives and dies with it (open(2): a lock belongs
/// to the open file, not to the process).
FileDescriptor reopen(const DataDirectory& directory) {
  FileDescriptor opened(::openat(directory.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) {
    fail(directory.path(), std::string("cannot be opened: ") + std::strerror(errno));
  }
  return opened;
}

/// Whether the lock could be taken at once.
bool try_lock(const DataDirectory& directory, const FileDescriptor& file, int kind) {
  while (::flock(file.get(), kind | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return false;
    fail(directory.path(), std::string("the data directory cannot be locked: ") +
                               std::strerror(errno) +
                               "; choose a directory on a local disk with --data");
  }
  return true;
}

FileDescriptor open_lock_file(const DataDirectory& directory) {
  const std::filesystem::path path = directory.lock_file();
  FileDescriptor file(::openat(directory.descriptor(), path.filename().c_str(),
                               O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                               S_IRUSR | S_IWUSR));
  const int reason = errno;
  struct stat status {};
  if (file.is_open() && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode)) return file;
  const bool is_there =
      ::fstatat(directory.descriptor(), path.filename().c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (is_there && !S_ISREG(status.st_mode)) fail(path, "this is no regular file; remove it");
  if (is_there && status.st_uid != ::geteuid()) {
    fail(path, "this file belongs to user " + std::to_string(status.st_uid) +
                   ", so taskdock has run here as that user; run it as that user again, or give "
                   "the files in this directory to this one");
  }
  fail(path, std::string("cannot be opened for writing: ") + std::strerror(reason) +
                 "; correct the permissions of the file and its directory");
}

std::optional<Owner> read_owner(const DataDirectory& directory) {
  try {
    constexpr std::size_t max_bytes = 4096;
    constexpr std::array<std::string_view, 2> names = {"command", "pid"};
    const std::string text = support::read_all(
        support::open_regular_file(directory.descriptor(), directory.lock_file().filename()),
        max_bytes);
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
  json += R"(,"pid":)" + std::to_string(::getpid()) + "}\n";
  if (::ftruncate(file.get(), 0) != 0 ||
      ::pwrite(file.get(), json.data(), json.size(), 0) != static_cast<ssize_t>(json.size())) {
    fail(directory.lock_file(), std::string("cannot be written: ") + std::strerror(errno) +
                                    "; make room on the disk, or choose another with --data");
  }
}

[[noreturn]] void refuse(const DataDirectory& directory, const std::string& advice) {
  std::string what = directory.path().string() + ": another taskdock is using this data directory";
  if (const auto server = ServerFile::read(directory)) {
    throw AlreadyRunning(*server, what + " and is reached at " + server->url + " (process " +
                                      std::to_string(server->pid) + "); " + advice);
  }
  if (const auto owner = read_owner(directory)) {
    what += " (" + owner->command + ", process " + std::to_string(owner->pid) + ')';
  }
  throw Failure(ExitStatus::data_in_use, what + "; " + advice);
}

}  // namespace

ExclusiveLock::ExclusiveLock(const DataDirectory& directory, const std::string& command,
                             const std::string& advice)
    : directory_(reopen(directory)) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!try_lock(directory, directory_, LOCK_EX)) {
    if (!try_lock(directory, directory_, LOCK_SH)) refuse(directory, advice);
    ::flock(directory_.get(), LOCK_UN);
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
  // No process has the directory any more. If this fails, the lock itself still says so.
  [[maybe_unused]] const int ignored = ::ftruncate(file_.get(), 0);
}

SharedLock::SharedLock(const DataDirectory& directory)
    : file_(open_lock_file(directory)), directory_(reopen(directory)) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!try_lock(directory, file_, LOCK_EX)) {
    if (std::chrono::steady_clock::now() >= deadline) {
      fail(directory.path(),
           "another taskdock command has been at work in this data directory for some time; let it "
           "finish, or end it");
    }
    std::this_thread::sleep_for(pause);
  }
  if (try_lock(directory, directory_, LOCK_SH)) return;
  directory_ = FileDescriptor();
  if (const auto owner = read_owner(directory); owner && owner->command == compact_name) {
    refuse(directory, "try again when it has finished");
  }
  // A server that is being started may still be making or migrating the database.
  while (!ServerFile::read(directory) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(pause);
    FileDescriptor again = reopen(directory);
    if (!try_lock(directory, again, LOCK_SH)) continue;
    directory_ = std::move(again);
    return;
  }
}

}  // namespace taskdock::cli
