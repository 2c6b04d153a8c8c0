// A disk that fails on command, while a store is opened, migrated, written to, emptied and closed.

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "store/attempt.h"
#include "store/witness.h"
#include "testing/failing_disk.h"
#include "testing/old_database.h"
#include "testing/process.h"

namespace taskdock::store {

namespace {

using namespace std::chrono_literals;
using testing::DiskFault;
using testing::FailingDisk;
namespace fs = std::filesystem;

// How many runs there are at most for each fault and each beginning; sanitizers take their time.
constexpr std::uint64_t max_runs = testing::memory_is_real ? 40 : 4;

constexpr std::uint64_t opening_step = testing::memory_is_real ? 1 : 20;

constexpr unsigned growing = testing::open_call | testing::write_call | testing::map_call;

const std::vector<DiskFault> faults = {
    {.name = "one call fails"},
    {.name = "all calls fail from one on", .lasts = true},
    {.name = "one write, sync or truncation fails",
     .calls = testing::write_call | testing::sync_call | testing::truncate_call},
    {.name = "syncs fail from one on", .lasts = true, .calls = testing::sync_call},
    {.name = "one opening or removal fails", .calls = testing::open_call | testing::remove_call},
    {.name = "the disk is full once", .error = ENOSPC, .calls = growing},
    {.name = "the disk is full from then on", .error = ENOSPC, .lasts = true, .calls = growing},
    {.name = "one write stops in the middle, for the disk is full",
     .error = ENOSPC,
     .is_partial = true,
     .calls = testing::write_call},
    {.name = "writes stop in the middle from one on",
     .lasts = true,
     .is_partial = true,
     .calls = testing::write_call},
};

/// Waits until `act` goes through, for half a minute at most.
template <class Act>
bool succeeds_soon(Act act) {
  for (int tries = 0; tries < 3000; ++tries) {
    if (attempt(act)) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

/// Makes what a store begins with, in the workshop's directory.
using Beginning = void (*)(Workshop& workshop, Witness& witness);

void make_nothing(Workshop& /*workshop*/, Witness& /*witness*/) {}

void make_database(Workshop& workshop, Witness& witness) {
  Store store(workshop.file);
  witness.sign_up(store);
  for (int i = 0; i < 3; ++i) witness.write(store);
}

void make_database_with_log(Workshop& workshop, Witness& witness) {
  make_database(workshop, witness);
  const testing::TemporaryDirectory aside;
  {
    Store store(workshop.file);
    store.finish_background_work(30s);
    for (int i = 0; i < 3; ++i) witness.write(store);
    for (const char* suffix : {"", "-wal"}) fs::copy(workshop.file.string() + suffix, aside.path());
  }
  for (const auto& entry : fs::directory_iterator(aside.path())) {
    fs::copy(entry.path(), workshop.directory.path(), fs::copy_options::overwrite_existing);
  }
}

void make_older_database(Workshop& workshop, Witness& witness) {
  testing::make_old_database(workshop.file, 7, 20);
  witness.become({});
}

/// One life of a store on a disk that fails, and what follows.
class Life {
 public:
  explicit Life(Beginning make) {
    make(workshop_, witness_);
    for (const auto& entry : fs::directory_iterator(workshop_.directory.path())) {
      fs::copy(entry.path(), beginning_.path());
    }
    if (fs::exists(workshop_.file)) {
      Store store(workshop_.file);
      witness_.remember(store);
    }
  }

  /// Lets each call in turn fail that opening the store makes, and CHECKs that it can be opened
  /// afterwards, with all that was there.
  void fail_openings() {
    FailingDisk disk;
    const auto open = [&] { Store store(workshop_.file); };
    begin_again();
    disk.count({});
    open();
    const std::uint64_t calls = disk.counted();
    for (std::uint64_t at = 1; at <= calls; at += opening_step) {
      CAPTURE(at);
      begin_again();
      disk.fail({}, at);
      attempt(open);
      disk.heal();
      Store store(workshop_.file);
      current_->check(store, true);
    }
  }

  /// How many calls of the fault's kinds there are without the fault.
  std::uint64_t count_calls(const DiskFault& fault) {
    begin_again();
    FailingDisk disk;
    disk.count(fault);
    live(disk);
    return disk.counted();
  }

  /// Runs with the fault at the call number `at`, and CHECKs what is there afterwards. The fault is
  /// over before the store is closed, or not; the store `waits` for its work in the background
  /// then.
  void run(const DiskFault& fault, std::uint64_t at, bool heals, bool waits) {
    begin_again();
    FailingDisk disk;
    disk.fail(fault, at);
    live(disk, heals, waits);
    // No more was asked of the disk, while it failed, than if it was tried again some times.
    CHECK(disk.failed() < 5000);
    disk.heal();
    {
      Store store(workshop_.file);
      current_->check(store, true);
      current_->sign_up(store);
      current_->write(store);
      current_->check(store, false);
    }
    check_whole(workshop_.file);
  }

 private:
  void begin_again() {
    for (const auto& entry : fs::directory_iterator(workshop_.directory.path())) {
      fs::remove_all(entry.path());
    }
    for (const auto& entry : fs::directory_iterator(beginning_.path())) {
      fs::copy(entry.path(), workshop_.directory.path());
    }
    current_.emplace(witness_);
  }

  void live(FailingDisk& disk, bool heals = true, bool waits = true) {
    std::optional<Store> store;
    const auto open = [&] { store.emplace(workshop_.file); };
    if (!attempt(open)) {
      disk.heal();
      REQUIRE(attempt(open));
    }
    const auto sign_up = [&] { current_->sign_up(*store); };
    const auto write = [&] { current_->write(*store); };
    const auto check = [&] { current_->check(*store, false); };
    attempt(sign_up);
    for (int i = 0; i < 3 && current_->is_signed_up(); ++i) {
      attempt(write);
      attempt(check);
    }
    // Somebody goes, so that there is work in the background, and the log is emptied.
    Witness other(workshop_, "other");
    if (attempt([&] { other.sign_up(*store); })) {
      attempt([&] { other.write(*store); });
      attempt([&] { store->change([&](Changes& changes) { changes.remove_user(other.id()); }); });
    }
    store->finish_background_work(0ms);
    if (!heals) return;
    disk.heal();
    REQUIRE(succeeds_soon(sign_up));
    REQUIRE(succeeds_soon(write));
    CHECK(succeeds_soon(check));
    CHECK_NOTHROW(store->check());
    // After a failure the work goes on a second later, for which not every run waits.
    if (waits) CHECK(store->finish_background_work(30s));
  }

  Workshop workshop_;
  testing::TemporaryDirectory beginning_;
  Witness witness_{workshop_, "ann"};
  std::optional<Witness> current_;  // of this run
};

/// CHECKs that after any fault, in whatever call, the error is clear, the store recovers by itself,
/// and at the next start everything that was acknowledged is there, and nothing half.
void check_all_faults(Beginning make) {
  Life life(make);
  life.fail_openings();
  for (const DiskFault& fault : faults) {
    CAPTURE(fault.name);
    const std::uint64_t calls = life.count_calls(fault);
    REQUIRE(calls > 0);
    const std::uint64_t runs = std::min(calls, max_runs);
    for (std::uint64_t i = 0; i < runs; ++i) {
      const std::uint64_t at = 1 + i * calls / runs;
      CAPTURE(at);
      CAPTURE(calls);
      life.run(fault, at, i % 3 != 2, i % 30 == 0);
    }
  }
}

}  // namespace

TEST_CASE("store/faults: a disk that fails while a database is made loses and halves nothing") {
  check_all_faults(make_nothing);
}

TEST_CASE("store/faults: a disk that fails while a database is used loses and halves nothing") {
  check_all_faults(make_database);
}

TEST_CASE("store/faults: a disk that fails while a log is recovered loses and halves nothing") {
  check_all_faults(make_database_with_log);
}

TEST_CASE("store/faults: a disk that fails while a database is migrated loses and halves nothing") {
  check_all_faults(make_older_database);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/faults: a full disk is named, and once it has room again, writes go on "
                  "without a restart") {
  FailingDisk disk;
  Witness witness(*this, "ann");
  Store store(file);
  witness.sign_up(store);
  witness.write(store);
  for (int times = 0; times < 3; ++times) {
    disk.fail({.error = ENOSPC, .lasts = true, .calls = testing::write_call}, 1);
    for (int i = 0; i < 3; ++i) {
      CHECK_THROWS_WITH_AS(witness.write(store), "the disk is full; make room on it", Unavailable);
    }
    witness.check(store, false);
    disk.heal();
    CHECK_NOTHROW(witness.write(store));
    witness.check(store, false);
  }
}

TEST_CASE_FIXTURE(Workshop,
                  "store/faults: while the disk fails, an idle store tries again now and then, not "
                  "all the time") {
  FailingDisk disk;
  Witness witness(*this, "ann");
  Store store(file);
  witness.sign_up(store);
  witness.write(store);
  REQUIRE(store.finish_background_work(30s));
  disk.fail({.lasts = true}, 1);
  CHECK_THROWS_AS(witness.write(store), Unavailable);
  std::this_thread::sleep_for(2s);
  CHECK(disk.failed() < 500);
  disk.heal();
  CHECK(store.finish_background_work(30s));
  witness.check(store, false);
}

}  // namespace taskdock::store
