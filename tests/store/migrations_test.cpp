#include "store/migrations.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <array>
#include <map>

#include "store/errors.h"
#include "store/fixtures.h"
#include "store/store.h"

namespace taskdock::store {

namespace {

constexpr int application_id = 0x5461736b;  // "Task"

SQLite::Database open(const std::filesystem::path& file) {
  return {file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
}

int pragma(SQLite::Database& database, const std::string& name) {
  return database.execAndGet("PRAGMA " + name).getInt();
}

/// Everything the schema consists of, each by its kind and name, with white space evened out.
std::map<std::string, std::string> schema_of(SQLite::Database& database) {
  std::map<std::string, std::string> objects;
  SQLite::Statement all(database, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema");
  while (all.executeStep()) {
    std::string evened;
    for (const char c : all.getColumn(2).getString()) {
      const bool is_space = c == ' ' || c == '\n';
      if (!is_space || (!evened.empty() && evened.back() != ' ')) evened += is_space ? ' ' : c;
    }
    objects[all.getColumn(0).getString() + ' ' + all.getColumn(1).getString()] = evened;
  }
  return objects;
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
  SQLite::Database database = open(file);
  migrate(database, {version_1, {}});
  database.exec("INSERT INTO pets (name) VALUES ('Mia')");
  if (version == 1) return;
  migrate(database, {version_1, std::span(steps).first(static_cast<std::size_t>(version) - 1)});
}

/// What opening `file` as a Store complains of; the file must be left as it is, byte for byte.
std::string refusal(const std::filesystem::path& file) {
  const std::string before = content_of(file);
  std::string what = "nothing";
  try {
    Store(file, 1);
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
    Workshop, "store/migrations: a fresh database is what schema.sql says, and marked as ours") {
  SQLite::Database fresh = open(file);
  migrate(fresh, current_schema());
  SQLite::Database expected = open(directory.path() / "expected.db");
  expected.exec(content_of(std::filesystem::path(TASKDOCK_SOURCE_DIR) / "schema.sql"));
  CHECK(schema_of(fresh) == schema_of(expected));
  CHECK(schema_of(fresh).contains("table tasks"));
  CHECK(pragma(fresh, "user_version") == current_schema().version());
  CHECK(pragma(fresh, "application_id") == application_id);
}

TEST_CASE("store/migrations: schema.sql names the version it is") {
  const std::string text = content_of(std::filesystem::path(TASKDOCK_SOURCE_DIR) / "schema.sql");
  CHECK(text.find("version " + std::to_string(current_schema().version()) +
                  " (PRAGMA user_version)") != std::string::npos);
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/migrations: a database of today's version is left as it is, with all that is in it") {
  {
    SQLite::Database database = open(file);
    migrate(database, newest);
    database.exec("INSERT INTO pets VALUES (1, 'Mia', 'cat')");
  }
  const std::string before = content_of(file);
  {
    SQLite::Database database = open(file);
    migrate(database, newest);
  }
  CHECK(content_of(file) == before);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/migrations: every older version ends with the schema of a fresh database, "
                  "and keeps its data") {
  SQLite::Database fresh = open(directory.path() / "fresh.db");
  migrate(fresh, newest);
  REQUIRE(pragma(fresh, "user_version") == 4);
  for (int version = 1; version <= 4; ++version) {
    CAPTURE(version);
    const std::filesystem::path old = directory.path() / (std::to_string(version) + ".db");
    make_version(old, version);
    SQLite::Database database = open(old);
    REQUIRE(pragma(database, "user_version") == version);
    migrate(database, newest);
    CHECK(schema_of(database) == schema_of(fresh));
    CHECK(pragma(database, "user_version") == 4);
    CHECK(pragma(database, "application_id") == application_id);
    CHECK(database.execAndGet("SELECT name || kind FROM pets").getString() == "Miacat");
    CHECK(database.execAndGet("SELECT count(*) FROM owners").getInt() == 1);
  }
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/migrations: every version that was ever released ends with today's schema, "
    "and keeps its users and tasks") {
  SQLite::Database fresh = open(directory.path() / "fresh.db");
  migrate(fresh, current_schema());
  for (int version = 1; version < current_schema().version(); ++version) {
    CAPTURE(version);
    const std::filesystem::path old = directory.path() / (std::to_string(version) + ".db");
    {
      SQLite::Database database = open(old);
      const std::string sql =
          content_of(std::filesystem::path(TASKDOCK_SOURCE_DIR) / "tests/store/schemas" /
                     (std::to_string(version) + ".sql"));
      REQUIRE_FALSE(sql.empty());
      database.exec(sql);
      database.exec("PRAGMA application_id = " + std::to_string(application_id));
      database.exec("PRAGMA user_version = " + std::to_string(version));
      database.exec(
          "PRAGMA secure_delete = OFF;"
          "INSERT INTO users VALUES (zeroblob(16), 'ann@example.com', 'Ann', 'hash', 1);"
          "INSERT INTO tasks VALUES (zeroblob(16), x'000102030405060708090a0b0c0d0e0f',"
          " 'long gone', NULL, 1, 2, 3);"
          "DELETE FROM tasks;"
          "INSERT INTO tasks VALUES (zeroblob(16), zeroblob(16), 'Buy milk', NULL, 1, 2, 3)");
    }
    {
      Store store(old, 1);
      const auto ann = store.find_credentials("ann@example.com");
      REQUIRE(ann);
      CHECK(ann->password_hash == "hash");
      CHECK(titles_of(store.snapshot().list_tasks(ann->user.id, {10, 0, true})) == "Buy milk");
    }
    // A version that did not overwrite what was deleted leaves none of it behind.
    CHECK(content_of(old).find("long gone") == std::string::npos);
    SQLite::Database database = open(old);
    CHECK(schema_of(database) == schema_of(fresh));
    CHECK(pragma(database, "user_version") == current_schema().version());
  }
}

TEST_CASE_FIXTURE(Workshop,
                  "store/migrations: a step that fails leaves the version before it, whole") {
  static constexpr std::array<Migration, 2> failing = {{
      steps[0],
      {3, "CREATE TABLE half (x); UPDATE pets SET name = 'gone'; INSERT INTO nowhere VALUES (1)"},
  }};
  make_version(file, 1);
  {
    SQLite::Database database = open(file);
    CHECK_THROWS_AS(migrate(database, {version_1, failing}), SQLite::Exception);
  }
  SQLite::Database database = open(file);
  CHECK(pragma(database, "user_version") == 2);
  CHECK(schema_of(database).size() == 1);
  CHECK(database.execAndGet("SELECT name FROM pets WHERE kind IS NULL").getString() == "Mia");
  migrate(database, newest);  // by an executable whose steps are mended
  CHECK(pragma(database, "user_version") == 4);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/migrations: a fresh schema that fails leaves an empty database") {
  SQLite::Database database = open(file);
  CHECK_THROWS_AS(migrate(database, {"CREATE TABLE a (b); CREATE TABLE a (b)", {}}),
                  SQLite::Exception);
  CHECK(schema_of(database).empty());
  CHECK(pragma(database, "user_version") == 0);
  migrate(database, newest);
  CHECK(pragma(database, "user_version") == 4);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/migrations: a newer version is refused with both numbers, and untouched") {
  { Store(file, 1); }
  {
    SQLite::Database database = open(file);
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
    "store/migrations: a newer version loses nothing that is still in its write-ahead log") {
  const std::filesystem::path crashed = directory.path() / "crashed.db";
  {
    SQLite::Database database = open(file);
    database.exec(
        "PRAGMA journal_mode = WAL; PRAGMA application_id = 1415672683;"
        "PRAGMA user_version = 99; CREATE TABLE future (x); INSERT INTO future VALUES (7)");
    std::filesystem::copy(file, crashed);
    std::filesystem::copy(file.string() + "-wal", crashed.string() + "-wal");
  }
  CHECK_THROWS_AS(Store(crashed, 1), Unusable);
  SQLite::Database database = open(crashed);
  CHECK(pragma(database, "user_version") == 99);
  CHECK(database.execAndGet("SELECT x FROM future").getInt() == 7);
  CHECK(schema_of(database).size() == 1);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/migrations: another program's database is refused, and untouched") {
  {
    SQLite::Database database = open(file);
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
                  "store/migrations: a file that is no database is refused, and untouched") {
  { Store(file, 1); }
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

TEST_CASE_FIXTURE(Workshop, "store/migrations: an empty file is taken, and an empty database too") {
  SUBCASE("an empty file") {
    std::ofstream(file).flush();
  }
  SUBCASE("an empty database") {
    open(file).exec("VACUUM");
  }
  REQUIRE(std::filesystem::exists(file));
  { Store(file, 1).add_user(new_user("ann@example.com"), "hash"); }
  CHECK(Store(file, 1).find_credentials("ann@example.com"));
}

}  // namespace taskdock::store
