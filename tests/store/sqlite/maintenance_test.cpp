#include "store/sqlite/maintenance.h"

#include <doctest/doctest.h>

#include "store/errors.h"
#include "store/maintenance.h"
#include "store/sqlite/fixtures.h"
#include "testing/database.h"

namespace taskdock::store::sqlite {

namespace {

struct GrownStore : OpenStore {
  const User ann = add_user();
  const User bob = add_user("bob@example.com");
  const Task his = add_task(bob, "his");

  GrownStore() {
    store->change([&](Changes& changes) {
      for (int i = 0; i < 2000; ++i) changes.add_task(new_task(ann, "a secret of ann"));
    });
    remove_user(ann.id, "hash");
    store->finish_background_work(std::chrono::seconds(30));
    store.reset();
  }
};

std::string refusal(const std::filesystem::path& file, std::uintmax_t available) {
  try {
    sqlite::compact(file, available);
  } catch (const Unavailable& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace

TEST_CASE_FIXTURE(GrownStore,
                  "store/sqlite/maintenance: compacting gives free space back, and keeps all") {
  const auto before = std::filesystem::file_size(file);
  store::compact(file);
  CHECK(std::filesystem::file_size(file) < before / 2);
  CHECK(content_of(file).find("a secret of ann") == std::string::npos);
  CHECK(content_of(file.string() + "-wal").empty());
  reopen();
  CHECK(same(store->snapshot().find_task(bob.id, his.id), his));
  CHECK(store->snapshot().list_users().size() == 1);
}

TEST_CASE_FIXTURE(GrownStore,
                  "store/sqlite/maintenance: compacting needs twice the size, and says so") {
  const auto size = std::filesystem::file_size(file);
  const std::string before = content_of(file);
  const std::string what = refusal(file, 2 * size - 1);
  CHECK(what.find("MiB of free space") != std::string::npos);
  const auto number_before = [&](const std::string& words) {
    const std::size_t end = what.find(words);
    return what.substr(what.rfind(' ', end - 1) + 1, end - what.rfind(' ', end - 1) - 1);
  };
  CHECK(number_before(" MiB of free space") != number_before(" MiB are available"));
  CHECK(content_of(file) == before);
  CHECK_NOTHROW(sqlite::compact(file, 2 * size));
}

TEST_CASE_FIXTURE(GrownStore, "store/sqlite/maintenance: a database in use is not compacted") {
  reopen();
  Snapshot reading = store->snapshot();
  CHECK(reading.has_users());
  add_task(bob, "more");
  CHECK(refusal(file, ~std::uintmax_t{0}).find("another process") != std::string::npos);
  CHECK_NOTHROW(add_task(bob, "and more"));
}

TEST_CASE_FIXTURE(Workshop, "store/sqlite/maintenance: only a database of ours is compacted") {
  CHECK_THROWS_AS(store::compact(file), Unusable);
  CHECK_FALSE(std::filesystem::exists(file));
  std::ofstream(file) << std::string(5000, 'x');
  CHECK_THROWS_AS(store::compact(file), Unusable);
  CHECK(content_of(file) == std::string(5000, 'x'));
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/maintenance: a database with auto_vacuum is one like any other") {
  {
    SQLite::Database database = testing::open_database(file);
    database.exec("PRAGMA auto_vacuum = FULL; CREATE TABLE t (x); DROP TABLE t");
  }
  const User ann = new_user("ann@example.com");
  const User bob = new_user("bob@example.com");
  const Task his = new_task(bob, "his");
  {
    Store store(file);
    store.change([&](Changes& changes) {
      changes.add_user(ann, "hash");
      changes.add_user(bob, "hash");
      changes.add_task(his);
      for (int i = 0; i < 3000; ++i) changes.add_task(new_task(ann, "a secret of ann"));
    });
    store.change([&](Changes& changes) { changes.remove_user(ann.id); });
    CHECK(store.finish_background_work(std::chrono::seconds(30)));
  }
  CHECK(content_of(file).find("a secret of ann") == std::string::npos);
  store::compact(file);
  SQLite::Database database = testing::open_database(file, SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("PRAGMA auto_vacuum").getInt() == 1);
  CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  CHECK(same(Store(file).snapshot().find_task(bob.id, his.id), his));
}

}  // namespace taskdock::store::sqlite
