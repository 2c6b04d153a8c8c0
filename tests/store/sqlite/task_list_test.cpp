#include "store/sqlite/task_list.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;

constexpr std::array all_keys = {TaskKey::updated_at, TaskKey::due_date,     TaskKey::priority,
                                 TaskKey::title,      TaskKey::completed_at, TaskKey::created_at};
constexpr std::array<std::optional<bool>, 3> all_kinds = {std::nullopt, false, true};

DueMoment due_moment(std::chrono::microseconds time) {
  return {time, time, time};
}

struct ListFixture : OpenDatabase {
  User ann = add_user("ann@example.com");

  TaskPage list(const TaskQuery& query) {
    return connection.task_list.list(ann.id, *connection.totals.current(ann.id), query);
  }

  /// A task of which each member that lists know of is there or not, by the bits of `i`.
  void add_varied(int i) {
    Task task = new_task(ann, "task " + std::to_string(i % 7), i % 2 == 0);
    if (task.is_completed) task.completed_at = clock.now() + i % 5 * 1us;
    if (i % 3 != 0) task.due_date = support::Date(std::chrono::days(20'000 + i % 4));
    if (i % 4 != 0) task.priority = static_cast<Priority>(i % 4);
    if (i % 5 != 0) task.tags = {"tag" + std::to_string(i % 2), "common"};
    connection.tasks.add(task);
  }

  /// The query plan of each way to a list that was prepared.
  std::vector<std::pair<std::string, std::string>> list_plans() {
    auto all = plans();
    std::erase_if(all, [](const auto& each) {
      return each.first.find(" AS t ") == std::string::npos ||
             each.first.find("LIMIT") == std::string::npos;
    });
    return all;
  }
};

}  // namespace

TEST_CASE_FIXTURE(
    ListFixture,
    "store/sqlite/task_list: a list in any order walks an index, without sorting, from "
    "its beginning and from every place in it") {
  for (int i = 0; i < 40; ++i) add_varied(i);
  for (const TaskKey key : all_keys) {
    for (const bool descending : {false, true}) {
      for (const auto completed : all_kinds) {
        TaskQuery query{.limit = 3, .completed = completed, .order = {key, descending}};
        for (int pages = 0; pages < 20; ++pages) {
          const TaskPage page = list(query);
          query.after = page.last;
          if (!page.last) break;
        }
      }
    }
  }
  const auto all = list_plans();
  CHECK(all.size() > 50);
  for (const auto& [sql, plan] : all) {
    CAPTURE(sql);
    CAPTURE(plan);
    CHECK(plan.find("SCAN") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
  }
  const auto is_used = [&](const std::string& index) {
    return std::any_of(all.begin(), all.end(), [&](const auto& each) {
      return each.second.find(index) != std::string::npos;
    });
  };
  CHECK(is_used("PRIMARY KEY (owner=? AND id<?)"));
  CHECK(is_used("tasks_by_completion (owner=? AND is_completed=? AND id<?)"));
  CHECK(is_used("tasks_by_due_date (owner=? AND is_completed=? AND (due_date,id)>(?,?))"));
}

TEST_CASE_FIXTURE(ListFixture,
                  "store/sqlite/task_list: with any filter, tasks are found by an index, and whole "
                  "tasks are never sorted") {
  for (int i = 0; i < 40; ++i) add_varied(i);
  const auto day = [](int number) { return due_moment(std::chrono::days(20'000 + number)); };
  const std::array filters = {
      TaskFilter{.tags = {"tag1"}},
      TaskFilter{.tags = {"tag1", "common"}},
      TaskFilter{.without_tags = {"tag1"}},
      TaskFilter{.priorities = 0b01010},
      TaskFilter{.priorities = 0b10000},
      TaskFilter{.priorities = 0b10001},
      TaskFilter{.has_due_date = true},
      TaskFilter{.has_due_date = false},
      TaskFilter{.due_before = day(2)},
      TaskFilter{.due_from = day(1)},
      TaskFilter{.due_before = day(2), .due_from = day(1)},
      TaskFilter{.updated_since = clock.now()},
      TaskFilter{.tags = {"common"}, .priorities = 0b00010, .due_before = day(3)}};
  int next_pages_with_tag = 0;
  for (const TaskFilter& filter : filters) {
    for (const TaskKey key : all_keys) {
      for (const auto completed : all_kinds) {
        const TaskPage page =
            list({.limit = 1, .completed = completed, .filter = filter, .order = {key, true}});
        list({.limit = 30, .completed = completed, .filter = filter, .order = {key, true}});
        if (page.last) {
          list({.limit = 1,
                .completed = completed,
                .filter = filter,
                .order = {key, true},
                .after = page.last});
        }
      }
      // Now: only some statements are kept.
      for (const auto& [sql, plan] : list_plans()) {
        CAPTURE(sql);
        CAPTURE(plan);
        // What is sorted is a page's list of ids, once to find the page and once more in the page.
        const bool sorts = sql.find("AS page") != std::string::npos;
        CHECK(plan.find("SCAN t") == std::string::npos);
        CHECK(plan.find("SCAN g") == std::string::npos);
        CHECK((sorts || plan.find("TEMP B-TREE") == std::string::npos));
        // The next page of those with a tag begins where the one before has ended.
        const bool goes_on = sql.find("g.id < ?") != std::string::npos;
        next_pages_with_tag += int{goes_on};
        CHECK((!goes_on || plan.find("SEARCH g USING PRIMARY KEY (owner=? AND key=? AND "
                                     "is_completed=? AND id<?)") != std::string::npos));
      }
    }
  }
  CHECK(next_pages_with_tag > 0);
}

TEST_CASE_FIXTURE(ListFixture,
                  "store/sqlite/task_list: where all tasks that match are open, or all completed, "
                  "those of the other kind are not walked over") {
  const auto add = [&](bool is_completed, std::optional<support::Date> due) {
    Task task = new_task(ann, "task", is_completed);
    if (is_completed) task.completed_at = clock.now();
    if (due) task.due_date = *due;
    connection.tasks.add(task);
  };
  const support::Date day(std::chrono::days(20'000));
  for (int i = 0; i < 20; ++i) {
    add(false, day);
    add(true, std::nullopt);
  }
  const auto walks_both = [&](const TaskFilter& filter) {
    const TaskQuery query{.limit = 1, .filter = filter, .order = {TaskKey::title, true}};
    const std::size_t before = list_plans().size();
    const TaskPage page = list(query);
    CHECK(page.total == 20);
    CHECK(page.tasks.size() == 1);
    CHECK(page.last);
    TaskQuery next = query;
    next.after = page.last;
    CHECK(list(next).tasks.at(0).id.bytes != page.tasks.at(0).id.bytes);
    CHECK(list_plans().size() > before);
    const auto all = list_plans();
    return std::any_of(all.begin(), all.end(), [](const auto& plan) {
      return plan.first.find("UNION ALL") != std::string::npos;
    });
  };
  CHECK_FALSE(walks_both({.has_due_date = true}));
  CHECK_FALSE(walks_both({.has_due_date = false}));
  const TaskFilter before{.due_before = due_moment(std::chrono::days(20'001))};
  CHECK_FALSE(walks_both(before));
  // What was found out is asked again once there is another task.
  const TaskPage open = list({.limit = 40, .completed = false});
  connection.tasks.remove(ann.id, open.tasks.front().id);
  add(true, day);
  CHECK(walks_both(before));
}

TEST_CASE_FIXTURE(ListFixture,
                  "store/sqlite/task_list: tasks of some priorities or of none are found by two "
                  "searches of one index") {
  for (int i = 0; i < 40; ++i) add_varied(i);
  const TaskFilter filter{.priorities = 0b10010};
  std::vector<support::Uuid> expected;
  for (const Task& task : list({.limit = 40}).tasks) {
    if (!task.priority || *task.priority == Priority::medium) expected.push_back(task.id);
  }
  const TaskPage page = list({.limit = 40, .filter = filter});
  CHECK(page.total == 20);
  REQUIRE(page.tasks.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(page.tasks[i].id.bytes == expected[i].bytes);
  }
  int with_filter = 0;
  for (const auto& [sql, plan] : list_plans()) {
    if (sql.find("t.priority IS NULL") == std::string::npos) continue;
    CAPTURE(sql);
    CAPTURE(plan);
    ++with_filter;
    const std::string search = "tasks_by_priority (owner=? AND is_completed=? AND priority=?)";
    const std::size_t first = plan.find(search);
    REQUIRE(first != std::string::npos);
    CHECK(plan.find(search, first + 1) != std::string::npos);
    CHECK(plan.find("tasks_by_completion") == std::string::npos);
  }
  CHECK(with_filter == 2);  // the count and the page
}

TEST_CASE_FIXTURE(ListFixture,
                  "store/sqlite/task_list: what was costly to find out about a filter is not found "
                  "out again before a task changes") {
  for (int i = 0; i < 200; ++i) {
    Task task = new_task(ann, "bread");
    task.tags = {"home"};
    if (i < 3) task.priority = Priority::high;
    connection.tasks.add(task);
  }
  add_task(ann, "a zebra");
  int counts = 0;
  sqlite3_trace_v2(
      connection.database().getHandle(), SQLITE_TRACE_STMT,
      [](unsigned, void* context, void*, void* text) {
        *static_cast<int*>(context) +=
            int{std::string_view(static_cast<const char*>(text)).starts_with("SELECT count(*)")};
        return 0;
      },
      &counts);
  const auto counts_for = [&](const TaskFilter& filter, std::int64_t total) {
    counts = 0;
    const TaskPage page = list({.limit = 2, .filter = filter, .order = {TaskKey::title, true}});
    CHECK(page.total == total);
    return counts;
  };
  const TaskFilter costly{.without_tags = {"home"}};
  const TaskFilter two_indexes{.tags = {"home"}, .has_due_date = false};
  const TaskFilter search{.search = support::parse_search("zebra")};
  const TaskFilter cheap{.priorities = 0b00100};
  CHECK(counts_for(costly, 1) == 1);
  CHECK(counts_for(two_indexes, 200) > 1);
  CHECK(counts_for(search, 1) == 1);
  CHECK(counts_for(cheap, 3) == 1);
  CHECK(counts_for(costly, 1) == 0);
  CHECK(counts_for(two_indexes, 200) == 0);
  CHECK(counts_for(search, 1) == 0);
  CHECK(counts_for(cheap, 3) == 1);
  add_task(ann, "another zebra");
  CHECK(counts_for(costly, 2) == 1);
  CHECK(counts_for(two_indexes, 200) > 1);
  CHECK(counts_for(search, 2) == 1);
  sqlite3_trace_v2(connection.database().getHandle(), 0, nullptr, nullptr);
}

TEST_CASE_FIXTURE(ListFixture, "store/sqlite/task_list: the statements that are kept are few") {
  for (int i = 0; i < 10; ++i) add_varied(i);
  const auto prepared = [&] { return list_plans().size(); };
  for (const TaskKey key : all_keys) {
    for (std::uint8_t priorities = 1; priorities < 32; ++priorities) {
      list({.limit = 3, .filter = {.priorities = priorities}, .order = {key, true}});
    }
  }
  CHECK(prepared() <= 64);
  CHECK(prepared() > 32);
}

TEST_CASE_FIXTURE(
    ListFixture,
    "store/sqlite/task_list: more than ten thousand tasks that match are not counted") {
  connection.begin_immediate.lend().step();
  for (int i = 0; i < max_counted; ++i) {
    Task task = new_task(ann, "task");
    task.priority = Priority::low;
    connection.tasks.add(task);
  }
  const TaskQuery query{.limit = 1, .filter = {.priorities = 0b00001}};
  CHECK(list(query).total == max_counted);
  CHECK(list(query).total_exact);
  Task one_more = new_task(ann, "task");
  one_more.priority = Priority::low;
  connection.tasks.add(one_more);
  CHECK(list(query).total == max_counted);
  CHECK_FALSE(list(query).total_exact);
  CHECK(list({.limit = 1}).total == max_counted + 1);
  CHECK(list({.limit = 1}).total_exact);
  connection.rollback.lend().step();
}

TEST_CASE_FIXTURE(ListFixture,
                  "store/sqlite/task_list: a kept total changes with the tasks that match") {
  const TaskFilter filter{.has_due_date = false};
  const auto counted = [&](std::optional<bool> completed) {
    const TaskTotals totals = *connection.totals.current(ann.id);
    const std::int64_t count = connection.task_list.count(ann.id, totals, completed, filter);
    const TaskPage page = list({.limit = 1, .completed = completed, .filter = filter});
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
  CHECK(connection.task_list.count(bob.id, *connection.totals.current(bob.id), false, filter) == 0);
}

TEST_CASE_FIXTURE(ListFixture,
                  "store/sqlite/task_list: a search that was asked before finds words that came "
                  "since, and each user their own") {
  const auto found = [&](const User& user) {
    connection.write_noted();
    const TaskQuery query{.limit = 10, .filter = {.search = support::parse_search("milk")}};
    return connection.task_list.list(user.id, *connection.totals.current(user.id), query)
        .tasks.size();
  };
  add_task(ann, "milk");
  CHECK(found(ann) == 1);
  CHECK(found(ann) == 1);
  const Task second = add_task(ann, "a milkshake");
  CHECK(found(ann) == 2);
  connection.tasks.remove(ann.id, second.id);
  CHECK(found(ann) == 1);
  connection.tasks.change(ann.id, add_task(ann, "bread").id, {.content = {.title = "milky way"}},
                          clock.now());
  CHECK(found(ann) == 2);
  const User bob = add_user("bob@example.com");
  CHECK(found(bob) == 0);
  add_task(bob, "milkman");
  CHECK(found(bob) == 1);
}

}  // namespace taskdock::store::sqlite
