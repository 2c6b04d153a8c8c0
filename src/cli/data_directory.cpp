#include "cli/data_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/suggestion.h"
#include "store/store.h"
#include "support/log.h"
#include "system/file_owner.h"

namespace taskdock::cli {

namespace {

constexpr const char* database_name = "taskdock.db";
constexpr const char* backups_name = "backups";
constexpr mode_t for_others = S_IRWXG | S_IRWXO;

using support::log;
using support::LogLevel;

/// Makes `path` and what is missing above it, each with mode 0700, as the XDG specification has it.
void make_directory(const std::filesystem::path& path) {
  if (path.empty() || ::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) return;
  if (errno == ENOENT && path.has_relative_path()) {
    make_directory(path.parent_path());
    if (::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) return;
  }
  fail(path, std::string("the data directory cannot be created: ") + std::strerror(errno) +
                 "; choose another with --data");
}

/// The mode of a file as chmod(1) takes it.
std::string to_octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
  return text.data();
}

}  // namespace

DataDirectory::DataDirectory(const std::filesystem::path& path) : path_(path) {
  make_directory(path_);
  descriptor_ = support::FileDescriptor(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor_.is_open()) {
    fail(path_, std::string("the data directory cannot be opened: ") + std::strerror(errno) +
                    "; choose another with --data");
  }
  if (::faccessat(descriptor(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
    fail(path_, std::string("the data directory cannot be written to: ") + std::strerror(errno) +
                    "; correct its permissions, or choose another with --data");
  }
}

void DataDirectory::require_database(const std::filesystem::path& path) {
  if (std::error_code none; std::filesystem::exists(path / database_name, none)) return;
  throw Failure(
      ExitStatus::database_unusable,
      path.string() + ": there is no database in this directory; choose another with --data");
}

std::filesystem::path DataDirectory::database_file() const {
  return path_ / database_name;
}

std::filesystem::path DataDirectory::key_file() const {
  return path_ / "secret.key";
}

std::filesystem::path DataDirectory::lock_file() const {
  return path_ / "taskdock.lock";
}

bool DataDirectory::is_still_there() const {
  struct stat opened {};
  struct stat named {};
  return ::fstat(descriptor(), &opened) == 0 && ::stat(path_.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

void DataDirectory::check_files() const {
  for (const std::string& name : store::files_of(database_name)) {
    const std::filesystem::path file = path_ / name;
    struct stat status {};
    if (::fstatat(descriptor(), name.c_str(), &status, 0) != 0) continue;  // there is none
    if (::faccessat(descriptor(), name.c_str(), R_OK | W_OK, AT_EACCESS) == 0) continue;
    const int reason = errno;
    const bool is_foreign = status.st_uid != ::geteuid();
    fail(file, std::string("this file cannot be written: ") + std::strerror(reason) +
                   (is_foreign ? "; it belongs to user " + std::to_string(status.st_uid) +
                                     ": run taskdock as that user, or give the file to this one"
                               : std::string("; correct its permissions")));
  }
}

void DataDirectory::make_files_private() const {
  struct stat status {};
  if (::fstat(descriptor(), &status) == 0 && (status.st_mode & for_others) != 0) {
    log(LogLevel::warning, path_.string() +
                               ": other users may look into the data directory (mode " +
                               to_octal(status.st_mode) + "); chmod 0700 closes it to them");
  }
  std::vector<std::string> closed;
  std::vector<std::string> open;
  for (const std::string& name : store::files_of(database_name)) {
    if (::fstatat(descriptor(), name.c_str(), &status, 0) != 0) continue;
    if ((status.st_mode & for_others) == 0) continue;
    const bool is_closed = status.st_uid == ::geteuid() &&
                           ::fchmodat(descriptor(), name.c_str(), S_IRUSR | S_IWUSR, 0) == 0;
    (is_closed ? closed : open).push_back(name + " (mode " + to_octal(status.st_mode) + ')');
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
  system::give_to_owner(descriptor(), names);

  const support::FileDescriptor backups(
      ::openat(descriptor(), backups_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!backups.is_open()) return;
  std::vector<std::string> copies;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path_ / backups_name, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    copies.push_back(entry->path().filename());
  }
  system::give_to_owner(backups.get(), copies);
}

}  // namespace taskdock::cli
