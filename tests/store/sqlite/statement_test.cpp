#include "store/sqlite/statement.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <limits>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::string_literals;

struct Memory {
  SQLite::Database database{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
};

}  // namespace

TEST_CASE_FIXTURE(
    Memory, "store/sqlite/statement: texts come back byte for byte, and an empty one is not null") {
  PreparedStatement echo(database, "SELECT ?1, ?1 IS NULL");
  for (const std::string& text : {""s, "milk"s, "水🥛"s, "a\0b"s, std::string(100'000, 'x')}) {
    LentStatement lent = echo.lend();
    REQUIRE(lent.bind(text).step());
    CHECK(lent.text() == text);
    CHECK(lent.integer() == 0);
  }
}

TEST_CASE_FIXTURE(
    Memory, "store/sqlite/statement: an optional text is null when it is absent, and only then") {
  PreparedStatement echo(database, "SELECT ?1");
  for (const std::optional<std::string>& value :
       {std::optional<std::string>(), std::optional(""s), std::optional("milk"s)}) {
    LentStatement lent = echo.lend();
    REQUIRE(lent.bind(value).step());
    CHECK(lent.optional_text() == value);
  }
}

TEST_CASE_FIXTURE(Memory,
                  "store/sqlite/statement: whole numbers, times and ids come back as they were") {
  PreparedStatement echo(database, "SELECT ?1, ?2, ?3, ?4");
  const auto id = support::Uuid::parse("00000000-0000-7000-8000-00ff00000000");
  const support::Timestamp past(std::chrono::microseconds(-1));
  LentStatement lent = echo.lend();
  REQUIRE(lent.bind(std::numeric_limits<std::int64_t>::min())
              .bind(std::numeric_limits<std::int64_t>::max())
              .bind(past)
              .bind(*id)
              .step());
  CHECK(lent.integer() == std::numeric_limits<std::int64_t>::min());
  CHECK(lent.integer() == std::numeric_limits<std::int64_t>::max());
  CHECK(lent.timestamp() == past);
  CHECK(lent.uuid() == *id);
}

TEST_CASE_FIXTURE(Memory,
                  "store/sqlite/statement: what one borrower bound, the next does not find") {
  PreparedStatement echo(database, "SELECT ?1, ?2");
  const std::string secret = "secret";
  CHECK(echo.lend().bind(secret).bind(secret).step());
  LentStatement lent = echo.lend();
  const std::string mine = "mine";
  REQUIRE(lent.bind(mine).step());
  CHECK(lent.text() == "mine");
  CHECK_FALSE(lent.optional_text());
}

TEST_CASE_FIXTURE(
    Memory,
    "store/sqlite/statement: a statement left half-way or failed begins anew for the next") {
  database.exec("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1), (2)");
  PreparedStatement all(database, "SELECT a FROM t ORDER BY a");
  CHECK(all.lend().step());
  LentStatement again = all.lend();
  REQUIRE(again.step());
  CHECK(again.integer() == 1);
  REQUIRE(again.step());
  CHECK(again.integer() == 2);
  CHECK_FALSE(again.step());

  PreparedStatement insert(database, "INSERT INTO t VALUES (?)");
  CHECK_THROWS_AS(insert.lend().bind(std::int64_t{1}).step(), SQLite::Exception);
  CHECK_FALSE(insert.lend().bind(std::int64_t{3}).step());
}

TEST_CASE_FIXTURE(Memory,
                  "store/sqlite/statement: a statement is prepared at its first use, so the schema "
                  "may come later") {
  PreparedStatement find(database, "SELECT a FROM later");
  CHECK_THROWS_AS(find.lend(), SQLite::Exception);
  database.exec("CREATE TABLE later (a)");
  CHECK_FALSE(find.lend().step());
}

TEST_CASE_FIXTURE(Memory,
                  "store/sqlite/statement: a value of another form than the schema says is damage, "
                  "and not read") {
  const auto is_damage = [&](const char* sql, auto read) {
    PreparedStatement query(database, sql);
    LentStatement row = query.lend();
    REQUIRE(row.step());
    try {
      read(row);
    } catch (const SQLite::Exception& error) {
      return error.getErrorCode() == SQLITE_CORRUPT;
    }
    return false;
  };
  const auto uuid = [](LentStatement& row) { row.uuid(); };
  CHECK(is_damage("SELECT zeroblob(15)", uuid));
  CHECK(is_damage("SELECT zeroblob(17)", uuid));
  CHECK(is_damage("SELECT x''", uuid));
  CHECK(is_damage("SELECT NULL", uuid));
  CHECK(is_damage("SELECT '0123456789abcdef'", uuid));
  CHECK(is_damage("SELECT 5", [](LentStatement& row) { row.optional_uuid(); }));
  CHECK(is_damage("SELECT zeroblob(16)", [](LentStatement& row) { row.bytes<32>(); }));
  for (const char* sql : {"SELECT NULL", "SELECT 5", "SELECT x'61'"}) {
    CHECK(is_damage(sql, [](LentStatement& row) { row.text(); }));
  }
  CHECK(is_damage("SELECT 5", [](LentStatement& row) { row.optional_text(); }));
  for (const char* sql : {"SELECT NULL", "SELECT '5'", "SELECT 5.5"}) {
    CHECK(is_damage(sql, [](LentStatement& row) { row.integer(); }));
  }
  // The last moment of the year 9999, and the moment after it.
  const auto time = [](LentStatement& row) { row.timestamp(); };
  CHECK_FALSE(is_damage("SELECT 253402300799999999", time));
  CHECK(is_damage("SELECT 253402300800000000", time));
  CHECK_FALSE(is_damage("SELECT -62135596800000000", time));
  CHECK(is_damage("SELECT -62135596800000001", time));
}

}  // namespace taskdock::store::sqlite
