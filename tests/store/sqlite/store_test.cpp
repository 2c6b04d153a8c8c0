#include "store/store.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <thread>

#include "store/errors.h"
#include "store/fixtures.h"
#include "testing/database.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE_FIXTURE(
    OpenStore,
    "store/sqlite/store: of a removed user nothing stays, not even in the file or its log") {
  const User ann = add_user("ann.secret@example.com");
  const User bob = add_user("bob@example.com");
  add_task(bob, "a task of bob");
  for (int i = 0; i < 500; ++i) {
    add_task(ann, "a secret of ann " + std::string(static_cast<std::size_t>(i), 'x'), i % 2 == 0);
  }
  log_in(new_session(ann), hash_of(0xA7), "hash", std::nullopt);
  const auto holds = [&](const std::string& text) {
    return content_of(file).find(text) != std::string::npos ||
           content_of(file.string() + "-wal").find(text) != std::string::npos;
  };
  const std::string id(ann.id.bytes.begin(), ann.id.bytes.end());
  for (const std::string& trace :
       {std::string("ann.secret"), std::string("a secret of ann"), std::string(32, '\xA7'), id}) {
    REQUIRE(holds(trace));
  }
  remove_user(ann.id, "hash");
  CHECK(store->finish_background_work(30s));
  CHECK_FALSE(holds("ann.secret"));
  CHECK_FALSE(holds("a secret of ann"));
  CHECK_FALSE(holds(std::string(32, '\xA7')));
  CHECK_FALSE(holds(id));
  CHECK(holds("a task of bob"));
  CHECK(store->snapshot().list_users().size() == 1);
  CHECK_THROWS_AS(add_task(ann, "late"), UserNotFound);
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/sqlite/store: a log that somebody reads is emptied once they do not") {
  const User ann = add_user("ann.secret@example.com");
  const User bob = add_user("bob@example.com");
  const auto holds_ann = [&] {
    return content_of(file.string() + "-wal").find("ann.secret") != std::string::npos;
  };
  {
    SQLite::Database reader = testing::open_database(file, SQLite::OPEN_READONLY);
    reader.exec("BEGIN");
    reader.execAndGet("SELECT count(*) FROM users");
    remove_user(ann.id, "hash");
    add_task(bob, "while it is read");
    CHECK(holds_ann());
    reader.exec("COMMIT");
  }
  // Soon, though nobody writes.
  for (int i = 0; i < 300 && holds_ann(); ++i) std::this_thread::sleep_for(100ms);
  CHECK_FALSE(holds_ann());
  CHECK(content_of(file).find("ann.secret") == std::string::npos);
}

TEST_CASE_FIXTURE(
    OpenStore, "store/sqlite/store: a log that was left behind is emptied after the next start") {
  add_task(add_user("ann.secret@example.com"), "x");
  const std::filesystem::path copy = file.string() + ".copy";
  const std::filesystem::path log = copy.string() + "-wal";
  std::filesystem::copy_file(file, copy);
  std::filesystem::copy_file(file.string() + "-wal", log);
  REQUIRE(content_of(log).find("ann.secret") != std::string::npos);
  SQLite::Database reader = testing::open_database(copy, SQLite::OPEN_READONLY);
  reader.exec("BEGIN");
  reader.execAndGet("SELECT count(*) FROM users");
  Store next(copy, {.readers = 3});
  std::this_thread::sleep_for(500ms);
  CHECK_FALSE(content_of(log).empty());
  reader.exec("COMMIT");
  for (int i = 0; i < 300 && !content_of(log).empty(); ++i) std::this_thread::sleep_for(100ms);
  CHECK(content_of(log).empty());
  CHECK(next.snapshot().find_credentials("ann.secret@example.com"));
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/sqlite/store: closing folds the write-ahead log into the file") {
  add_user();
  const std::filesystem::path log = file.string() + "-wal";
  REQUIRE(std::filesystem::file_size(log) > 0);
  store.reset();
  CHECK((!std::filesystem::exists(log) || std::filesystem::file_size(log) == 0));
  CHECK(content_of(file).find("ann@example.com") != std::string::npos);
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/sqlite/store: what was acknowledged is there though nobody closed it") {
  const User ann = add_user();
  add_task(ann, "kept");
  // What a crash would leave at this moment.
  const std::filesystem::path copy = directory.path() / "copy.db";
  std::filesystem::copy(file, copy);
  std::filesystem::copy(file.string() + "-wal", copy.string() + "-wal");
  Store recovered(copy);
  CHECK(same(recovered.snapshot().find_credentials(ann.email).value().user, ann));
  CHECK(titles_of(recovered.snapshot().list_tasks(ann.id, {10, 0, {}})) == "kept");
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/sqlite/store: its file has a write-ahead log for whoever opens it next") {
  SQLite::Database database = testing::open_database(file, SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("PRAGMA journal_mode").getString() == "wal");
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/store: a file that cannot be opened or made is Unavailable") {
  CHECK_THROWS_AS(Store(directory.path() / "missing" / "taskdock.db"), Unavailable);
  std::ofstream(file) << "a file";
  CHECK_THROWS_AS(Store(file / "taskdock.db"), Unavailable);
}

TEST_CASE_FIXTURE(
    OpenStore,
    "store/sqlite/store: on a full disk a write is Unavailable, reads go on, and what "
    "has room is written") {
  const User ann = add_user();
  const Task task = add_task(ann, "before");
  Task big = new_task(ann, "big");
  big.description = std::string(1'000'000, 'x');
  {
    const FullDisk full(std::filesystem::file_size(file) + std::uintmax_t{128} * 1024);
    CHECK_THROWS_AS(keep(big), Unavailable);
    CHECK(same(store->snapshot().find_task(ann.id, task.id), task));
    CHECK_THROWS_AS(store->snapshot().find_task(ann.id, big.id), TaskNotFound);
    CHECK(store->snapshot().list_tasks(ann.id, {10, 0, {}}).total == 1);
    CHECK_NOTHROW(store->check());
    // Once the log has no room for anything more, it is emptied into the database.
    const auto change = [&] {
      change_task(ann.id, task.id, {.content = {.title = "small"}}, clock.now());
    };
    bool is_full = false;
    for (int i = 0; i < 1000 && !is_full; ++i) {
      try {
        change();
      } catch (const Unavailable&) {
        is_full = true;
      }
    }
    CHECK(is_full);
    CHECK(store->finish_background_work(std::chrono::seconds(30)));
    CHECK_NOTHROW(change());
    CHECK_THROWS_AS(keep(big), Unavailable);
  }
  keep(big);
  CHECK(change_task(ann.id, task.id, {.content = {.title = "after"}}, clock.now()).title ==
        "after");
  reopen();
  CHECK(titles_of(store->snapshot().list_tasks(ann.id, {10, 0, {}})) == "big after");
}

TEST_CASE("store/sqlite/store: the engine's version is that of the headers it was compiled with") {
  CHECK(engine_version() == std::string("SQLite ") + SQLITE_VERSION);
}

}  // namespace taskdock::store::sqlite
