#include "store/restore.h"

#include <doctest/doctest.h>

#include <chrono>
#include <set>

#include "store/backup.h"
#include "store/errors.h"
#include "store/every_row.h"
#include "store/fixtures.h"
#include "store/sqlite/functions.h"
#include "store/sqlite/migrations.h"
#include "testing/paths.h"

namespace taskdock::store {

namespace {

namespace fs = std::filesystem;

const int current_version = sqlite::current_schema().version();

/// A database with every kind of row, a backup of it, and a place to restore it to.
struct BackedUp : EveryRow {
  const fs::path copy = directory.path() / "copy.db";
  const fs::path data = directory.path() / "data";
  const fs::path place = data / "taskdock.db";
  const fs::path kept = data / "taskdock.db.before-restore-then";

  BackedUp() {
    fs::create_directory(data);
    Backup(file).save(copy, {}, tell_nobody);
  }

  Restored restore_copy(const RestoreOptions& options = {}) const {
    return restore(copy, place, kept, options, tell_nobody);
  }

  /// Makes a database in the place, with a user `name`; open as a killed server leaves it, if it
  /// is to have a log.
  void make_present(const std::string& name, bool has_log = false) const {
    const fs::path other = directory.path() / "other.db";
    {
      Store present(other);
      // It empties its log once, in the background.
      REQUIRE(present.finish_background_work(std::chrono::seconds(30)));
      const User user = {
          .id = {{7}}, .email = name + "@example.com", .name = name, .created_at = {}};
      present.change([&](Changes& changes) { changes.add_user(user, "hash"); });
      if (has_log) {
        for (const char* suffix : {"", "-wal"}) {
          fs::copy_file(other.string() + suffix, place.string() + suffix);
        }
      }
    }
    if (!has_log) fs::copy_file(other, place);
    fs::remove(other);
  }

  static void overwrite(const fs::path& at, std::streamoff offset, const std::string& bytes) {
    std::fstream stream(at, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(offset);
    stream << bytes;
  }

  /// The names of the files in `folder`, with a space between.
  static std::string names_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
      names.insert(entry.path().filename());
    }
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
    return text;
  }

  static bool has_user(const fs::path& database, const std::string& name) {
    return Store(database).snapshot().find_credentials(name + "@example.com").has_value();
  }

  /// Runs `sql` on the copy, as somebody who tampers with it does.
  void tamper(const std::string& sql) const {
    SQLite::Database database = testing::open_database(copy);
    sqlite::add_functions(database);
    database.exec("PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON");
    database.exec(sql);
  }

  /// Why the copy cannot be restored. What is in the place must stay as it is.
  std::string refusal() const {
    const auto before = names_in(data);
    const std::string content = content_of(place);
    std::string what = "nothing";
    try {
      restore_copy();
    } catch (const Unusable& error) {
      what = error.what();
    }
    CHECK(names_in(data) == before);
    CHECK(content_of(place) == content);
    return what;
  }
};

}  // namespace

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: everything is as it was in the backup, but for the epoch and the "
                  "sessions") {
  const Restored restored = restore_copy();
  CHECK_FALSE(restored.kept);
  CHECK(restored.users == 3);
  CHECK(restored.tasks == 3);
  CHECK(restored.ended_sessions == 1);
  CHECK(restored.script_tokens == 1);
  CHECK(names_in(data) == "taskdock.db");
  auto expected = rows_of(copy);
  auto found = rows_of(place);
  REQUIRE(expected.size() > 15);
  for (const auto& [table, rows] : expected) {
    CAPTURE(table);
    CHECK_FALSE((rows.empty() && table != "deleted_users" && table != "ended_sessions"));
  }
  CHECK(expected["epoch"] != found["epoch"]);
  CHECK(found["sessions"].empty());
  CHECK(found["spent_refresh_tokens"].empty());
  CHECK(expected["task_totals"] != found["task_totals"]);
  for (const char* table : {"epoch", "sessions", "spent_refresh_tokens", "task_totals"}) {
    expected.erase(table);
    found.erase(table);
  }
  CHECK(expected == found);
  Store opened(place);
  CHECK(opened.epoch() != store->epoch());
  CHECK(opened.snapshot().find_caller(hash_of(3), clock.now()));
  CHECK_FALSE(opened.snapshot().find_caller(ann.id, session.id, clock.now()));
}

TEST_CASE_FIXTURE(
    BackedUp, "store/restore: no revision that a client may know from before is given out again") {
  const std::int64_t in_copy = Store(copy).snapshot().list_changes(ann.id, 0, 1).revision;
  for (int i = 0; i < 3; ++i) add_task(ann, "after the copy");
  restore_copy();
  Store opened(place);
  const auto revisions = [&] { return opened.snapshot().list_changes(ann.id, 0, 1); };
  CHECK(revisions().revision > in_copy + 100'000);
  CHECK(revisions().pruned_revision == revisions().revision);
  Task task = new_task(ann, "later");
  opened.change([&](Changes& changes) { task = changes.add_task(task); });
  CHECK(task.revision == revisions().revision);
  CHECK(task.revision == revisions().pruned_revision + 1);
}

TEST_CASE_FIXTURE(BackedUp, "store/restore: sessions are kept where that is wanted") {
  CHECK(restore_copy({.keeps_sessions = true}).ended_sessions == 0);
  Store opened(place);
  CHECK(opened.snapshot().find_caller(ann.id, session.id, clock.now()));
  CHECK(opened.snapshot().knows_refresh_token(hash_of(2)));
  CHECK(opened.epoch() != store->epoch());
}

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: the database that was there is kept, with what its log had") {
  SUBCASE("closed well") {
    make_present("before");
  }
  SUBCASE("with a log") {
    make_present("before", true);
  }
  CHECK(restore_copy().kept == kept);
  CHECK(names_in(data) == "taskdock.db " + kept.filename().string());
  CHECK(has_user(kept, "before"));
  CHECK(has_user(place, "ann"));
  CHECK_FALSE(has_user(place, "before"));
}

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: a damaged database is kept with its log, and a log without one "
                  "does not survive") {
  make_present("before", true);
  SUBCASE("no database") {
    std::ofstream(place) << std::string(5000, 'x');
    restore_copy();
    CHECK(content_of(kept) == std::string(5000, 'x'));
  }
  SUBCASE("empty") {
    std::ofstream(place) << "";
    restore_copy();
    CHECK(content_of(kept).empty());
  }
  SUBCASE("gone") {
    fs::remove(place);
    const Restored restored = restore_copy();
    CHECK_FALSE(restored.kept);
    CHECK(restored.kept_log == kept.string() + "-wal");
  }
  CHECK(fs::file_size(kept.string() + "-wal") > 0);
  CHECK_FALSE(fs::exists(place.string() + "-wal"));
  CHECK(has_user(place, "ann"));
}

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: a database and a log that are not whole together are both kept "
                  "as they were") {
  make_present("before", true);
  const fs::path log = place.string() + "-wal";
  SUBCASE("the header of the log is lost") {
    overwrite(log, 0, std::string(32, '\0'));
  }
  SUBCASE("a frame of the log is damaged") {
    overwrite(log, 32 + 24 + 100, "xxxx");
  }
  SUBCASE("a frame of the log has lost its header") {
    overwrite(log, 32 + 24 + 4096, std::string(24, '\0'));
  }
  SUBCASE("the log is that of another database") {
    store.reset();
    fs::copy_file(file, place, fs::copy_options::overwrite_existing);
  }
  SUBCASE("the database is a backup") {
    fs::copy_file(copy, place, fs::copy_options::overwrite_existing);
  }
  const std::string database_before = content_of(place);
  const std::string log_before = content_of(log);
  const Restored restored = restore_copy();
  CHECK(restored.kept == kept);
  CHECK(restored.kept_log == kept.string() + "-wal");
  CHECK(content_of(kept) == database_before);
  CHECK(content_of(kept.string() + "-wal") == log_before);
  CHECK_FALSE(fs::exists(log));
  CHECK(has_user(place, "ann"));
}

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: frames that an earlier use of a log has left are no damage") {
  {
    Store present(place);
    REQUIRE(present.finish_background_work(std::chrono::seconds(30)));
    present.change([&](Changes& changes) {
      changes.add_user({.id = {{7}}, .email = "before@example.com", .name = "B", .created_at = {}},
                       "hash");
    });
    const fs::path log = place.string() + "-wal";
    const std::string frame = content_of(log).substr(32, 24 + 4096);
    std::string older = frame;
    older[8] ^= 1;  // a salt
    for (const char* suffix : {"", "-wal"}) {
      fs::copy_file(place.string() + suffix, data / (std::string("x") + suffix));
    }
    std::ofstream(data / "x-wal", std::ios::binary | std::ios::app) << older;
  }
  fs::rename(data / "x", place);
  fs::rename(data / "x-wal", place.string() + "-wal");
  CHECK_FALSE(restore_copy().kept_log);
  CHECK(has_user(kept, "before"));
}

TEST_CASE_FIXTURE(
    BackedUp, "store/restore: a log beside a backup is not that of the backup, and is refused") {
  make_present("before", true);
  fs::copy_file(place.string() + "-wal", copy.string() + "-wal");
  CHECK(refusal().find("does not belong to it") != std::string::npos);
}

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: a database that says it is of an older version than it is of is "
                  "refused") {
  make_present("before");
  for (int version = 1; version < first_version_with_these_objects; ++version) {
    tamper("PRAGMA user_version = " + std::to_string(version));
    CHECK(refusal().find("its schema is not that of version ") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: where the name for a damaged database is taken, it and its log "
                  "stay as they are") {
  make_present("before", true);
  std::ofstream(place) << std::string(5000, 'x');
  std::ofstream(kept) << "of another";
  const std::string names = names_in(data);
  const std::string log = content_of(place.string() + "-wal");
  CHECK_THROWS_AS(restore_copy(), Unavailable);
  CHECK(names_in(data) == names);
  CHECK(content_of(place) == std::string(5000, 'x'));
  CHECK(content_of(place.string() + "-wal") == log);
}

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: what the log of a copied database has belongs to it, and neither "
                  "is changed") {
  const fs::path log = copy.string() + "-wal";
  add_task(bob, "in the log");
  for (const char* suffix : {"", "-wal"}) {
    fs::copy_file(file.string() + suffix, copy.string() + suffix,
                  fs::copy_options::overwrite_existing);
  }
  REQUIRE(fs::file_size(log) > 0);
  const std::string database_before = content_of(copy);
  const std::string log_before = content_of(log);
  CHECK(restore_copy().tasks == 4);
  CHECK(content_of(copy) == database_before);
  CHECK(content_of(log) == log_before);
  CHECK_FALSE(fs::exists(copy.string() + "-shm"));
  CHECK(names_in(data) == "taskdock.db");
}

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: a backup of each older version is restored and brought to this "
                  "one, without a further backup") {
  for (int version = 1; version < current_version; ++version) {
    CAPTURE(version);
    fs::remove(copy);
    {
      SQLite::Database database = testing::open_database(copy);
      database.exec(content_of(testing::source_directory() / "tests/store/sqlite/schemas" /
                               (std::to_string(version) + ".sql")));
      database.exec("PRAGMA application_id = 1415672683; PRAGMA user_version = " +
                    std::to_string(version));
      database.exec(adding_ann(version));
    }
    fs::remove(place);
    CHECK(restore_copy().users == 1);
    CHECK(names_in(data) == "taskdock.db");
    CHECK(has_user(place, "ann"));
    tamper("CREATE TABLE more (x)");
    CHECK(refusal().find("table more is not Taskdock's") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(BackedUp, "store/restore: a schema that somebody has changed is refused") {
  make_present("before");
  std::string sql;
  SUBCASE("more") {
    sql = "CREATE TABLE more (x)";
  }
  SUBCASE("less") {
    sql = "DROP INDEX tasks_by_title";
  }
  SUBCASE("other") {
    sql =
        "DROP TRIGGER users_inserted; CREATE TRIGGER users_inserted AFTER INSERT ON users BEGIN"
        " DELETE FROM tasks; END";
  }
  tamper(sql);
  CHECK(refusal().find("its schema was tampered with") != std::string::npos);
}

TEST_CASE_FIXTURE(BackedUp, "store/restore: what is no whole database of ours is refused") {
  make_present("before");
  const auto size = fs::file_size(copy);
  std::string expected;
  SUBCASE("gone") {
    fs::remove(copy);
    expected = "no such file";
  }
  SUBCASE("a directory") {
    fs::remove(copy);
    fs::create_directory(copy);
    expected = "a directory";
  }
  SUBCASE("empty") {
    std::ofstream(copy) << "";
    expected = "empty";
  }
  SUBCASE("no database") {
    std::ofstream(copy) << std::string(5000, 'x');
    expected = "not a database";
  }
  SUBCASE("of another program") {
    tamper("PRAGMA application_id = 1");
    expected = "another program";
  }
  SUBCASE("newer") {
    tamper("PRAGMA user_version = 9999");
    expected = "newer";
  }
  SUBCASE("cut off") {
    fs::resize_file(copy, size - 4096);
    expected = "damaged";
  }
  SUBCASE("a page of zeros") {
    std::fstream damaged(copy, std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(5 * 4096);
    damaged << std::string(4096, '\0');
    damaged.close();
    expected = "damaged";
  }
  SUBCASE("an index that misses a row") {
    tamper(
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX tasks_by_revision ON tasks (owner,"
        " updated_at)' WHERE name = 'tasks_by_revision'");
    expected = "damaged";
  }
  SUBCASE("a session of nobody") {
    tamper("DELETE FROM users WHERE name = 'Ann'");
    expected = "refers to one that is not there";
  }
  SUBCASE("was being changed") {
    std::ofstream(copy.string() + "-journal") << "pages";
    expected = "-journal beside it";
  }
  SUBCASE("the database itself") {
    fs::remove(copy);
    fs::create_symlink(place, copy);
    expected = "the database itself";
  }
  const std::string what = refusal();
  CAPTURE(what);
  CHECK(what.find(expected) != std::string::npos);
  CHECK(has_user(place, "before"));
}

TEST_CASE_FIXTURE(BackedUp,
                  "store/restore: a database that is in use is not replaced, and nothing is left "
                  "when there is no room") {
  make_present("before");
  {
    Store in_use(place);
    CHECK_THROWS_AS(restore_copy(), Unavailable);
    CHECK(names_in(data) == "taskdock.db taskdock.db-shm taskdock.db-wal");
    in_use.check();
  }
  {
    const FullDisk disk(64 * 1024);
    CHECK_THROWS_AS(restore_copy(), Unavailable);
  }
  CHECK(names_in(data) == "taskdock.db");
  CHECK(has_user(place, "before"));
}

TEST_CASE_FIXTURE(BackedUp, "store/restore: what a killed one has left is in nobody's way") {
  make_present("before");
  for (const fs::path& left : files_of_restore(place)) std::ofstream(left) << "left";
  restore_copy();
  CHECK(names_in(data) == "taskdock.db " + kept.filename().string());
  CHECK(has_user(place, "ann"));
}

}  // namespace taskdock::store
