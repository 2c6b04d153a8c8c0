#pragma once

#include <string>

#include "cli/data_directory.h"
#include "support/file_descriptor.h"

/// Who may use a data directory at one time.
///
/// The lock is flock(2) on the directory itself, which the system releases however a process ends:
///
/// - Who needs the directory alone (a server, or compact) holds it exclusively for as long as it
///   runs.
/// - An owner's command takes a share of it, and only for the moment in which it works, never while
///   it waits for somebody to type a password. Where it gets none, somebody has the directory
///   alone, and it works beside them: SQLite makes that safe, and only a migration is left to
///   whoever has the directory.
/// - So where a share can be had but not the whole, only such commands are at work, and whoever
///   needs the whole waits for them.
///
/// taskdock.lock says whose the directory is, for people and for the message that turns another
/// server away. It excludes nobody from the directory: commands lock it among themselves, so that
/// one at a time may bring an old database up to date.
namespace taskdock::cli {

/// How compact calls itself in taskdock.lock. No command works beside it.
inline constexpr const char* compact_name = "taskdock compact";

/// The directory alone.
class ExclusiveLock {
 public:
  /// For `command` (such as "taskdock serve"), which taskdock.lock names from now on; server.json,
  /// if one was left behind, is removed. Waits some seconds for owner's commands that are at work.
  /// Throws Failure: with ExitStatus::data_in_use where another process has the directory, saying
  /// where it is reached and `advice`.
  ExclusiveLock(const DataDirectory& directory, const std::string& command,
                const std::string& advice);
  ~ExclusiveLock();

  ExclusiveLock(const ExclusiveLock&) = delete;
  ExclusiveLock& operator=(const ExclusiveLock&) = delete;

 private:
  support::FileDescriptor file_;  // taskdock.lock; released before the directory's
  support::FileDescriptor directory_;
};

/// A share of the directory, for an owner's command.
class SharedLock {
 public:
  /// Waits some seconds for other commands. Throws Failure; with ExitStatus::data_in_use where
  /// compact has the directory.
  explicit SharedLock(const DataDirectory& directory);

  /// Whether no server has the directory, nor gets it while this lives.
  bool is_alone() const { return directory_.is_open(); }

 private:
  support::FileDescriptor file_;
  support::FileDescriptor directory_;
};

}  // namespace taskdock::cli
