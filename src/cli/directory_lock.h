#pragma once

#include <optional>
#include <string>

#include "cli/data_directory.h"
#include "cli/failure.h"
#include "cli/server_file.h"
#include "system/directory.h"

/// Who may use a data directory at one time.
///
/// The lock is flock(2) on the directory itself, which the system releases however a process ends:
///
/// A process that needs the directory alone (a server, or a command such as compact) holds an
/// exclusive lock while it runs. An owner's command takes a shared lock, only while it works and
/// never while it waits for a password. If it cannot get one, a server has the exclusive lock, and
/// the command works beside it: SQLite makes that safe, but only the server may migrate the
/// database. So if a shared lock is possible but an exclusive one is not, only owner's commands are
/// at work, and a process that needs the directory alone waits for them.
///
/// taskdock.lock names the process that has the directory, for people and for error messages. A
/// lock on this file does not lock the directory: only owner's commands take it, so that one at a
/// time can migrate an old database.
namespace taskdock::cli {

/// The names in taskdock.lock of commands that change the database as a whole. No other command
/// works beside them.
inline constexpr const char* compact_name = "taskdock compact";
inline constexpr const char* restore_name = "taskdock restore";
inline constexpr const char* repair_name = "taskdock check --repair";

/// A server has the data directory, and says where it is reached.
class AlreadyRunning : public Failure {
 public:
  AlreadyRunning(const ServerInfo& info, const std::string& what)
      : Failure(ExitStatus::data_in_use, what), server(info) {}

  const ServerInfo server;
};

/// Whether a process has the exclusive lock of `directory` now. Throws Failure where it cannot be
/// known.
bool is_taken(const DataDirectory& directory);

/// That process as taskdock.lock names it, such as "taskdock serve (process 123)"; nothing if it
/// names none.
std::optional<std::string> holder(const DataDirectory& directory);

/// The exclusive lock.
class ExclusiveLock {
 public:
  /// For `command` (such as "taskdock serve"), which taskdock.lock names from now on; what a killed
  /// server (server.json) or restore has left is removed. Waits some seconds for owner's commands
  /// that are at work, and for another server that is being started until it is ready. Throws
  /// Failure: with ExitStatus::data_in_use where another process has the directory, saying `advice`
  /// and, if it is a server that can be reached (AlreadyRunning), where.
  ExclusiveLock(const DataDirectory& directory, const std::string& command,
                const std::string& advice);
  ~ExclusiveLock();

  ExclusiveLock(const ExclusiveLock&) = delete;
  ExclusiveLock& operator=(const ExclusiveLock&) = delete;

 private:
  system::FileDescriptor file_;  // taskdock.lock; released before the directory's
  system::Directory directory_;
};

/// The shared lock, for an owner's command.
class SharedLock {
 public:
  /// Waits some seconds for other commands, and for a server that is being started until it is
  /// ready. Throws Failure; with ExitStatus::data_in_use where such a command as compact has the
  /// directory.
  explicit SharedLock(const DataDirectory& directory);

  /// Whether no server has the directory, or gets it while this exists.
  bool is_alone() const { return directory_.has_value(); }

 private:
  system::FileDescriptor file_;
  std::optional<system::Directory> directory_;
};

}  // namespace taskdock::cli
