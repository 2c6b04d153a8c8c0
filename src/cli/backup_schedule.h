#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <thread>
#include <vector>

#include "cli/data_directory.h"
#include "store/cancellation.h"
#include "store/store.h"
#include "support/clock.h"
#include "support/mutex.h"

namespace taskdock::cli {

/// Verified backups of a server's database in backups/ in the data directory: a new one if the
/// newest that is there is older than the period. Only backups that it has made itself, which it
/// knows by their names, and that still look whole count; those that are older than the number of
/// them which is kept are removed, once there is a newer one. Belongs to one thread, but for
/// cancel().
class ScheduledBackups {
 public:
  struct Options {
    std::chrono::seconds every;
    std::size_t keep;  // how many, at least one
    // How much of its disk a backup must leave free. The database is on the same one, and takes up
    // to so much for its log.
    std::uint64_t spare_bytes = std::uint64_t{64} * 1024 * 1024;
  };

  /// All of them must outlive this.
  ScheduledBackups(store::Store& store, const DataDirectory& directory, const support::Clock& clock,
                   const Options& options);

  /// Makes a backup if one is due. Returns when to look again, at the latest. A backup that fails
  /// is logged, and due again a minute later, then two, and so on, up to an hour.
  std::chrono::seconds look() noexcept;

  /// Gives up a backup that is being made. Any thread may call it.
  void cancel() noexcept { cancellation_.cancel(); }

 private:
  std::chrono::seconds look_or_throw();
  std::chrono::seconds after_failure(const std::exception& error);
  void make(support::Timestamp now);
  std::vector<support::Timestamp> made() const;
  bool is_whole(support::Timestamp moment) const;
  std::filesystem::path file_of(support::Timestamp moment) const;
  void require_room(std::uint64_t bytes) const;
  void remove_surplus(support::Timestamp now) const;

  store::Store& store_;
  const DataDirectory& directory_;
  const std::filesystem::path place_;
  const support::Clock& clock_;
  const Options options_;
  int failures_ = 0;  // since the last one that was made
  store::Cancellation cancellation_;
};

/// Makes them, while this exists, on a thread of its own.
class BackupSchedule {
 public:
  /// `backups` must outlive this. Throws std::system_error if the system has no thread for it.
  explicit BackupSchedule(ScheduledBackups& backups);
  /// A backup that is being made is given up.
  ~BackupSchedule();

  BackupSchedule(const BackupSchedule&) = delete;
  BackupSchedule& operator=(const BackupSchedule&) = delete;

 private:
  void run() noexcept EXCLUDES(mutex_);

  ScheduledBackups& backups_;
  support::Mutex mutex_;
  std::condition_variable end_;
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace taskdock::cli
