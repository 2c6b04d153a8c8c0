#include "store/sqlite/row_source.h"

#include <doctest/doctest.h>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

/// Each kind of value that a row can have, in two rows.
class SomeRows : public RowSource {
 public:
  std::size_t count() const override { return 2; }
  void bind_row(std::size_t row, RowValues& values) const override {
    values.bind(id_)
        .bind(text_)
        .bind(static_cast<std::int64_t>(row))
        .bind(support::Timestamp(std::chrono::microseconds(5)))
        .bind(support::DateOrTime(support::Date(std::chrono::days(1))))
        .bind(row == 0 ? std::vector<std::string>{"a", "b"} : std::vector<std::string>())
        .bind(Priority::high)
        .bind(row == 0 ? no_text_ : also_text_);
  }

 private:
  const support::Uuid id_{.bytes = {1, 2}};
  const std::string text_ = "line\nand \"quote\"";
  const std::optional<std::string> no_text_;
  const std::optional<std::string> also_text_ = text_;
};

struct Rows : OpenDatabase {
  SomeRows source;
  PreparedStatement rows{connection.database(),
                         "SELECT quote(c0) || quote(c1) || quote(c2) || quote(c3) || quote(c4)"
                         " || quote(c5) || quote(c6) || quote(c7) || quote(c8) || quote(c23)"
                         " FROM taskdock_rows(?)"};
};

}  // namespace

TEST_CASE_FIXTURE(Rows,
                  "store/sqlite/row_source: a statement gets all rows, and what is not bound is "
                  "null") {
  LentStatement row = rows.lend();
  row.bind(source);
  REQUIRE(row.step());
  const std::string id = "X'01020000000000000000000000000000'";
  const std::string text = "'line\nand \"quote\"'";
  CHECK(row.text() == id + text + "05" + "345600000000" + "'a,b'" + "2" + "NULL" + "NULLNULL");
  REQUIRE(row.step());
  CHECK(row.text() == id + text + "15" + "345600000000" + "NULL" + "2" + text + "NULLNULL");
  CHECK_FALSE(row.step());
}

TEST_CASE_FIXTURE(Rows,
                  "store/sqlite/row_source: nothing but a source of ours has rows, and the schema "
                  "may not use it") {
  const auto count = [&](const std::string& arguments) {
    return connection.database()
        .execAndGet("SELECT count(*) FROM taskdock_rows" + arguments)
        .getInt();
  };
  for (const char* argument : {"(NULL)", "(1)", "('taskdock_rows')", "(x'00')"}) {
    CAPTURE(argument);
    CHECK(count(argument) == 0);
  }
  CHECK_THROWS_AS(count(""), SQLite::Exception);
  CHECK_THROWS_AS(count("('a', 'b')"), SQLite::Exception);
  connection.database().exec("CREATE VIEW v AS SELECT * FROM taskdock_rows(1)");
  CHECK_THROWS_AS(connection.database().exec("SELECT * FROM v"), SQLite::Exception);
}

}  // namespace taskdock::store::sqlite
