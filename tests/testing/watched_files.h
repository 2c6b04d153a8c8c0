#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string_view>

namespace taskdock::testing {

/// What SQLite asks of the file system: a bit for each kind of call. Locks are those of the
/// database and of the index of its log; `map` maps that index.
enum FileCall : unsigned {
  open_call = 1,
  read_call = 2,
  write_call = 4,
  sync_call = 8,
  truncate_call = 16,
  remove_call = 32,
  lock_call = 64,
  map_call = 128,
  all_calls = 255
};

/// One call, before it is made.
struct FileRequest {
  FileCall call = open_call;
  const char* path = nullptr;    // null: a temporary file
  std::uint64_t offset = 0;      // of a write; of `truncate_call` the new size
  std::string_view bytes = {};   // that are to be written
  int flags = 0;                 // SQLITE_OPEN_... of an open
  bool syncs_directory = false;  // of a removal
};

/// How a call ends.
struct FileOutcome {
  int error = 0;            // an errno; 0: it is made
  bool is_partial = false;  // a write that fails: its first half is written all the same
};

/// Decides what becomes of the calls. Threads call it at the same time.
class FileWatcher {
 public:
  virtual ~FileWatcher() = default;
  virtual FileOutcome decide(const FileRequest& request) = 0;
};

/// While this exists every file that SQLite opens in this process without naming a VFS is opened
/// through it (sqlite.org/vfs.html): each call is shown to `watcher`, and then made by SQLite's
/// usual VFS or answered with an error, as that VFS does when the system reports one. Syncs are
/// never passed on to the disk, so that tests take less time. What the program does to files
/// without SQLite is not seen.
///
/// One at a time; all files opened meanwhile must be closed before it ends.
class WatchedFiles {
 public:
  explicit WatchedFiles(FileWatcher& watcher);
  WatchedFiles(const WatchedFiles&) = delete;
  WatchedFiles& operator=(const WatchedFiles&) = delete;
  ~WatchedFiles();

 private:
  friend struct WatchedCalls;

  FileWatcher& watcher_;
  sqlite3_vfs* usual_;
  sqlite3_vfs vfs_;
};

}  // namespace taskdock::testing
