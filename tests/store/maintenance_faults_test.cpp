// A disk that fails on command, while a database is backed up, restored and checked. What is
// written without SQLite (the bytes of a copy, its new name) does not fail here: see
// testing/watched_files.h.

#include <doctest/doctest.h>

#include "store/attempt.h"
#include "store/backup.h"
#include "store/check.h"
#include "store/fixtures.h"
#include "store/restore.h"
#include "store/witness.h"
#include "testing/failing_disk.h"
#include "testing/process.h"

namespace taskdock::store {

namespace {

namespace fs = std::filesystem;
using testing::DiskFault;
using testing::FailingDisk;

constexpr std::uint64_t max_failing_calls = testing::memory_is_real ? 80 : 8;

/// A database with a log that is not empty, and an older copy of it.
struct Maintained : Workshop {
  Witness witness{*this, "ann"};
  std::optional<Witness> older;  // as of the copy
  const fs::path copy = directory.path() / "copy.db";
  const fs::path made = directory.path() / "made.db";
  testing::TemporaryDirectory healthy;

  Maintained() {
    {
      Store store(file);
      witness.sign_up(store);
      for (int i = 0; i < 5; ++i) witness.write(store);
      Backup(file).save(copy, {}, tell_nobody);
      older.emplace(witness);
      for (int i = 0; i < 5; ++i) witness.write(store);
      for (const char* suffix : {"", "-wal"}) {
        fs::copy(file.string() + suffix, healthy.path());
      }
      fs::copy(copy, healthy.path());
    }
    begin_again();
  }

  void begin_again() const {
    for (const auto& entry : fs::directory_iterator(directory.path())) fs::remove_all(entry);
    for (const auto& entry : fs::directory_iterator(healthy.path())) {
      fs::copy(entry.path(), directory.path());
    }
  }

  /// Calls `act` again and again, each time on the same files and with the next call of the disk
  /// failing, and `examine(whether act went through)` after each.
  template <class Act, class Examine>
  void fail_each_call(Act act, Examine examine) {
    FailingDisk disk;
    for (const bool lasts : {false, true}) {
      CAPTURE(lasts);
      const DiskFault fault{.lasts = lasts};
      begin_again();
      disk.count(fault);
      act();
      const std::uint64_t calls = disk.counted();
      REQUIRE(calls > 0);
      const std::uint64_t runs = std::min(calls, max_failing_calls);
      for (std::uint64_t i = 0; i < runs; ++i) {
        const std::uint64_t at = 1 + i * calls / runs;
        CAPTURE(at);
        begin_again();
        disk.fail(fault, at);
        const bool went_through = attempt(act);
        disk.heal();
        examine(went_through);
      }
    }
  }

  static void check_database(const fs::path& database, Witness known) {
    {
      Store store(database);
      known.check(store, true);
    }
    CHECK(check(database, Usage::live, support::SystemClock().now(), tell_nobody).findings.empty());
  }
};

}  // namespace

TEST_CASE_FIXTURE(Maintained,
                  "store/maintenance_faults: a backup on a disk that fails is whole or not there, "
                  "and the database stays as it was") {
  fail_each_call([&] { Backup(file).save(made, {.is_verified = true}, tell_nobody); },
                 [&](bool went_through) {
                   CHECK(fs::exists(made) == went_through);
                   if (went_through) check_database(made, witness);
                   check_database(file, witness);
                 });
}

TEST_CASE_FIXTURE(Maintained,
                  "store/maintenance_faults: after a restore on a disk that fails the database is "
                  "the restored one or the one that was there, and that is kept") {
  const fs::path kept = directory.path() / "kept.db";
  fail_each_call([&] { restore(copy, file, kept, {}, tell_nobody); },
                 [&](bool went_through) {
                   const bool is_restored = fs::exists(kept);
                   if (went_through) CHECK(is_restored);
                   check_database(file, is_restored ? *older : witness);
                   if (is_restored) check_database(kept, witness);
                   check_database(copy, *older);
                 });
}

TEST_CASE_FIXTURE(Maintained,
                  "store/maintenance_faults: a check on a disk that fails finds no damage where "
                  "there is none, and changes nothing") {
  fail_each_call(
      [&] {
        const Checked checked = check(file, Usage::live, support::SystemClock().now(), tell_nobody);
        CHECK(checked.findings.empty());
      },
      [&](bool /*went_through*/) { check_database(file, witness); });
}

}  // namespace taskdock::store
