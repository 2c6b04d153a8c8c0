#include "store/sqlite/database_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"
#include "testing/database.h"

namespace taskdock::store::sqlite {

namespace {

namespace fs = std::filesystem;

/// How a database's files are taken from under whoever has them open.
const std::vector<std::pair<std::string, void (*)(const fs::path& file)>> losses = {
    {"the database is removed", [](const fs::path& file) { fs::remove(file); }},
    {"the log is removed", [](const fs::path& file) { fs::remove(file.string() + "-wal"); }},
    {"the log's index is removed",
     [](const fs::path& file) { fs::remove(file.string() + "-shm"); }},
    {"the database is moved",
     [](const fs::path& file) { fs::rename(file, file.string() + ".old"); }},
    {"the database is replaced by a copy",
     [](const fs::path& file) {
       fs::copy_file(file, file.string() + ".new");
       fs::rename(file.string() + ".new", file);
     }},
    {"the database is emptied", [](const fs::path& file) { fs::resize_file(file, 0); }},
    {"the database loses its last page",
     [](const fs::path& file) { fs::resize_file(file, fs::file_size(file) - 4096); }},
    {"the directory is removed", [](const fs::path& file) { fs::remove_all(file.parent_path()); }},
    {"the directory is replaced by a copy",
     [](const fs::path& file) {
       const fs::path directory = file.parent_path();
       fs::rename(directory, directory.string() + ".old");
       fs::copy(directory.string() + ".old", directory);
     }},
};

struct InnerStore : Workshop {
  const fs::path inner = directory.path() / "data" / "taskdock.db";
  std::unique_ptr<Store> store;
  User ann = new_user("ann@example.com");

  void open() {
    store.reset();
    fs::remove_all(inner.parent_path());
    fs::create_directory(inner.parent_path());
    store = std::make_unique<Store>(inner, StoreOptions{.readers = 4});
    store->change([&](Changes& changes) { changes.add_user(ann, "hash"); });
    // The first background work may empty the log, which some cases need.
    REQUIRE(store->finish_background_work(std::chrono::seconds(30)));
  }

  void write() {
    store->change([&](Changes& changes) { changes.add_task(new_task(ann, "task")); });
  }
};

}  // namespace

TEST_CASE_FIXTURE(InnerStore,
                  "store/sqlite/database_files: nothing is written, and nothing is healthy, once a "
                  "file is not what it was") {
  for (const auto& [what, lose] : losses) {
    CAPTURE(what);
    open();
    CHECK_NOTHROW(write());
    CHECK_NOTHROW(store->check());
    lose(inner);
    CHECK_THROWS_AS(store->check(), Unavailable);
    for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(write(), Unavailable);
    CHECK_THROWS_AS(store->check(), Unavailable);
    store.reset();
    fs::remove_all(inner.parent_path().string() + ".old");
  }
}

TEST_CASE_FIXTURE(
    InnerStore,
    "store/sqlite/database_files: a database with a second name is refused, by either "
    "name, until that is gone") {
  open();
  const fs::path second = directory.path() / "second.db";
  fs::create_hard_link(inner, second);
  CHECK_NOTHROW(write());  // who has it open keeps it
  CHECK_THROWS_AS(Store{second}, Unusable);
  CHECK_THROWS_AS(Store{inner}, Unusable);
  fs::remove(second);
  CHECK_NOTHROW(Store{inner});
}

TEST_CASE_FIXTURE(InnerStore,
                  "store/sqlite/database_files: what has grown while it was used may not shrink "
                  "either, unless it does so by itself") {
  for (const bool by_itself : {false, true}) {
    CAPTURE(by_itself);
    open();
    store.reset();
    if (by_itself) {
      SQLite::Database database = testing::open_database(inner);
      database.exec("PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = FULL; VACUUM");
    }
    store = std::make_unique<Store>(inner, StoreOptions{.readers = 4});
    const auto small = fs::file_size(inner);
    for (int i = 0; i < 300; ++i) {
      Task task = new_task(ann, "task");
      task.description = std::string(1900, 'x');
      store->change([&](Changes& changes) { changes.add_task(task); });
    }
    {
      SQLite::Database database = testing::open_database(inner);
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    CHECK_NOTHROW(store->check());
    REQUIRE(fs::file_size(inner) > small);
    if (by_itself) {
      store->change([&](Changes& changes) { changes.remove_user(ann.id); });
      REQUIRE(store->finish_background_work(std::chrono::seconds(30)));
      REQUIRE(fs::file_size(inner) < 2 * small);
      CHECK_NOTHROW(store->check());
    } else {
      fs::resize_file(inner, small);
      CHECK_THROWS_AS(store->check(), Unavailable);
      CHECK_THROWS_AS(write(), Unavailable);
    }
  }
}

TEST_CASE_FIXTURE(InnerStore,
                  "store/sqlite/database_files: what was refused is not in the file that was moved "
                  "away, and all that was acknowledged is") {
  open();
  write();
  const fs::path away = inner.parent_path().string() + ".away";
  fs::rename(inner.parent_path(), away);
  CHECK_THROWS_AS(write(), Unavailable);
  store.reset();
  Store found(away / "taskdock.db");
  CHECK(found.snapshot().list_tasks(ann.id, {10, 0, {}}).total == 1);
}

TEST_CASE_FIXTURE(InnerStore, "store/sqlite/database_files: a new reader does not open a copy") {
  open();
  Snapshot first = store->snapshot();  // with the one reader that is open
  CHECK(first.has_users());
  fs::copy_file(inner, inner.string() + ".new");
  fs::rename(inner.string() + ".new", inner);
  CHECK_THROWS_AS(store->snapshot(), Unavailable);
  CHECK(first.has_users());
}

TEST_CASE_FIXTURE(InnerStore,
                  "store/sqlite/database_files: writing goes on when the file is back") {
  open();
  fs::rename(inner, inner.string() + ".away");
  CHECK_THROWS_AS(write(), Unavailable);
  fs::rename(inner.string() + ".away", inner);
  CHECK_NOTHROW(write());
  CHECK_NOTHROW(store->check());
}

TEST_CASE_FIXTURE(InnerStore,
                  "store/sqlite/database_files: the end of a store leaves the log of another "
                  "database alone") {
  open();
  write();
  fs::rename(inner.parent_path(), inner.parent_path().string() + ".away");
  fs::create_directory(inner.parent_path());
  Store other(inner);
  other.change([&](Changes& changes) { changes.add_user(ann, "hash"); });
  store.reset();
  CHECK(fs::exists(inner.string() + "-wal"));
  CHECK_NOTHROW(other.check());
  CHECK_NOTHROW(other.change([&](Changes& changes) { changes.add_task(new_task(ann, "task")); }));
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/database_files: what is no regular file is refused by its name, and "
    "not waited for") {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    for (const bool is_pipe : {true, false}) {
      CAPTURE(suffix);
      CAPTURE(is_pipe);
      const fs::path path = file.string() + suffix;
      if (is_pipe) {
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
      } else {
        fs::create_directory(path);
      }
      std::string what;
      try {
        Store store(file);
      } catch (const Unusable& error) {
        what = error.what();
      }
      CHECK(what.find(path.filename().string()) == 0);
      CHECK(what.find("not a regular file") != std::string::npos);
      CHECK(fs::exists(path));
      fs::remove(path);
    }
  }
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/database_files: a link to a database is refused, and why") {
  const fs::path elsewhere = directory.path() / "elsewhere.db";
  { Store store(elsewhere); }
  fs::create_symlink(elsewhere, file);
  std::string what;
  try {
    Store store(file);
  } catch (const Unusable& error) {
    what = error.what();
  }
  CHECK(what ==
        "taskdock.db is a symbolic link; move the file itself here, or name the directory that it "
        "is in");
}

TEST_CASE_FIXTURE(InnerStore,
                  "store/sqlite/database_files: a log whose database is missing is not lost") {
  open();
  write();
  const fs::path away = directory.path() / "away.db";
  fs::rename(inner, away);
  store.reset();
  const fs::path log = inner.string() + "-wal";
  REQUIRE(fs::file_size(log) > 0);
  std::string what;
  try {
    Store other(inner);
  } catch (const Unusable& error) {
    what = error.what();
  }
  CHECK(what.find("it is missing, but there is taskdock.db-wal") == 0);
  CHECK_FALSE(fs::exists(inner));
  fs::rename(away, inner);
  Store again(inner);
  CHECK(again.snapshot().list_users().size() == 1);
}

TEST_CASE_FIXTURE(InnerStore,
                  "store/sqlite/database_files: the log is not applied to an older database that "
                  "took the place of ours") {
  open();
  store.reset();
  const fs::path older = directory.path() / "older.db";
  fs::copy_file(inner, older);
  for (const char* log : {"taskdock.db-wal.old", "taskdock.db-wal.old2"}) {
    store = std::make_unique<Store>(inner);
    for (int times = 0; times < 200; ++times) write();
    fs::copy_file(older, directory.path() / "new.db");
    fs::rename(directory.path() / "new.db", inner);
    CHECK_THROWS_AS(write(), Unavailable);
    store.reset();
    CHECK_FALSE(fs::exists(inner.string() + "-wal"));
    CHECK(fs::file_size(inner.parent_path() / log) > 100'000);
    store = std::make_unique<Store>(inner);
    const auto users = store->snapshot().list_users();
    REQUIRE(users.size() == 1);
    CHECK(users[0].tasks == 0);
    store.reset();
    SQLite::Database database = testing::open_database(inner, SQLite::OPEN_READONLY);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  }
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/database_files: an empty log without a database is no hindrance") {
  std::ofstream(file.string() + "-wal");
  CHECK_NOTHROW(Store{file});
}

}  // namespace taskdock::store::sqlite
