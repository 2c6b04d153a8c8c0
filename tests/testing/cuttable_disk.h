#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "testing/watched_files.h"

namespace taskdock::testing {

/// While this exists, the power of the disk that has SQLite's files can be cut (WatchedFiles). What
/// the disk has then is decided by chance:
///
/// - what was written to a file since its last sync may be there or not, each write for itself, and
///   of each write any of its sectors of 512 or 4096 bytes;
/// - a file that was made or removed since its directory was synced may be there or not.
///
/// A sync of a new log or journal, and a removal that asks for it, also sync the directory, as
/// SQLite's usual VFS does it. What is done to files without SQLite is not part of this: its files
/// have names from SQLite only. Any thread may call it.
class CuttableDisk final : private FileWatcher {
 public:
  /// All files of `directory` are on the disk.
  explicit CuttableDisk(const std::filesystem::path& directory);

  /// The power will be cut in the call number `call`, of those that change something; `seed` says
  /// what will be left.
  void cut_at(std::uint64_t call, std::uint64_t seed);

  /// Whether that has happened. Every call fails from then on.
  bool is_off();

  /// The content of the files that were left, by their names.
  std::map<std::string, std::string> survivors();

 private:
  /// What a file has on the disk, and what is on the way there.
  struct Content {
    struct Write {
      std::uint64_t offset;
      std::string bytes;
      bool truncates;  // to `offset`, which changes nothing else
    };
    std::string synced;
    std::vector<Write> pending;
  };
  /// A name, as the directory has it on the disk, and as it is now.
  struct Name {
    std::shared_ptr<Content> synced;
    std::shared_ptr<Content> current;
    bool syncs_directory = false;
  };

  FileOutcome decide(const FileRequest& request) override;
  void note(const FileRequest& request);
  void sync_directory();
  void cut();
  std::string left_of(const Content& content);
  bool chance() { return (dice_() & 1U) != 0; }

  std::mutex mutex_;
  std::map<std::string, Name> names_;
  std::map<std::string, std::string> survivors_;
  std::uint64_t call_ = 0;
  std::uint64_t last_call_ = 0;
  bool is_off_ = false;
  std::mt19937_64 dice_;
  WatchedFiles files_{*this};
};

}  // namespace taskdock::testing
