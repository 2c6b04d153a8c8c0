#include "store/check.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "store/backup.h"
#include "store/errors.h"
#include "store/every_row.h"
#include "store/sqlite/migrations.h"
#include "testing/paths.h"

namespace taskdock::store {

namespace {

/// All reminders are still to come.
constexpr support::Timestamp now{};

void tell_no_one(std::string_view /*what*/, std::uint64_t /*done*/, std::uint64_t /*all*/) {}

/// A database with every kind of row, which no process has open.
struct Closed : EveryRow {
  Closed() { store.reset(); }

  Checked look() const { return check(file, Usage::live, now, tell_no_one); }
  Checked mend() const { return repair(file, now, tell_no_one); }

  /// Makes something wrong, as a bug or a person does: without triggers.
  void spoil(const std::string& sql) const {
    SQLite::Database database = testing::open_database(file);
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    database.exec("PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON;" + sql);
  }

  static std::string text_of(const std::vector<std::string>& findings) {
    std::string text;
    for (const std::string& finding : findings) text += finding + '\n';
    return text;
  }

  /// CHECKs that spoiling is found, as one thing that `expected` names, and mended, and that all is
  /// then as it was.
  void check_mended(const std::string& sql, const std::string& expected) const {
    CAPTURE(sql);
    const auto before = rows_of(file);
    spoil(sql);
    const Checked found = look();
    CAPTURE(text_of(found.findings));
    CHECK(found.findings.size() == 1);
    CHECK(found.mendable == 1);
    CHECK(text_of(found.findings).find(expected) != std::string::npos);
    CHECK(rows_of(file) != before);
    const Checked mended = mend();
    CHECK(text_of(mended.findings).empty());
    CHECK(mended.mended == found.findings);
    CHECK(rows_of(file) == before);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Closed,
                  "store/check: in a whole database nothing is found, and nothing changed") {
  const std::string before = content_of(file);
  for (const Checked& checked : {look(), mend(), check(file, Usage::copy, now, tell_no_one)}) {
    CHECK(text_of(checked.findings).empty());
    CHECK(checked.mended.empty());
    CHECK_FALSE(checked.is_older);
    CHECK(checked.users == 3);
    CHECK(checked.tasks == 3);
  }
  CHECK(content_of(file) == before);
  CHECK_FALSE(std::filesystem::exists(file.string() + "-wal"));
}

TEST_CASE_FIXTURE(EveryRow,
                  "store/check: beside a store that is used nothing is found either, and nothing "
                  "is in its way") {
  remove_user(bob.id, "hash");  // its task may not be removed yet
  const auto report = [&](std::string_view /*what*/, std::uint64_t /*done*/,
                          std::uint64_t /*all*/) { add_task(ann, "meanwhile"); };
  const Checked checked = check(file, Usage::live, now, report);
  CHECK(checked.findings.empty());
  CHECK(checked.users == 2);
  add_task(ann, "later");
  CHECK(check(file, Usage::live, now, tell_no_one).findings.empty());
}

TEST_CASE_FIXTURE(Closed,
                  "store/check: each kept number that is wrong is found, named and mended") {
  check_mended("UPDATE user_total SET total = 7", "the kept number of users is 7, and there are 3");
  check_mended("UPDATE user_total SET last_number = 1",
               "the kept last number of a user is 1, and a user has, or had, the number ");
  const std::string anns =
      " WHERE owner = (SELECT number FROM users WHERE email = 'ann@example.com')";
  check_mended("UPDATE task_totals SET total = 9" + anns,
               "ann@example.com: the kept number of tasks is 9, and there are 2");
  check_mended("UPDATE task_totals SET completed = 0" + anns,
               "number of completed tasks is 0, and there are 1");
  check_mended("UPDATE task_totals SET trash = 5" + anns, "in the trash is 5, and there are 1");
  check_mended("UPDATE task_totals SET kept_answers = 5" + anns,
               "kept answers is 5, and there are 1");
  check_mended("UPDATE task_totals SET kept_bytes = 5" + anns,
               "bytes of kept answers is 5, and there are 6");
  check_mended("UPDATE tags SET total = 5 WHERE key = 'shop'", "tags whose kept numbers");
}

TEST_CASE_FIXTURE(Closed,
                  "store/check: a number of changes that is too small is found, and made large "
                  "enough") {
  spoil("UPDATE task_totals SET revision = 0 WHERE total = 2");
  CHECK(text_of(look().findings).find("the kept number of changes is 0") != std::string::npos);
  CHECK(mend().findings.empty());
}

TEST_CASE_FIXTURE(Closed,
                  "store/check: what else is derived from tasks is found where it is wrong, and "
                  "mended") {
  check_mended("UPDATE tasks SET title_key = 'z' WHERE title = 'done'", "titles are sorted");
  spoil("INSERT INTO reminders SELECT owner, 5, id FROM tasks WHERE title = 'done'");
  CHECK(text_of(look().findings).find("reminders without their task: 1") != std::string::npos);
  CHECK(mend().findings.empty());
  spoil("UPDATE reminders SET remind_at = remind_at + 1");
  CHECK(look().findings.size() == 2);
  CHECK(mend().findings.empty());
  check_mended("DELETE FROM reminders", "ann@example.com: tasks without their reminder: 1");
  spoil("DELETE FROM task_tags");
  CHECK(look().findings.size() == 2);
  CHECK(mend().findings.empty());
}

TEST_CASE_FIXTURE(Closed,
                  "store/check: a search index that does not have the words of the tasks is found, "
                  "and made again") {
  const std::string index = "INSERT INTO task_words (rowid, title) SELECT search_id, ";
  const std::string found = ": the search index has not the words";
  check_mended(index + "'1vword' FROM tasks LIMIT 1", "somebody who is deleted" + found);
  check_mended(
      "UPDATE tasks SET title = 'Changed', title_key = 'changed' WHERE title = 'done';"
      "UPDATE tasks SET title = 'done', title_key = 'done' WHERE title = 'Changed';" +
          index + "(SELECT term FROM task_terms LIMIT 1) FROM tasks LIMIT 1",
      found);
  spoil("INSERT INTO task_words (task_words) VALUES ('delete-all')");
  CHECK(look().findings.size() == 2);
  CHECK(mend().findings.empty());
  store = std::make_unique<Store>(file);
  const TaskTotals totals = store->snapshot().task_totals(ann.id);
  CHECK(store->snapshot().count_tasks(ann.id, totals, {},
                                      TaskFilter{.search = support::parse_search("kase")}) == 1);
}

TEST_CASE_FIXTURE(Closed, "store/check: what is damaged is named, and never mended") {
  std::string expected;
  SUBCASE("a page") {
    std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(5 * 4096);
    damaged << std::string(4096, '\0');
    damaged.close();
    expected = "damaged: ";
  }
  SUBCASE("a reference") {
    spoil("DELETE FROM users WHERE email = 'ann@example.com'");
    expected = "refers to one of users that is not there";
  }
  SUBCASE("the schema") {
    spoil("DROP INDEX tasks_by_title");
    expected = "the schema: index tasks_by_title is missing";
  }
  SUBCASE("a user without a number") {
    spoil(
        "UPDATE task_totals SET owner = -5 WHERE total = 2;"
        "UPDATE users SET number = -5 WHERE email = 'ann@example.com';"
        "UPDATE tasks SET owner = -5 WHERE title <> 'his'");
    expected = "damaged: there is a user without a number";
  }
  SUBCASE("a word that no user's prefix begins") {
    spoil("INSERT INTO task_words (rowid, title) VALUES (1, 'dfvvvvvvvvvvvvx')");
    expected = "damaged: database disk image is malformed";
  }
  SUBCASE("a word of a user behind all of their letters") {
    spoil("INSERT INTO task_words (rowid, title) VALUES (1, CAST(x'3131ff' AS TEXT))");
    expected = "damaged: database disk image is malformed";
  }
  SUBCASE("tasks of nobody") {
    spoil("UPDATE tasks SET owner = 9 WHERE title = 'his'");
    expected = "damaged: there are tasks of somebody who is not there";
  }
  const std::string before = content_of(file);
  const Checked found = look();
  CAPTURE(text_of(found.findings));
  CHECK(text_of(found.findings).find(expected) != std::string::npos);
  CHECK(found.mendable == 0);
  const Checked mended = mend();
  CHECK(mended.findings == found.findings);
  CHECK(mended.mended.empty());
  CHECK(content_of(file) == before);
}

TEST_CASE_FIXTURE(
    Closed,
    "store/check: a text that is not UTF-8 and a value that cannot be read are named, "
    "and nothing is made to fit them") {
  std::string sql;
  std::string expected;
  SUBCASE("a title") {
    sql = "UPDATE tasks SET title = CAST(x'61ff' AS TEXT) WHERE title = 'done'";
    expected = ": title is not UTF-8";
  }
  SUBCASE("a tag") {
    sql = "UPDATE tasks SET tags = CAST(x'61ff' AS TEXT) WHERE title = 'done'";
    expected = ": tags is not UTF-8";
  }
  SUBCASE("a description in the trash") {
    sql = "UPDATE trash SET description = CAST(x'61ff' AS TEXT)";
    expected = ": description is not UTF-8";
  }
  SUBCASE("the name of a user") {
    sql = "UPDATE users SET name = CAST(x'ff' AS TEXT) WHERE email = 'ann@example.com'";
    expected = "damaged: ann@example.com: the name is not UTF-8";
  }
  SUBCASE("the name of a token") {
    sql = "UPDATE script_tokens SET name = CAST(x'ff' AS TEXT)";
    expected = "the name of a token for scripts is not UTF-8";
  }
  SUBCASE("a due date of no form") {
    sql = "UPDATE tasks SET due_date = 3 WHERE title = 'done'";
    expected = ": a value has another form than the schema says";
  }
  SUBCASE("a time that is no time") {
    sql = "UPDATE trash SET created_at = 9223372036854775807";
    expected = ": a value has another form than the schema says";
  }
  spoil(sql);
  const std::string before = content_of(file);
  const Checked found = look();
  CAPTURE(text_of(found.findings));
  CHECK(text_of(found.findings).find(expected) != std::string::npos);
  CHECK(mend().mended.empty());
  CHECK(content_of(file) == before);
}

TEST_CASE_FIXTURE(Closed,
                  "store/check: a recurrence rule that is none is named, and hinders no mending") {
  spoil("UPDATE tasks SET recurrence = 'FREQ=XXXXX' WHERE recurrence IS NOT NULL");
  CHECK(text_of(look().findings).find(": recurrence is no rule: ") != std::string::npos);
  spoil("UPDATE tasks SET recurrence = 'FREQ=DAILY', due_date = NULL WHERE recurrence IS NOT NULL");
  CHECK(text_of(look().findings).find("recurrence needs a due_date") != std::string::npos);
  spoil("UPDATE user_total SET total = 7");
  const Checked mended = mend();
  CHECK(mended.findings.size() == 1);
  CHECK(mended.mended.size() == 1);
}

TEST_CASE_FIXTURE(Closed, "store/check: what SQLite says in several lines is one") {
  spoil(
      "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name ="
      " 'users') WHERE name = 'epoch'");
  const std::string text = text_of(look().findings);
  CAPTURE(text);
  CHECK(text.starts_with("damaged: "));
  CHECK(text.find('?') == std::string::npos);
  CHECK(text.find("***") == std::string::npos);
}

TEST_CASE_FIXTURE(Workshop, "store/check: what is no file is refused at once, and named") {
  const auto refusal = [&] {
    try {
      check(file, Usage::copy, now, tell_no_one);
      return std::string();
    } catch (const Unusable& error) {
      return std::string(error.what());
    }
  };
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  CHECK(refusal().starts_with("this is a FIFO"));
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  CHECK(refusal().starts_with("this is a directory"));
  std::filesystem::remove(file);
  { const Store made(file); }
  REQUIRE(::mkfifo((file.string() + "-wal").c_str(), 0600) == 0);
  CHECK(refusal().find("-wal behind its name") != std::string::npos);
}

TEST_CASE_FIXTURE(Closed,
                  "store/check: a log beside a backup is not that of the backup, and is refused") {
  const auto copy = directory.path() / "copy.db";
  Backup(file).save(copy, {}, tell_no_one);
  std::ofstream(copy.string() + "-wal") << "frames";
  CHECK_THROWS_WITH_AS(check(copy, Usage::copy, now, tell_no_one),
                       doctest::Contains("does not belong to it"), Unusable);
}

TEST_CASE_FIXTURE(Closed,
                  "store/check: a copy is checked where it is, and nothing is made beside it") {
  const auto copy = directory.path() / "a copy, 100% of it?.db";
  Backup(file).save(copy, {}, tell_no_one);
  std::filesystem::permissions(copy, std::filesystem::perms::owner_read);
  const Checked checked = check(copy, Usage::copy, now, tell_no_one);
  CHECK(checked.findings.empty());
  CHECK(checked.tasks == 3);
  CHECK_FALSE(std::filesystem::exists(copy.string() + "-wal"));
  CHECK_FALSE(std::filesystem::exists(copy.string() + "-shm"));
}

TEST_CASE_FIXTURE(Workshop,
                  "store/check: an older database is checked as far as this version knows it, and "
                  "never mended") {
  {
    SQLite::Database database = testing::open_database(file);
    database.exec(content_of(testing::source_directory() / "tests/store/sqlite/schemas/7.sql"));
    database.exec("PRAGMA application_id = 1415672683; PRAGMA user_version = 7");
  }
  for (const Checked& checked :
       {check(file, Usage::copy, now, tell_no_one), repair(file, now, tell_no_one)}) {
    CHECK(checked.findings.empty());
    CHECK(checked.is_older);
    CHECK(checked.version == 7);
  }
}

TEST_CASE_FIXTURE(Closed,
                  "store/check: a database that says it is of an older version than it is of is "
                  "found") {
  for (int version = 1; version < first_version_with_these_objects; ++version) {
    spoil("PRAGMA user_version = " + std::to_string(version));
    const Checked checked = look();
    REQUIRE(checked.findings.size() == 1);
    CHECK(checked.findings[0].find("its schema is not that of version ") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Workshop, "store/check: what is no database of ours is refused") {
  CHECK_THROWS_AS(check(file, Usage::live, now, tell_no_one), Unusable);
  std::ofstream(file) << std::string(5000, 'x');
  CHECK_THROWS_AS(check(file, Usage::live, now, tell_no_one), Unusable);
  CHECK_THROWS_AS(check(file, Usage::copy, now, tell_no_one), Unusable);
  CHECK_THROWS_AS(repair(file, now, tell_no_one), Unusable);
}

}  // namespace taskdock::store
