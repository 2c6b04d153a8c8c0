#include "cli/backup_schedule.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cli/backup_names.h"
#include "store/backup.h"
#include "store/errors.h"
#include "support/log.h"
#include "system/directory.h"
#include "system/thread_priority.h"
#include "system/unfinished_file.h"

namespace taskdock::cli {

namespace {

using std::chrono::seconds;

/// The clock may be set, and a computer may sleep, which no waiting counts.
constexpr seconds longest_wait = std::chrono::minutes(10);

constexpr seconds first_retry = std::chrono::minutes(1);
constexpr seconds last_retry = std::chrono::hours(1);

}  // namespace

ScheduledBackups::ScheduledBackups(store::Store& store, const DataDirectory& directory,
                                   const support::Clock& clock, const Options& options)
    : store_(store),
      directory_(directory),
      place_(directory.backups()),
      clock_(clock),
      options_(options) {}

std::chrono::seconds ScheduledBackups::look() noexcept {
  try {
    return look_or_throw();
  } catch (const store::Cancelled&) {
    return seconds(0);
  } catch (const std::exception& error) {
    try {
      return after_failure(error);
    } catch (const std::bad_alloc&) {
      return first_retry;  // there is not even memory to say so
    }
  }
}

std::chrono::seconds ScheduledBackups::look_or_throw() {
  const support::Timestamp now = clock_.now();
  std::optional<support::Timestamp> last;
  // One of the future was made before the clock was set back.
  for (const support::Timestamp moment : made()) {
    if (moment <= now && is_whole(moment)) last = moment;
  }
  if (last && now < *last + options_.every) {
    return std::min(longest_wait, std::chrono::ceil<seconds>(*last + options_.every - now));
  }
  make(now);
  remove_surplus(now);
  failures_ = 0;
  return std::min(longest_wait, options_.every);
}

std::chrono::seconds ScheduledBackups::after_failure(const std::exception& error) {
  constexpr int max_doublings = 6;
  const seconds pause = std::min(
      {last_retry, options_.every, first_retry * (1 << std::min(failures_, max_doublings))});
  ++failures_;
  support::log(support::LogLevel::error, std::string("the backup failed: ") + error.what() +
                                             "; it is tried again in " +
                                             std::to_string(pause.count()) + " s");
  return pause;
}

void ScheduledBackups::make(support::Timestamp now) {
  store_.check();  // the database may have been replaced
  system::create_private_directory(place_);
  directory_.give_files_to_owner();
  const std::filesystem::path file = file_of(now);
  store::Backup backup(directory_.database_file());
  require_room(backup.bytes());
  backup.save(file, {.may_replace = true, .is_verified = true, .cancellation = &cancellation_},
              [](std::string_view /*what*/, std::uint64_t /*done*/, std::uint64_t /*all*/) {});
  directory_.give_to_owner(file);
  support::log(support::LogLevel::info, "the database is backed up as " + file.string());
}

std::vector<support::Timestamp> ScheduledBackups::made() const {
  std::vector<support::Timestamp> moments;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(place_, none)) {
    const auto moment = time_of_backup(made_by_server, entry.path().filename().string());
    if (moment) moments.push_back(*moment);
  }
  std::sort(moments.begin(), moments.end());
  return moments;
}

std::filesystem::path ScheduledBackups::file_of(support::Timestamp moment) const {
  return place_ / backup_name(made_by_server, moment);
}

bool ScheduledBackups::is_whole(support::Timestamp moment) const {
  return store::looks_whole(file_of(moment));
}

/// Throws Unavailable where a backup of `bytes` would take the disk the room that the database
/// needs.
void ScheduledBackups::require_room(std::uint64_t bytes) const {
  std::error_code unknown;
  const std::uint64_t available = std::filesystem::space(place_, unknown).available;
  if (unknown || (available >= bytes && available - bytes >= options_.spare_bytes)) return;
  throw store::Unavailable(
      "of the " + std::to_string(available) + " bytes that are free on the disk of " +
      place_.string() + " it would take " + std::to_string(bytes) + ", and " +
      std::to_string(options_.spare_bytes) +
      " must be left for the database itself; make room, or keep fewer (--keep)");
}

/// Those of the future, which were made before the clock was set back, are the first to go.
void ScheduledBackups::remove_surplus(support::Timestamp now) const {
  std::vector<support::Timestamp> moments = made();
  std::rotate(moments.begin(), std::upper_bound(moments.begin(), moments.end(), now),
              moments.end());
  std::size_t whole = 0;
  for (auto moment = moments.rbegin(); moment != moments.rend(); ++moment) {
    if (whole == options_.keep) {
      std::error_code none;
      std::filesystem::remove(file_of(*moment), none);
    } else if (is_whole(*moment)) {
      ++whole;
    } else {
      support::log(
          support::LogLevel::warning,
          file_of(*moment).string() + " is no whole database, and not counted as a backup");
    }
  }
  remove_unfinished_backups(place_, made_by_server);
}

BackupSchedule::BackupSchedule(ScheduledBackups& backups)
    : backups_(backups), thread_([this] { run(); }) {}

BackupSchedule::~BackupSchedule() {
  {
    const support::MutexLock lock(mutex_);
    ending_ = true;
  }
  backups_.cancel();
  end_.notify_one();
  thread_.join();
}

void BackupSchedule::run() noexcept {
  system::yield_to_others();
  for (;;) {
    const auto next = std::chrono::steady_clock::now() + backups_.look();
    support::MutexLock lock(mutex_);
    while (!ending_ && lock.wait_until(end_, next)) {
    }
    if (ending_) return;
  }
}

}  // namespace taskdock::cli
