#include "store/sqlite/migrations.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <array>

#include "store/check.h"
#include "store/errors.h"
#include "store/sqlite/fixtures.h"
#include "store/sqlite/schema_objects.h"
#include "store/store.h"
#include "testing/database.h"
#include "testing/paths.h"

namespace taskdock::store::sqlite {

namespace {

constexpr int application_id = 0x5461736b;  // "Task"

int pragma(SQLite::Database& database, const std::string& name) {
  return database.execAndGet("PRAGMA " + name).getInt();
}

// A program's history: a table, a column more, an index, and the column's table renamed.
constexpr const char* version_1 = "CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT)";
constexpr std::array<Migration, 3> steps = {{
    {2, "ALTER TABLE pets ADD COLUMN kind TEXT"},
    {3, "CREATE INDEX pets_by_kind ON pets (kind); UPDATE pets SET kind = 'cat'"},
    {4, "CREATE TABLE owners (id INTEGER PRIMARY KEY); INSERT INTO owners VALUES (7)"},
}};
constexpr Schema newest = {
    "CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT, kind TEXT);"
    "CREATE INDEX pets_by_kind ON pets (kind);"
    "CREATE TABLE owners (id INTEGER PRIMARY KEY)",
    steps};

/// Makes a database as an older version of that program left it, with a pet in it.
void make_version(const std::filesystem::path& file, int version) {
  SQLite::Database database = testing::open_database(file);
  migrate(database, {version_1, {}});
  database.exec("INSERT INTO pets (name) VALUES ('Mia')");
  if (version == 1) return;
  migrate(database, {version_1, std::span(steps).first(static_cast<std::size_t>(version) - 1)});
}

/// What SQLite keeps of how the index of words is to be (sqlite.org/fts5.html, 6).
std::string settings_of_words(SQLite::Database& database) {
  return database.execAndGet("SELECT group_concat(k || '=' || v ORDER BY k) FROM task_words_config")
      .getString();
}

/// What opening `file` as a Store complains of; the file must be left as it is, byte for byte.
std::string refusal(const std::filesystem::path& file) {
  const std::string before = content_of(file);
  std::string what = "nothing";
  try {
    Store{file};
  } catch (const Unusable& error) {
    what = error.what();
  }
  CHECK(content_of(file) == before);
  for (const char* suffix : {"-wal", "-journal", "-shm"}) {
    CHECK_FALSE(std::filesystem::exists(file.string() + suffix));
  }
  return what;
}

}  // namespace

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: a fresh database is what schema.sql says, and marked as ours") {
  SQLite::Database fresh = testing::open_database(file);
  migrate(fresh, current_schema());
  SQLite::Database expected = testing::open_database(directory.path() / "expected.db");
  expected.exec(content_of(testing::source_directory() / "schema.sql"));
  CHECK(schema_objects(fresh) == schema_objects(expected));
  CHECK(schema_objects(fresh).contains("table tasks"));
  CHECK(pragma(fresh, "user_version") == current_schema().version());
  CHECK(pragma(fresh, "application_id") == application_id);
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: the first version with the objects of today's has them, "
    "and the one before has others") {
  SQLite::Database fresh = testing::open_database(file);
  migrate(fresh, current_schema());
  for (const int version :
       {first_version_with_these_objects - 1, first_version_with_these_objects}) {
    SQLite::Database old = testing::open_database(directory.path() / std::to_string(version));
    old.exec(content_of(testing::source_directory() / "tests/store/sqlite/schemas" /
                        (std::to_string(version) + ".sql")));
    CHECK((schema_objects(old) == schema_objects(fresh)) ==
          (version == first_version_with_these_objects));
  }
}

TEST_CASE("store/sqlite/migrations: schema.sql names the version it is") {
  const std::string text = content_of(testing::source_directory() / "schema.sql");
  CHECK(text.find("version " + std::to_string(current_schema().version()) +
                  " (PRAGMA user_version)") != std::string::npos);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/migrations: a database of today's version is left as it is, with "
                  "all that is in it") {
  {
    SQLite::Database database = testing::open_database(file);
    migrate(database, newest);
    database.exec("INSERT INTO pets VALUES (1, 'Mia', 'cat')");
  }
  const std::string before = content_of(file);
  {
    SQLite::Database database = testing::open_database(file);
    migrate(database, newest);
  }
  CHECK(content_of(file) == before);
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: every older version ends with the schema of a fresh database, "
    "and keeps its data") {
  SQLite::Database fresh = testing::open_database(directory.path() / "fresh.db");
  migrate(fresh, newest);
  REQUIRE(pragma(fresh, "user_version") == 4);
  for (int version = 1; version <= 4; ++version) {
    CAPTURE(version);
    const std::filesystem::path old = directory.path() / (std::to_string(version) + ".db");
    make_version(old, version);
    SQLite::Database database = testing::open_database(old);
    REQUIRE(pragma(database, "user_version") == version);
    migrate(database, newest);
    CHECK(schema_objects(database) == schema_objects(fresh));
    CHECK(pragma(database, "user_version") == 4);
    CHECK(pragma(database, "application_id") == application_id);
    CHECK(database.execAndGet("SELECT name || kind FROM pets").getString() == "Miacat");
    CHECK(database.execAndGet("SELECT count(*) FROM owners").getInt() == 1);
  }
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: every version that was ever released ends with today's schema, "
    "and keeps its users and tasks") {
  SQLite::Database fresh = testing::open_database(directory.path() / "fresh.db");
  migrate(fresh, current_schema());
  for (int version = 1; version < current_schema().version(); ++version) {
    CAPTURE(version);
    const std::filesystem::path old = directory.path() / (std::to_string(version) + ".db");
    {
      SQLite::Database database = testing::open_database(old);
      const std::string sql =
          content_of(testing::source_directory() / "tests/store/sqlite/schemas" /
                     (std::to_string(version) + ".sql"));
      REQUIRE_FALSE(sql.empty());
      database.exec(sql);
      database.exec("PRAGMA application_id = " + std::to_string(application_id));
      database.exec("PRAGMA user_version = " + std::to_string(version));
      const bool has_numbers = version >= 11;
      database.exec(adding_ann(version) + "INSERT INTO tasks (" +
                    (has_numbers ? "owner" : "user_id") +
                    ", id, title, is_completed, created_at, updated_at" +
                    (version < 7 ? "" : ", revision, title_key, search_id") + ") VALUES (" +
                    (has_numbers ? "1" : "zeroblob(16)") + ", zeroblob(16), 'Buy milk', 1, 2, 3" +
                    (version < 7 ? "" : ", 1, 'buy milk', 1") + ")");
      // Until then triggers counted.
      if (version >= 10) {
        database.exec("UPDATE task_totals SET total = 1, completed = 1, revision = 1");
      }
    }
    {
      Store store(old);
      const auto ann = store.snapshot().find_credentials("ann@example.com");
      REQUIRE(ann);
      CHECK(ann->password_hash == "hash");
      const TaskPage page = store.snapshot().list_tasks(ann->user.id, {10, 0, true});
      CHECK(titles_of(page) == "Buy milk");
      // Before version 5 it was not kept when a task was completed, only when it was last changed.
      const Task& task = page.tasks.at(0);
      if (version < 5) CHECK(task.completed_at == task.updated_at);
    }
    SQLite::Database database = testing::open_database(old);
    CHECK(schema_objects(database) == schema_objects(fresh));
    CHECK(settings_of_words(database) == settings_of_words(fresh));
    CHECK(pragma(database, "user_version") == current_schema().version());
  }
}

TEST_CASE_FIXTURE(
    Workshop, "store/sqlite/migrations: a step that fails leaves the version before it, whole") {
  static constexpr std::array<Migration, 2> failing = {{
      steps[0],
      {3, "CREATE TABLE half (x); UPDATE pets SET name = 'gone'; INSERT INTO nowhere VALUES (1)"},
  }};
  make_version(file, 1);
  {
    SQLite::Database database = testing::open_database(file);
    CHECK_THROWS_AS(migrate(database, {version_1, failing}), Unusable);
  }
  SQLite::Database database = testing::open_database(file);
  CHECK(pragma(database, "user_version") == 2);
  CHECK(schema_objects(database).size() == 1);
  CHECK(database.execAndGet("SELECT name FROM pets WHERE kind IS NULL").getString() == "Mia");
  migrate(database, newest);  // by an executable whose steps are mended
  CHECK(pragma(database, "user_version") == 4);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/migrations: a fresh schema that fails leaves an empty database") {
  SQLite::Database database = testing::open_database(file);
  CHECK_THROWS_AS(migrate(database, {"CREATE TABLE a (b); CREATE TABLE a (b)", {}}),
                  SQLite::Exception);
  CHECK(schema_objects(database).empty());
  CHECK(pragma(database, "user_version") == 0);
  migrate(database, newest);
  CHECK(pragma(database, "user_version") == 4);
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: a newer version is refused with both numbers, and untouched") {
  { Store{file}; }
  {
    SQLite::Database database = testing::open_database(file);
    SUBCASE("in a write-ahead log's database") {}
    SUBCASE("in a database with a rollback journal") {
      database.exec("PRAGMA journal_mode = DELETE");
    }
    database.exec("PRAGMA user_version = 99; CREATE TABLE future (x)");
  }
  const std::string what = refusal(file);
  CHECK(what.find("99") != std::string::npos);
  CHECK(what.find('(' + std::to_string(current_schema().version()) + ')') != std::string::npos);
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: a newer version loses nothing that is still in its write-ahead log") {
  const std::filesystem::path crashed = directory.path() / "crashed.db";
  {
    SQLite::Database database = testing::open_database(file);
    database.exec(
        "PRAGMA journal_mode = WAL; PRAGMA application_id = 1415672683;"
        "PRAGMA user_version = 99; CREATE TABLE future (x); INSERT INTO future VALUES (7)");
    std::filesystem::copy(file, crashed);
    std::filesystem::copy(file.string() + "-wal", crashed.string() + "-wal");
  }
  CHECK_THROWS_AS(Store{crashed}, Unusable);
  SQLite::Database database = testing::open_database(crashed);
  CHECK(pragma(database, "user_version") == 99);
  CHECK(database.execAndGet("SELECT x FROM future").getInt() == 7);
  CHECK(schema_objects(database).size() == 1);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/migrations: another program's database is refused, and untouched") {
  {
    SQLite::Database database = testing::open_database(file);
    SUBCASE("with a table") {
      database.exec("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
    }
    SUBCASE("with a version") {
      database.exec("PRAGMA user_version = 1");
    }
    SUBCASE("with a mark of its own") {
      database.exec("PRAGMA application_id = 1");
    }
    SUBCASE("with a table, our version, and no mark") {
      database.exec("CREATE TABLE tasks (x); PRAGMA user_version = 1");
    }
    SUBCASE("in a write-ahead log's database") {
      database.exec("PRAGMA journal_mode = WAL; CREATE TABLE theirs (x)");
    }
  }
  CHECK(refusal(file).find("another program") != std::string::npos);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/migrations: a file that is no database is refused, and untouched") {
  { Store{file}; }
  const std::string database = content_of(file);
  std::string spoiled = database;
  spoiled[3] ^= 1;
  for (const std::string& content :
       {std::string("xy"), std::string("hello\n"), std::string(99, 'x'), std::string(100, 'x'),
        std::string(511, 'x'), std::string(512, 'x'), std::string(100'000, 'x'),
        std::string(4096, '\0'), std::string("SQLite format 3"), spoiled}) {
    CAPTURE(content.size());
    std::ofstream(file, std::ios::binary) << content;
    CHECK(refusal(file).find("not a database") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/migrations: an empty file is taken, and an empty database too") {
  SUBCASE("an empty file") {
    std::ofstream(file).flush();
  }
  SUBCASE("an empty database") {
    testing::open_database(file).exec("VACUUM");
  }
  REQUIRE(std::filesystem::exists(file));
  Store(file).change(
      [&](Changes& changes) { changes.add_user(new_user("ann@example.com"), "hash"); });
  CHECK(Store(file).snapshot().find_credentials("ann@example.com"));
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/migrations: a table that others refer to can be built anew") {
  static constexpr std::array<Migration, 1> rebuilding = {{
      {2,
       "CREATE TABLE new_pets (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
       "INSERT INTO new_pets SELECT * FROM pets; DROP TABLE pets;"
       "ALTER TABLE new_pets RENAME TO pets"},
  }};
  constexpr const char* with_toys =
      "CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE TABLE toys (pet_id INTEGER REFERENCES pets (id) ON DELETE CASCADE)";
  SQLite::Database database = testing::open_database(file);
  migrate(database, {with_toys, {}});
  database.exec("INSERT INTO pets VALUES (1, 'Mia'); INSERT INTO toys VALUES (1)");
  migrate(database, {with_toys, rebuilding});
  CHECK(database.execAndGet("SELECT name FROM pets").getString() == "Mia");
  CHECK(database.execAndGet("SELECT count(*) FROM toys").getInt() == 1);
  CHECK(pragma(database, "foreign_keys") == 1);
  database.exec("DELETE FROM pets");
  CHECK(database.execAndGet("SELECT count(*) FROM toys").getInt() == 0);
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: a step that leaves a broken reference leaves everything "
    "as it was") {
  static constexpr std::array<Migration, 1> breaking = {{
      {2, "CREATE TABLE toys (pet_id INTEGER REFERENCES pets (id)); INSERT INTO toys VALUES (99)"},
  }};
  make_version(file, 1);
  SQLite::Database database = testing::open_database(file);
  CHECK_THROWS_WITH_AS(
      migrate(database, {version_1, breaking}),
      "a row of toys refers to one of pets that is not there, so the database cannot be brought to "
      "version 2; restore it from a backup",
      Unusable);
  CHECK(pragma(database, "user_version") == 1);
  CHECK(schema_objects(database).size() == 1);
  CHECK(database.execAndGet("SELECT name FROM pets").getString() == "Mia");
  CHECK(pragma(database, "foreign_keys") == 1);
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: where nothing may be done, nothing is, and the advice is "
    "to stop the server") {
  const std::string refused = [&] {
    SUBCASE("for an older version") {
      make_version(file, 1);
    }
    SUBCASE("for an empty database") {
      testing::open_database(file).exec("VACUUM");
    }
    const std::string before = content_of(file);
    std::string what = "nothing";
    SQLite::Database database = testing::open_database(file);
    try {
      migrate(database, newest, MayMigrate::no);
    } catch (const Unusable& error) {
      what = error.what();
    }
    CHECK(content_of(file) == before);
    return what;
  }();
  CHECK(refused.find("stop the server") != std::string::npos);
}

TEST_CASE_FIXTURE(Workshop, "store/sqlite/migrations: today's version may be opened by anybody") {
  SQLite::Database database = testing::open_database(file);
  migrate(database, newest);
  CHECK_NOTHROW(migrate(database, newest, MayMigrate::no));
}

TEST_CASE_FIXTURE(
    Workshop, "store/sqlite/migrations: a version that none of ours has is refused by its number") {
  for (const int version : {0, -1, -2147483647}) {
    CAPTURE(version);
    std::filesystem::remove(file);
    { Store{file}; }
    {
      SQLite::Database database = testing::open_database(file);
      database.exec("PRAGMA user_version = " + std::to_string(version));
    }
    const std::string what = refusal(file);
    CHECK(what.find("version " + std::to_string(version)) != std::string::npos);
    CHECK(what.find("backup") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: from version 2 sessions, tokens, tasks and totals are kept") {
  const auto run = [](SQLite::Database& database, const char* sql) { database.exec(sql); };
  {
    SQLite::Database database = testing::open_database(file);
    database.exec(content_of(testing::source_directory() / "tests/store/sqlite/schemas/2.sql"));
    run(database,
        "PRAGMA application_id = 1415672683; PRAGMA user_version = 2;"
        "INSERT INTO users VALUES (zeroblob(16), 'ann@example.com', 'Ann', 'hash', 1);"
        "INSERT INTO users VALUES (x'00000000000000000000000000000001', 'bob@example.com', 'Bob',"
        " 'hash', 1);"
        "INSERT INTO sessions VALUES (zeroblob(16), zeroblob(16), NULL, 1, 1, 99, zeroblob(32));"
        "INSERT INTO spent_refresh_tokens VALUES (zeroblob(32), zeroblob(16), 9, 9, zeroblob(32),"
        " zeroblob(16));"
        "INSERT INTO tasks VALUES (zeroblob(16), zeroblob(16), 'one', NULL, 1, 2, 3);"
        "INSERT INTO tasks VALUES (zeroblob(16), x'00000000000000000000000000000001', 'two', 'x', "
        "0,"
        " 2, 3)");
  }
  {
    Store store(file);
    const support::Uuid ann{};
    CHECK(store.snapshot().list_users().size() == 2);
    CHECK(titles_of(store.snapshot().list_tasks(ann, {10, 0, {}})) == "two one");
    CHECK(store.snapshot().list_tasks(ann, {10, 0, true}).total == 1);
    CHECK(store.snapshot().find_caller(ann, {}, support::Timestamp(std::chrono::microseconds(2))));
    CHECK(store.snapshot().knows_refresh_token({}));
  }
  SQLite::Database database = testing::open_database(file);
  CHECK(database.execAndGet("SELECT total FROM user_total").getInt() == 2);
  run(database, "PRAGMA foreign_keys = ON; DELETE FROM users WHERE email = 'ann@example.com'");
  CHECK(database.execAndGet("SELECT count(*) FROM deleted_users").getInt() == 1);
  CHECK(database.execAndGet("SELECT count(*) FROM ended_sessions").getInt() == 1);
  CHECK(database.execAndGet("SELECT total FROM user_total").getInt() == 1);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/migrations: from version 7 deletions are known that are in the "
                  "trash, and all earlier ones count as forgotten") {
  const std::string ann = "x'00000000000000000000000000000001'";
  {
    SQLite::Database database = testing::open_database(file);
    database.exec(content_of(testing::source_directory() / "tests/store/sqlite/schemas/7.sql"));
    database.exec(
        "PRAGMA application_id = 1415672683; PRAGMA user_version = 7;"
        "INSERT INTO users VALUES (" +
        ann +
        ", 'ann@example.com', 'Ann', 'hash', 1);"
        "INSERT INTO tasks (user_id, id, title, created_at, updated_at, revision, title_key,"
        " search_id) VALUES (" +
        ann +
        ", zeroblob(16), 'one', 2, 3, 4, 'one', 1);"
        "INSERT INTO trash (user_id, id, deleted_at, title, is_completed, created_at, updated_at,"
        " revision, recurrence_from) VALUES (" +
        ann + ", " + ann + ", 7, 'two', 0, 2, 3, 5, 0)");
  }
  Store store(file);
  support::Uuid owner;
  owner.bytes[15] = 1;
  const ChangePage page = store.snapshot().list_changes(owner, 0, 10);
  REQUIRE(page.changes.size() == 2);
  CHECK(std::get<Task>(page.changes[0]).title == "one");
  const Tombstone& two = std::get<Tombstone>(page.changes[1]);
  CHECK(two.id == owner);
  CHECK(two.revision == 5);
  CHECK(two.deleted_at == support::Timestamp(std::chrono::microseconds(7)));
  CHECK(page.revision == 5);
  CHECK(page.pruned_revision == 5);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/sqlite/migrations: from version 10 each user has what they had, deleted "
                  "users have their leftovers, and tasks of nobody are still found by a check") {
  {
    SQLite::Database database = testing::open_database(file);
    database.exec(content_of(testing::source_directory() / "tests/store/sqlite/schemas/10.sql"));
    // The ids are in another order than the users were added.
    database.exec(R"sql(
      PRAGMA application_id = 1415672683; PRAGMA user_version = 10;
      CREATE TEMP TABLE who (name, id, task);
      INSERT INTO who VALUES
        ('bob', x'00000000000000000000000000000002', x'00000000000000000000000000000012'),
        ('ann', x'00000000000000000000000000000001', x'00000000000000000000000000000011'),
        ('gone', x'00000000000000000000000000000003', x'00000000000000000000000000000013'),
        ('nobody', x'00000000000000000000000000000004', x'00000000000000000000000000000014');
      INSERT INTO users SELECT id, name || '@example.com', name, 'hash', 1 FROM who
        WHERE name IN ('ann', 'bob');
      INSERT INTO deleted_users SELECT id FROM who WHERE name = 'gone';
      INSERT INTO tasks (user_id, id, title, created_at, updated_at, revision, due_date, tags,
        remind_at, title_key, search_id)
        SELECT id, task, 'of ' || name, 2, 3, 4, 8, 'Home', 9, 'of ' || name, 1 FROM who;
      INSERT INTO trash (user_id, id, deleted_at, title, is_completed, created_at, updated_at,
        revision, recurrence_from)
        SELECT id, id, 7, 'trash of ' || name, 0, 2, 3, 5, 0 FROM who WHERE name <> 'nobody';
      INSERT INTO tombstones SELECT user_id, revision, id, deleted_at FROM trash;
      INSERT INTO tags SELECT user_id, 'home', 'Home', 1, 1 FROM tasks;
      INSERT INTO task_tags SELECT user_id, 'home', 0, id FROM tasks;
      INSERT INTO reminders SELECT user_id, 9, id FROM tasks;
      INSERT INTO import_keys SELECT user_id, id, id FROM trash;
      INSERT INTO kept_answers (user_id, key, request_hash, created_at, status, headers, body)
        SELECT id, 'key', zeroblob(32), 5, 201, '{}', 'answer to ' || name FROM who;
      UPDATE task_totals SET total = 1, trash = 1, revision = 5, pruned_revision = 3;
      INSERT INTO sessions SELECT id, id, NULL, 1, 1, 99, CAST(id || id AS BLOB) FROM who
        WHERE name IN ('ann', 'bob');
      INSERT INTO local_user SELECT 1, id FROM who WHERE name = 'bob';
    )sql");
  }
  Store store(file);
  using std::chrono::microseconds;
  for (const std::string name : {"ann", "bob"}) {
    CAPTURE(name);
    const auto user = store.snapshot().find_credentials(name + "@example.com");
    REQUIRE(user);
    const support::Uuid& owner = user->user.id;
    CHECK(owner.bytes[15] == (name == "ann" ? 1 : 2));
    for (const TaskQuery& query :
         {TaskQuery{.limit = 9}, TaskQuery{.limit = 9, .filter = {.tags = {"HOME"}}},
          TaskQuery{.limit = 9, .filter = {.search = support::parse_search("home")}},
          TaskQuery{.limit = 9, .filter = {.search = support::parse_search(name)}}}) {
      const TaskPage page = store.snapshot().list_tasks(owner, query);
      CHECK(titles_of(page) == "of " + name);
      CHECK(page.total == 1);
      CHECK(page.tasks.at(0).due_date);
      CHECK(page.tasks.at(0).tags == std::vector<std::string>{"Home"});
    }
    CHECK(store.snapshot().list_trash(owner, {.limit = 9}).tasks.at(0).title == "trash of " + name);
    CHECK(store.snapshot().list_tags(owner).at(0).total == 1);
    const ChangePage changes = store.snapshot().list_changes(owner, 3, 9);
    CHECK(changes.changes.size() == 2);
    CHECK(changes.pruned_revision == 3);
    CHECK(store.snapshot().find_caller(owner, owner, support::Timestamp(microseconds(2))));
    store.change([&](Changes& change) {
      const auto answer = change.find_answer(owner, "key", {}, support::Timestamp(microseconds(6)));
      REQUIRE(answer);
      CHECK(answer->body == "answer to " + name);
      CHECK(change.find_imported(owner, owner) == owner);
      CHECK(change.take_reminders(owner, support::Timestamp(microseconds(9))).tasks.size() == 1);
    });
  }
  store.change(
      [](Changes& change) { CHECK(change.find_or_add_local_user({}).email == "bob@example.com"); });
  CHECK(store.finish_background_work(std::chrono::seconds(30)));
  SQLite::Database database = testing::open_database(file);
  CHECK(database.execAndGet("SELECT count(*) FROM deleted_users").getInt() == 0);
  CHECK(database.execAndGet("SELECT group_concat(title) FROM tasks").getString() ==
        "of ann,of bob,of nobody");
  const auto tell_no_one = [](std::string_view, std::uint64_t, std::uint64_t) {};
  const auto findings = [&] {
    return check(file, Usage::live, support::Timestamp(microseconds(9)), tell_no_one).findings;
  };
  CHECK(findings() ==
        std::vector<std::string>{"damaged: there are tasks of somebody who is not there"});
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: from version 11 the index of words has all its words in one part") {
  SQLite::Database database = testing::open_database(file);
  database.exec(content_of(testing::source_directory() / "tests/store/sqlite/schemas/11.sql"));
  database.exec("PRAGMA application_id = 1415672683; PRAGMA user_version = 11");
  for (int row = 1; row <= 5; ++row) {
    database.exec("INSERT INTO task_words (rowid, title) VALUES (" + std::to_string(row) +
                  ", '11milk')");
  }
  const auto parts = [&] {
    return database.execAndGet("SELECT count(DISTINCT segid) FROM task_words_idx").getInt();
  };
  CHECK(parts() == 5);
  migrate(database, current_schema());
  CHECK(parts() == 1);
  CHECK(database.execAndGet("SELECT count(*) FROM task_words('11milk')").getInt() == 5);
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/sqlite/migrations: foreign keys that stay off after a migration are an error") {
  SQLite::Database database = testing::open_database(file);
  sqlite3_set_authorizer(
      database.getHandle(),
      [](void*, int action, const char* name, const char* value, const char*, const char*) {
        const bool turns_on = action == SQLITE_PRAGMA && name == std::string("foreign_keys") &&
                              value && value == std::string("ON");
        return turns_on ? SQLITE_IGNORE : SQLITE_OK;
      },
      nullptr);
  CHECK_THROWS_AS(migrate(database, current_schema()), Unavailable);
}

}  // namespace taskdock::store::sqlite
