#include "store/sqlite/statement.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <limits>

#include "store/sqlite/fixtures.h"
#include "testing/database.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::string_literals;

struct Memory {
  SQLite::Database database = testing::open_database(":memory:");
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
  PreparedStatement echo(database, "SELECT ?1, 7");
  for (const std::optional<std::string>& value :
       {std::optional<std::string>(), std::optional(""s), std::optional("milk"s)}) {
    LentStatement lent = echo.lend();
    REQUIRE(lent.bind(value).step());
    std::optional<std::string> read = "before";
    lent.read(read);
    CHECK(read == value);
    CHECK(lent.integer() == 7);
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
                  "store/sqlite/statement: a date, a local time and an instant come back in their "
                  "form, and sort by what they name") {
  database.exec("CREATE TABLE t (value INTEGER, place INTEGER)");
  PreparedStatement insert(database, "INSERT INTO t VALUES (?, ?)");
  const std::vector<std::string> sorted = {"0001-01-01",
                                           "0001-01-01T00:00",
                                           "1969-12-31",
                                           "1969-12-31T23:59:59",
                                           "1969-12-31T23:59:59.999999Z",
                                           "1970-01-01",
                                           "1970-01-01T00:00",
                                           "1970-01-01T00:00:00.000000Z",
                                           "2024-02-29",
                                           "2026-08-08T17:00:01",
                                           "2026-08-08T17:00:01.000001Z",
                                           "9999-12-31",
                                           "9999-12-31T23:59:59.999999Z"};
  for (std::size_t i = sorted.size(); i-- > 0;) {
    const auto value = support::parse_date_or_time(sorted[i]);
    REQUIRE(value);
    insert.lend().bind(value).bind(static_cast<std::int64_t>(i)).step();
  }
  PreparedStatement all(database, "SELECT value FROM t ORDER BY value");
  LentStatement list = all.lend();
  for (const std::string& text : sorted) {
    REQUIRE(list.step());
    std::optional<support::DateOrTime> value;
    list.read(value);
    REQUIRE(value);
    std::string written;
    support::append_date_or_time(written, *value);
    CHECK(written == text);
  }
}

TEST_CASE_FIXTURE(Memory, "store/sqlite/statement: an enumeration comes back, and so does none") {
  PreparedStatement echo(database, "SELECT ?1");
  for (const std::optional<Priority> value :
       {std::optional<Priority>(), std::optional(Priority::low), std::optional(Priority::urgent)}) {
    LentStatement lent = echo.lend();
    REQUIRE(lent.bind(value).step());
    std::optional<Priority> read = Priority::high;
    lent.read(read);
    CHECK(read == value);
  }
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
  std::optional<std::string> second;
  lent.read(second);
  CHECK_FALSE(second);
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
  CHECK(is_damage("SELECT 5", [](LentStatement& row) {
    std::optional<std::string> text;
    row.read(text);
  }));
  for (const char* sql : {"SELECT -1", "SELECT 4"}) {
    CHECK(is_damage(sql, [](LentStatement& row) {
      Priority priority{};
      row.read(priority);
    }));
  }
  // No form of a date or time, and a year that has no text.
  for (const char* sql : {"SELECT 3", "SELECT 9223372036854775800"}) {
    CHECK(is_damage(sql, [](LentStatement& row) { row.date_or_time(); }));
  }
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
