#include "store/sqlite/total_table.h"

#include <doctest/doctest.h>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

struct Totals : OpenDatabase {
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  TotalTable& totals = connection.totals;

  void set_total(const User& user, std::int64_t total) {
    totals.set(user.id, {.total = total, .revision = total});
  }
  /// -1 where there is no such user.
  std::int64_t current(const User& user) {
    const auto known = totals.current(user.id);
    return known ? known->total : -1;
  }
  std::int64_t written(const User& user) {
    const auto found = totals.find(user.id);
    return found ? found->total : -1;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Totals,
                  "store/sqlite/total_table: what is noted is current at once, and written as a "
                  "whole at the end") {
  CHECK(current(ann) == 0);
  for (std::int64_t total = 1; total <= 5; ++total) set_total(ann, total);
  set_total(bob, 7);
  CHECK(current(ann) == 5);
  CHECK(written(ann) == 0);
  const std::int64_t changes = connection.total_changes();
  totals.write();
  CHECK(connection.total_changes() == changes + 2);
  CHECK(written(ann) == 5);
  CHECK(written(bob) == 7);
  CHECK(totals.find(ann.id)->revision == 5);
}

TEST_CASE_FIXTURE(Totals,
                  "store/sqlite/total_table: the next transaction sees what another process has "
                  "written") {
  set_total(ann, 1);
  totals.write();
  connection.database().exec("UPDATE task_totals SET total = 8");
  CHECK(current(ann) == 8);
}

TEST_CASE_FIXTURE(Totals,
                  "store/sqlite/total_table: what is rolled back is as it was before, step by step "
                  "and as a whole") {
  set_total(ann, 1);
  const std::size_t first = totals.noted();
  set_total(ann, 2);
  set_total(bob, 3);
  const std::size_t second = totals.noted();
  set_total(bob, 4);
  set_total(ann, 5);
  totals.forget_since(second);
  CHECK(current(ann) == 2);
  CHECK(current(bob) == 3);
  totals.forget_since(first);
  CHECK(current(ann) == 1);
  CHECK(current(bob) == 0);
  SUBCASE("the rest is written") {
    totals.write();
    CHECK(written(ann) == 1);
    CHECK(written(bob) == 0);
  }
  SUBCASE("nothing is left") {
    totals.forget_since(0);
    CHECK(current(ann) == 0);
    totals.write();
    CHECK(written(ann) == 0);
  }
}

TEST_CASE_FIXTURE(Totals,
                  "store/sqlite/total_table: a removed user has none, unless the removal is rolled "
                  "back") {
  set_total(ann, 3);
  const std::size_t noted = totals.noted();
  totals.forget_user(ann.id);
  CHECK(current(ann) == -1);
  SUBCASE("rolled back") {
    totals.forget_since(noted);
    CHECK(current(ann) == 3);
    totals.write();
    CHECK(written(ann) == 3);
  }
  SUBCASE("kept") {
    connection.users.remove(ann.id);
    totals.write();
    CHECK(written(ann) == -1);
    CHECK(current(ann) == -1);
  }
}

TEST_CASE_FIXTURE(Totals,
                  "store/sqlite/total_table: a user whose addition is rolled back is not known any "
                  "more") {
  set_total(ann, 1);
  const std::size_t noted = totals.noted();
  connection.database().exec("SAVEPOINT a");
  const User eve = add_user("eve@example.com");
  CHECK(current(eve) == 0);
  connection.database().exec("ROLLBACK TO a; RELEASE a");
  totals.forget_since(noted);
  CHECK(current(eve) == -1);
  CHECK(current(ann) == 1);
}

TEST_CASE_FIXTURE(Totals,
                  "store/sqlite/total_table: totals that cannot be are refused, in the change that "
                  "would make them so") {
  const TaskTotals possible{.total = 2, .completed = 2};
  totals.set(ann.id, possible);
  for (const TaskTotals& wrong :
       {TaskTotals{.total = 1, .completed = 2}, TaskTotals{.total = 1, .completed = -1},
        TaskTotals{.total = 1, .trash = -1}}) {
    CHECK_THROWS_AS(totals.set(ann.id, wrong), SQLite::Exception);
  }
  totals.write();
  CHECK(totals.find(ann.id)->completed == 2);
}

TEST_CASE_FIXTURE(Totals,
                  "store/sqlite/total_table: where many changes are expected none is remembered, "
                  "and all can be forgotten") {
  totals.expect_many(true);
  for (std::int64_t total = 1; total <= 1000; ++total) set_total(ann, total);
  CHECK(totals.noted() == 0);
  CHECK(current(ann) == 1000);
  SUBCASE("written") {
    totals.write();
    CHECK(written(ann) == 1000);
  }
  SUBCASE("forgotten") {
    totals.forget_since(0);
    CHECK(current(ann) == 0);
  }
}

}  // namespace taskdock::store::sqlite
