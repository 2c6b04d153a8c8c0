// Databases that something has damaged: nothing crashes, and what is wrong is not passed on.

#include <doctest/doctest.h>

#include <fstream>
#include <random>
#include <set>

#include "store/errors.h"
#include "store/fixtures.h"
#include "support/words.h"
#include "testing/process.h"
#include "testing/watched_files.h"

namespace taskdock::store {

namespace {

constexpr std::size_t page_bytes = 4096;
constexpr std::size_t header_bits = std::size_t{100} * 8;
constexpr std::size_t tasks = 60;

// Sanitizers take their time.
constexpr std::size_t step = testing::memory_is_real ? 1 : 10;

/// Syncs take no time.
struct NoWaiting final : testing::FileWatcher {
  testing::FileOutcome decide(const testing::FileRequest&) override { return {}; }
  testing::WatchedFiles files{*this};
};

/// What became of a call on a database that is damaged.
enum class Outcome { done, refused };

/// A database whose content is known, to be damaged again and again.
struct Patient : Workshop {
  NoWaiting no_waiting;
  std::string healthy;
  User ann = new_user("ann@example.com");
  std::set<std::string> titles;

  Patient() {
    {
      Store store(file);
      store.change([&](Changes& changes) { changes.add_user(ann, "hash"); });
      for (std::size_t i = 0; i < tasks; ++i) {
        Task task = new_task(ann, "title" + std::to_string(i), i % 3 == 0);
        task.description = std::string(400, 'd');
        task.tags = {"tag" + std::to_string(i % 5)};
        store.change([&](Changes& changes) { changes.add_task(task); });
        titles.insert(task.title);
      }
    }
    healthy = content_of(file);
  }

  void become(const std::string& content) {
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
    std::ofstream(file, std::ios::binary) << content;
  }

  /// Calls `act`, which may only be refused as the store refuses what it cannot use.
  template <class Act>
  Outcome attempt(Act act) {
    try {
      act();
      return Outcome::done;
    } catch (const Unavailable&) {
    } catch (const Unusable&) {
    } catch (const TaskNotFound&) {  // of a damaged index
    } catch (const UserNotFound&) {
    } catch (const std::exception& error) {
      FAIL_CHECK("refused as: " << std::string(error.what()));
    }
    return Outcome::refused;
  }

  /// Does everything with the database, of which what is read must be right, or refused. What
  /// cannot be opened must stay as it is.
  void examine() {
    const std::string before = content_of(file);
    std::optional<Store> store;
    if (attempt([&] { store.emplace(file, StoreOptions{.readers = 2}); }) == Outcome::refused) {
      const bool is_untouched = content_of(file) == before;
      CHECK(is_untouched);
      return;
    }
    check_list(*store, {.limit = 1000}, tasks);
    TaskQuery query{.limit = 1000};
    query.filter.search = support::parse_search("title7");
    check_list(*store, query, 1);
    query = {.limit = 1000, .completed = true};
    query.order.key = TaskKey::title;
    check_list(*store, query, tasks / 3);
    query = {.limit = 1000};
    query.filter.tags = {"tag1"};
    check_list(*store, query, tasks / 5);
    attempt([&] { store->snapshot().list_tags(ann.id); });
    attempt([&] { store->snapshot().list_changes(ann.id, 0, 1000); });
    const Task added = new_task(ann, "added");
    const bool is_added = attempt([&] {
                            store->change([&](Changes& changes) { changes.add_task(added); });
                          }) == Outcome::done;
    std::string found = "nothing";
    attempt([&] { found = store->snapshot().find_task(ann.id, added.id).title; });
    CHECK((found == "nothing" || (is_added && found == "added")));
  }

  /// CHECKs that a list has as many of the tasks that there are as it should, or is refused.
  void check_list(Store& store, const TaskQuery& query, std::size_t count) {
    TaskPage page;
    if (attempt([&] { page = store.snapshot().list_tasks(ann.id, query); }) == Outcome::refused) {
      return;
    }
    CHECK(page.tasks.size() == count);
    for (const Task& task : page.tasks) CHECK(titles.contains(task.title));
  }
};

}  // namespace

TEST_CASE_FIXTURE(Patient,
                  "store/damage: with any bit of the header flipped a database is refused and left "
                  "as it is, or what is read is right") {
  for (std::size_t bit = 0; bit < header_bits; bit += step) {
    CAPTURE(bit);
    std::string damaged = healthy;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    become(damaged);
    examine();
  }
}

TEST_CASE_FIXTURE(Patient,
                  "store/damage: of a database with any page full of zeros, what is read is right, "
                  "or it is an error") {
  const std::size_t pages = healthy.size() / page_bytes;
  REQUIRE(pages > 40);
  for (std::size_t page = 0; page < pages; page += step) {
    CAPTURE(page);
    std::string damaged = healthy;
    damaged.replace(page * page_bytes, page_bytes, page_bytes, '\0');
    become(damaged);
    examine();
  }
}

TEST_CASE_FIXTURE(Patient,
                  "store/damage: a database that was cut off anywhere is refused and left as it "
                  "is") {
  for (std::size_t size = 2; size < healthy.size(); size += step * (size < 200 ? 13 : 1777)) {
    CAPTURE(size);
    const std::string damaged = healthy.substr(0, size);
    become(damaged);
    CHECK_THROWS_AS(Store{file}, Unusable);
    const bool is_untouched = content_of(file) == damaged;
    CHECK(is_untouched);
  }
}

TEST_CASE_FIXTURE(Patient, "store/damage: whatever bits are flipped, nothing crashes") {
  for (std::size_t seed = 0; seed < 300; seed += step) {
    CAPTURE(seed);
    std::mt19937_64 dice(seed);
    std::string damaged = healthy;
    for (std::uint64_t flips = 1 + dice() % 20; flips > 0; --flips) {
      const std::size_t at = dice() % damaged.size();
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << dice() % 8));
    }
    become(damaged);
    std::optional<Store> store;
    const auto tolerating = [](auto act) {
      try {
        act();
      } catch (const std::exception& error) {
        CHECK(std::string(error.what()).size() > 5);
      }
    };
    tolerating([&] { store.emplace(file, StoreOptions{.readers = 2}); });
    if (!store) continue;
    tolerating([&] { store->snapshot().list_tasks(ann.id, {1000, 0, {}}); });
    tolerating([&] { store->snapshot().list_changes(ann.id, 0, 1000); });
    tolerating([&] {
      TaskQuery query{.limit = 100};
      query.filter.search = support::parse_search("t");
      store->snapshot().list_tasks(ann.id, query);
    });
    tolerating([&] {
      store->change([&](Changes& changes) { changes.add_task(new_task(ann, "added")); });
    });
    tolerating([&] { store->change([&](Changes& changes) { changes.remove_user(ann.id); }); });
    store->finish_background_work(std::chrono::milliseconds(0));
  }
}

}  // namespace taskdock::store
