#include "store/sqlite/kept_counts.h"

#include <doctest/doctest.h>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

KeptCounts::Question question(std::int64_t revision) {
  return {{}, revision, false, {.has_due_date = true}};
}

}  // namespace

TEST_CASE("store/sqlite/kept_counts: a count is kept for its owner, revision, kind and filter") {
  KeptCounts counts;
  counts.keep(question(7), 5000);
  CHECK(counts.find(question(7)) == 5000);
  CHECK_FALSE(counts.find(question(8)));
  KeptCounts::Question other = question(7);
  SUBCASE("another owner") {
    other.owner.bytes[15] = 1;
  }
  SUBCASE("the other kind") {
    other.completed = true;
  }
  SUBCASE("both kinds") {
    other.completed.reset();
  }
  SUBCASE("another filter") {
    other.filter.has_due_date = false;
  }
  SUBCASE("a search") {
    other.filter.search = support::parse_search("milk");
  }
  CHECK_FALSE(counts.find(other));
}

TEST_CASE("store/sqlite/kept_counts: small numbers are not kept") {
  KeptCounts counts;
  counts.keep(question(1), 20);
  CHECK_FALSE(counts.find(question(1)));
}

TEST_CASE("store/sqlite/kept_counts: the number that was asked for longest ago makes room") {
  KeptCounts counts;
  for (int i = 0; i < 32; ++i) counts.keep(question(i), 1000 + i);
  CHECK(counts.find(question(0)) == 1000);
  counts.keep(question(100), 9999);
  CHECK(counts.find(question(0)) == 1000);
  CHECK_FALSE(counts.find(question(1)));
  CHECK(counts.find(question(2)) == 1002);
  CHECK(counts.find(question(100)) == 9999);
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/kept_counts: a kept total changes with the tasks that match") {
  const User ann = add_user("ann@example.com");
  const TaskFilter filter{.has_due_date = false};
  const auto counted = [&](std::optional<bool> completed) {
    const TaskTotals totals = *connection.tasks.totals(ann.id);
    const std::int64_t count = connection.task_list.count(ann.id, totals, completed, filter);
    const TaskPage page = connection.task_list.list(
        ann.id, totals, {.limit = 1, .completed = completed, .filter = filter});
    CHECK(page.total == count);
    CHECK(page.total_exact);
    return count;
  };
  for (int i = 0; i < 600; ++i) add_task(ann, "task");
  CHECK(counted(false) == 600);
  CHECK(counted(false) == 600);
  const Task task = add_task(ann, "one more");
  CHECK(counted(false) == 601);
  connection.tasks.change(ann.id, task.id, {.completion = TaskChange::Completion::completed},
                          clock.now());
  CHECK(counted(false) == 600);
  CHECK(counted(std::nullopt) == 601);
  const User bob = add_user("bob@example.com");
  CHECK(connection.task_list.count(bob.id, *connection.tasks.totals(bob.id), false, filter) == 0);
}

}  // namespace taskdock::store::sqlite
