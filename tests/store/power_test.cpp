// Cuts of the power, while several threads write.

#include <doctest/doctest.h>

#include <random>
#include <thread>

#include "store/errors.h"
#include "store/witness.h"
#include "testing/cuttable_disk.h"
#include "testing/process.h"

namespace taskdock::store {

namespace {

namespace fs = std::filesystem;

constexpr int cuts = testing::memory_is_real ? 1000 : 60;
constexpr int cuts_of_a_database = 10;
constexpr int writers = 3;

void remove_files(const fs::path& directory) {
  for (const auto& entry : fs::directory_iterator(directory)) fs::remove_all(entry.path());
}

/// One database that lives through some cuts of the power, each a part of the way further.
class CutLife {
 public:
  /// Lets all witnesses write until the power is cut, in the call number `call`. CHECKs what is
  /// there afterwards; the next life begins with just that.
  void live(std::uint64_t call, std::uint64_t seed) {
    std::map<std::string, std::string> survivors;
    {
      testing::CuttableDisk disk(workshop_.directory.path());
      disk.cut_at(call, seed);
      write(disk);
      REQUIRE(disk.is_off());
      survivors = disk.survivors();
    }
    remove_files(workshop_.directory.path());
    remove_files(copy_.path());
    for (const auto& [name, content] : survivors) {
      std::ofstream(workshop_.directory.path() / name, std::ios::binary) << content;
      std::ofstream(copy_.path() / name, std::ios::binary) << content;
    }
    // In a copy, so that the next life has to repair what this one has left.
    const testing::WatchedFiles without_waiting_for_the_disk(no_faults_);
    const fs::path file = copy_.path() / "taskdock.db";
    {
      Store store(file);
      for (Witness& witness : witnesses_) witness.check(store, true);
    }
    check_whole(file);
  }

 private:
  struct NoFaults final : testing::FileWatcher {
    testing::FileOutcome decide(const testing::FileRequest&) override { return {}; }
  };

  void write(testing::CuttableDisk& disk) {
    std::optional<Store> store;
    try {
      store.emplace(workshop_.file);
    } catch (const Unavailable&) {
      CHECK(disk.is_off());
      return;
    }
    std::vector<std::jthread> threads;
    for (Witness& witness : witnesses_) {
      threads.emplace_back([&] {
        try {
          for (;;) {
            witness.sign_up(*store);
            witness.write(*store);
          }
        } catch (const Unavailable&) {
          CHECK(disk.is_off());
        }
      });
    }
  }

  Workshop workshop_;
  testing::TemporaryDirectory copy_;
  std::vector<Witness> witnesses_ = [this] {
    std::vector<Witness> all;
    for (int i = 0; i < writers; ++i) all.emplace_back(workshop_, "w" + std::to_string(i));
    return all;
  }();
  NoFaults no_faults_;
};

}  // namespace

TEST_CASE(
    "store/power: after each of 1,000 cuts of the power under concurrent writers all that was "
    "acknowledged is there, nothing half, and the database is whole") {
  std::optional<CutLife> life;
  for (int seed = 0; seed < cuts; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 dice(static_cast<std::uint64_t>(seed));
    if (seed % cuts_of_a_database == 0) life.emplace();
    // Near the beginning, where a database is made or its log is read, or later.
    const std::uint64_t call = 1 + dice() % (dice() % 4 == 0 ? 60 : 600);
    life->live(call, dice());
  }
}

}  // namespace taskdock::store
