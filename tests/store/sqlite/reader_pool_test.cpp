#include "store/sqlite/reader_pool.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <atomic>
#include <optional>
#include <set>
#include <thread>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"
#include "store/sqlite/threads.h"

namespace taskdock::store::sqlite {

namespace {

/// How many descriptors of this process lead to `file`.
int open_descriptors(const std::filesystem::path& file) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the descriptor that reads the directory
    count += std::filesystem::read_symlink(entry.path(), gone) == file;
  }
  return count;
}

/// A lease that can be given back before the block ends.
struct Borrowed {
  explicit Borrowed(ReaderPool& pool) : lease(pool.borrow()) {}
  ReaderPool::Lease lease;
};

void look_up(DatabaseConnection& connection) {
  connection.check.lend().step();
}

}  // namespace

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/reader_pool: connections are opened when they are needed, and kept") {
  const int before = open_descriptors(file);
  ReaderPool pool(files, 3);
  CHECK(open_descriptors(file) == before);
  DatabaseConnection* first = nullptr;
  {
    const auto lease = pool.borrow();
    look_up(*lease);
    first = &*lease;
    CHECK(open_descriptors(file) == before + 1);
  }
  CHECK(open_descriptors(file) == before + 1);
  const auto again = pool.borrow();
  CHECK(&*again == first);
  const auto second = pool.borrow();
  look_up(*second);
  CHECK(&*second != first);
  CHECK(open_descriptors(file) == before + 2);
}

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/reader_pool: over the limit a borrower waits until one is given back") {
  ReaderPool pool(files, 2);
  const auto first = pool.borrow();
  std::optional<Borrowed> second(pool);
  DatabaseConnection* const expected = &*second->lease;
  Sleepers waiting(1);
  std::atomic<DatabaseConnection*> lent = nullptr;
  std::jthread borrower([&] {
    waiting.about_to_sleep(0);
    const auto lease = pool.borrow();
    lent = &*lease;
  });
  waiting.await();
  CHECK(lent == nullptr);
  second.reset();
  borrower.join();
  CHECK(lent == expected);
}

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/reader_pool: never more connections than allowed, and each with one thread") {
  constexpr int most = 3;
  ReaderPool pool(files, most);
  std::atomic<int> out = 0;
  std::atomic<int> too_many = 0;
  std::vector<std::set<DatabaseConnection*>> seen(12);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : seen) {
      threads.emplace_back([&pool, &out, &too_many, &mine] {
        for (int i = 0; i < 500; ++i) {
          const auto lease = pool.borrow();
          too_many += ++out > most;
          look_up(*lease);
          mine.insert(&*lease);
          --out;
        }
      });
    }
  }
  std::set<DatabaseConnection*> all;
  for (const auto& mine : seen) all.insert(mine.begin(), mine.end());
  CHECK(too_many == 0);
  CHECK(all.size() <= most);
}

TEST_CASE_FIXTURE(OpenDatabase, "store/sqlite/reader_pool: what is lent cannot write") {
  add_user("ann@example.com");
  ReaderPool pool(files, 1);
  const auto lease = pool.borrow();
  SQLite::Database& database = (*lease).database();
  CHECK(database.execAndGet("PRAGMA query_only").getInt() == 1);
  for (const char* sql : {"DELETE FROM users", "UPDATE users SET name = 'x'", "CREATE TABLE x (y)",
                          "DROP TABLE tasks", "PRAGMA user_version = 9"}) {
    CAPTURE(sql);
    CHECK(database.tryExec(sql) == SQLITE_READONLY);
  }
  CHECK(connection.users.find_credentials("ann@example.com"));
}

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/reader_pool: a connection that cannot be opened leaves its place free") {
  ReaderPool pool(files, 1);
  std::filesystem::rename(file, directory.path() / "moved.db");
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(pool.borrow(), Unavailable);
  CHECK_FALSE(std::filesystem::exists(file));
  std::filesystem::rename(directory.path() / "moved.db", file);
  look_up(*pool.borrow());
}

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/reader_pool: a connection that comes back in a transaction is not lent again") {
  ReaderPool pool(files, 1);
  (*pool.borrow()).begin_reading();
  const auto lease = pool.borrow();
  CHECK_FALSE((*lease).in_transaction());
  CHECK_NOTHROW((*lease).begin_reading());
}

}  // namespace taskdock::store::sqlite
