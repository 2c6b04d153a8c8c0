#include "cli/backup_schedule.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>
#include <set>

#include "cli/backup_names.h"
#include "cli/outcome.h"
#include "store/backup.h"
#include "store/fixtures.h"
#include "testing/client.h"
#include "testing/database.h"

namespace taskdock::cli {

namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::seconds;

struct Scheduled : store::OpenStore {
  const DataDirectory data{directory.path()};
  const fs::path place = directory.path() / "backups";
  ScheduledBackups backups{*store, data, clock, {.every = hours(24), .keep = 3}};

  std::string name() const { return backup_name(made_by_server, clock.now()); }

  std::set<std::string> names() const {
    std::set<std::string> found;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(place, none)) {
      found.insert(entry.path().filename());
    }
    return found;
  }
};

/// How many threads of `process` compute only when nobody else wants to.
int threads_of_lowest_priority(pid_t process) {
  int count = 0;
  for (const auto& thread : fs::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    const int id = std::stoi(thread.path().filename().string());
    if (::getpriority(PRIO_PROCESS, static_cast<id_t>(id)) == 10) ++count;
  }
  return count;
}

}  // namespace

TEST_CASE_FIXTURE(Scheduled,
                  "cli/backup_schedule: a backup is made when the newest is older than the period, "
                  "also after a restart, and not before") {
  add_user();
  CHECK(backups.look() > seconds(0));
  const std::string first = name();
  CHECK(names() == std::set{first});
  CHECK(testing::mode_of(place) == 0700);
  SQLite::Database copy = testing::open_database(place / first, SQLite::OPEN_READONLY);
  CHECK(copy.execAndGet("SELECT count(*) FROM users").getInt() == 1);
  clock.advance(hours(23));
  ScheduledBackups restarted(*store, data, clock, {.every = hours(24), .keep = 3});
  CHECK(restarted.look() <= hours(1));
  CHECK(names() == std::set{first});
  clock.advance(hours(1));
  restarted.look();
  CHECK(names() == std::set{first, name()});
}

TEST_CASE_FIXTURE(Scheduled,
                  "cli/backup_schedule: the newest are kept, and what it has not made is never "
                  "removed") {
  fs::create_directory(place);
  const std::set<std::string> others = {"taskdock-schema-7.db", "taskdock-2026-01-01T00-00-00Z.db",
                                        "taskdock-scheduled-mine.db", "other.db.new"};
  for (const std::string& other : others) testing::write_file(place / other, "precious");
  const auto killed =
      place / "taskdock-scheduled-2025-01-01T00-00-00Z.db.unfinished-0123456789abcdef";
  testing::write_file(killed, "killed");
  fs::permissions(killed, fs::perms::owner_read | fs::perms::owner_write);
  std::set<std::string> expected = others;
  for (int day = 0; day < 6; ++day) {
    backups.look();
    if (day >= 3) expected.insert(name());
    clock.advance(hours(24));
  }
  CHECK(names() == expected);
}

TEST_CASE_FIXTURE(Scheduled,
                  "cli/backup_schedule: a clock that was set back does not stop the backups") {
  fs::create_directory(place);
  std::set<std::string> kept;
  for (const int year : {1, 2, 3, 4}) {
    kept.insert(backup_name(made_by_server, clock.now() + hours(24 * 365 * year)));
    store::Backup(file).save(place / *kept.rbegin(), {}, store::tell_nobody);
  }
  // Of these the oldest go, and never the new one.
  while (kept.size() > 2) kept.erase(kept.begin());
  kept.insert(name());
  backups.look();
  CHECK(names() == kept);
  backups.look();
  CHECK(names() == kept);
}

TEST_CASE_FIXTURE(Scheduled,
                  "cli/backup_schedule: what fails is tried again, later each time, and removes "
                  "nothing") {
  testing::write_file(place, "no directory");
  CHECK(backups.look() == std::chrono::minutes(1));
  CHECK(backups.look() == std::chrono::minutes(2));
  for (int i = 0; i < 10; ++i) backups.look();
  CHECK(backups.look() == hours(1));
  fs::remove(place);
  backups.look();
  CHECK(names() == std::set{name()});
}

TEST_CASE_FIXTURE(Scheduled,
                  "cli/backup_schedule: what is no whole database is not counted as a backup: "
                  "another is made, and the whole ones stay") {
  std::set<std::string> expected;
  for (int day = 0; day < 3; ++day) {
    backups.look();
    expected.insert(name());
    clock.advance(hours(24));
  }
  const fs::path oldest = place / *expected.begin();
  const std::string whole = testing::content_of(oldest);
  for (const std::string& content :
       {std::string(), whole.substr(0, whole.size() - 4096), std::string(whole.size(), 'x')}) {
    expected.insert(name());
    testing::write_file(place / name(), content);
    clock.advance(std::chrono::minutes(1));
  }
  backups.look();
  expected.insert(name());
  expected.erase(oldest.filename());
  CHECK(names() == expected);
  for (int day = 0; day < 3; ++day) {
    clock.advance(hours(24));
    backups.look();
  }
  CHECK(names().size() == 3);
}

TEST_CASE_FIXTURE(Scheduled,
                  "cli/backup_schedule: none is made that would take the room which the database "
                  "needs") {
  constexpr std::uint64_t more_than_there_is = std::numeric_limits<std::int64_t>::max();
  ScheduledBackups greedy(*store, data, clock,
                          {.every = hours(24), .keep = 3, .spare_bytes = more_than_there_is});
  CHECK(greedy.look() == std::chrono::minutes(1));
  CHECK(names().empty());
}

TEST_CASE_FIXTURE(Scheduled,
                  "cli/backup_schedule: what root makes for the owner of the data directory is the "
                  "owner's") {
  constexpr uid_t somebody = 54321;
  if (::geteuid() != 0) return;
  REQUIRE(::chown(directory.path().c_str(), somebody, somebody) == 0);
  backups.look();
  for (const fs::path& made : {place, place / name()}) {
    struct stat status {};
    REQUIRE(::stat(made.c_str(), &status) == 0);
    CHECK(status.st_uid == somebody);
  }
  for (const fs::path& to : {directory.path() / "mine.db", place / "mine.db"}) {
    const auto finished =
        testing::run({"backup", to.string(), "--data", directory.path().string()});
    CHECK(finished.status == 0);
    struct stat status {};
    REQUIRE(::stat(to.c_str(), &status) == 0);
    CHECK(status.st_uid == somebody);
  }
}

TEST_CASE_FIXTURE(Scheduled, "cli/backup_schedule: one that is given up leaves nothing") {
  backups.cancel();
  CHECK(backups.look() == seconds(0));
  CHECK(names().empty());
}

TEST_CASE(
    "cli/backup_schedule: a server makes them by itself while its other threads come first, "
    "logs them, and stops at once") {
  const testing::TemporaryDirectory data;
  testing::ServerProcess server(data.path(), {"--every", "1s", "--keep", "2"});
  const auto count = [&] {
    std::error_code none;
    const auto all = fs::directory_iterator(data.path() / "backups", none);
    return std::count_if(fs::begin(all), fs::end(all),
                         [](const auto& entry) { return entry.path().extension() == ".db"; });
  };
  CHECK(
      testing::becomes_true([&] { return testing::count_lines(server.process().errors()) >= 5; }));
  CHECK(testing::contains(server.process().errors(), "the database is backed up as "));
  CHECK(threads_of_lowest_priority(server.process().id()) == 1);
  const testing::Finished finished = server.stop();
  CHECK(finished.status == 0);
  CHECK(count() >= 1);
  CHECK(count() <= 3);
}

TEST_CASE("cli/backup_schedule: wrong values are refused, and --keep alone says what it needs") {
  using testing::check_refused;
  using testing::run;
  const testing::TemporaryDirectory data;
  const std::string place = data.path().string();
  for (const char* wrong : {"24", "h", "0h", "1w", "-1h", "1.5h"}) {
    check_refused(run({"serve", "--data", place, "--every", wrong}), 2, "--every: '");
  }
  check_refused(run({"serve", "--data", place, "--every", "24h", "--keep", "0"}), 2, "--keep: ");
  check_refused(run({"serve", "--data", place, "--keep", "7"}), 2, "--keep needs --every");
}

}  // namespace taskdock::cli
