#pragma once

#include <optional>
#include <string>

#include "cli/data_directory.h"

namespace taskdock::cli {

/// Where a running server is reached, and which it is.
struct ServerInfo {
  std::string url;  // "http://127.0.0.1:8000", or "unix:PATH" where it has Unix sockets only
  int port = 0;     // 0 there
  int pid = 0;
  std::string instance;    // random, different at each start
  std::string version;     // Taskdock's
  std::string started_at;  // RFC 3339, UTC
};

/// `info` as the members of a JSON object, without its braces: those of server.json.
std::string to_json_members(const ServerInfo& info);

/// server.json in the data directory, while this exists. It is complete or not there at all. One
/// that a killed server has left is removed by the next process that locks the directory
/// (directory_lock.h).
class ServerFile {
 public:
  /// The caller holds the ExclusiveLock of `directory`, which must outlive this. Throws Failure,
  /// with the system's reason, where it cannot be written.
  ServerFile(const DataDirectory& directory, const ServerInfo& info);
  ~ServerFile();

  ServerFile(const ServerFile&) = delete;
  ServerFile& operator=(const ServerFile&) = delete;

  /// The content of the file; nothing if it is missing or not complete.
  static std::optional<ServerInfo> read(const DataDirectory& directory);

  /// Removes what was left behind.
  static void remove(const DataDirectory& directory) noexcept;

 private:
  const DataDirectory& directory_;
};

}  // namespace taskdock::cli
