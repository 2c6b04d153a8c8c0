#include "store/sqlite/task_list.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "store/sqlite/tag_table.h"
#include "store/sqlite/task_row.h"
#include "support/unicode.h"

namespace taskdock::store::sqlite {

namespace {

using Way = TaskSelection::Way;
using Part = TaskSelection::Part;
using Driver = TaskSelection::Driver;

/// How many statements are kept.
constexpr std::size_t max_kept = 64;

/// Up to how many tasks are counted to find out which index finds the fewest.
constexpr std::int64_t max_compared = 1000;

/// What was found out in fewer steps is found out again in no time, and is not kept; except of a
/// search, since what the index of words does is none of the steps.
constexpr std::int64_t min_kept_steps = 1000;

/// The indexes that find what one member of the filter accepts, with that member alone.
std::vector<std::pair<Driver, TaskFilter>> drivers_of(const TaskFilter& filter) {
  std::vector<std::pair<Driver, TaskFilter>> drivers;
  if (!filter.search.empty()) drivers.push_back({Driver::words, {.search = filter.search}});
  for (const std::string& tag : filter.tags) drivers.push_back({Driver::tag, {.tags = {tag}}});
  if (filter.due_before || filter.due_from || filter.has_due_date) {
    drivers.push_back({Driver::due_date,
                       {.has_due_date = filter.has_due_date,
                        .due_before = filter.due_before,
                        .due_from = filter.due_from}});
  }
  if (filter.priorities) {
    drivers.push_back({Driver::priority, {.priorities = filter.priorities}});
  }
  if (filter.updated_since) {
    drivers.push_back({Driver::update, {.updated_since = filter.updated_since}});
  }
  return drivers;
}

}  // namespace

TaskList::TaskList(SQLite::Database& database, UserNumbers& numbers, WordIndex& words)
    : numbers_(numbers), words_(words), statements_(database, max_kept) {}

LentStatement TaskList::lend(const TaskSelection& selection) {
  return statements_.lend(selection.shape(), [&] { return selection.sql(); });
}

std::int64_t TaskList::count(const TaskSelection& selection) {
  LentStatement count = lend(selection);
  selection.bind(count);
  count.step();
  steps_ += count.take_steps();
  return count.integer();
}

/// Which words begin with a word of the search costs a walk over all places of each of them, as
/// FTS5 looks for the next word.
std::string TaskList::expression(const support::Uuid& owner, const TaskTotals& totals,
                                 const std::vector<support::SearchTerm>& search) {
  WordsQuestion question{owner, totals.revision, search};
  if (const std::string* const known = expressions_.find(question)) return *known;
  std::string expression = words_.expression(numbers_.of(owner), search);
  expressions_.keep(std::move(question), expression);
  return expression;
}

std::int64_t TaskList::count(const support::Uuid& owner, const TaskTotals& totals,
                             std::optional<bool> completed, const TaskFilter& filter) {
  return std::min(match(owner, totals, completed, filter).count, max_counted);
}

std::optional<bool> TaskList::only_kind(TaskSelection selection, const TaskTotals& totals) {
  FilterQuestion question{*selection.owner, totals.revision, {}, *selection.filter};
  if (const auto* const known = only_kinds_.find(question)) return *known;
  selection.way = Way::count;
  selection.order = {};
  selection.after = nullptr;
  selection.limit = 1;
  selection.offset = 0;
  std::optional<bool> only;
  for (const bool completed : {false, true}) {
    selection.completed = completed;
    if (!only && count(selection) == 0) only = !completed;
  }
  only_kinds_.keep(std::move(question), only);
  return only;
}

/// Counts what each index finds, as long as it is less than another finds, and then all that
/// matches.
TaskList::FilterAnswer TaskList::find_out(TaskSelection selection) {
  FilterAnswer answer;
  const auto drivers = drivers_of(*selection.filter);
  const auto choose = [&](const std::pair<Driver, TaskFilter>& driver) {
    answer.driver = driver.first;
    if (driver.first == Driver::tag) answer.driver_tag = tag_keys(driver.second.tags).front();
  };
  if (!drivers.empty()) choose(drivers.front());
  if (drivers.size() > 1) {
    std::int64_t fewest = max_compared + 1;
    for (const auto& driver : drivers) {
      const bool is_search = driver.first == Driver::words;
      const TaskSelection alone{.way = Way::count,
                                .driver = driver.first,
                                .owner = selection.owner,
                                .owner_number = selection.owner_number,
                                .completed = selection.completed,
                                .filter = &driver.second,
                                .tag_keys = tag_keys(driver.second.tags),
                                .match = is_search ? selection.match : std::string(),
                                .limit = fewest};
      const std::int64_t found = count(alone);
      if (found >= fewest) continue;
      fewest = found;
      choose(driver);
    }
  }
  answer.drive(selection);
  selection.limit = max_counted + 1;
  answer.count = count(selection);
  return answer;
}

void TaskList::FilterAnswer::drive(TaskSelection& selection) const {
  selection.driver = driver;
  if (driver != Driver::tag) return;
  std::iter_swap(selection.tag_keys.begin(),
                 std::find(selection.tag_keys.begin(), selection.tag_keys.end(), driver_tag));
}

TaskList::Matches TaskList::match(const support::Uuid& owner, const TaskTotals& totals,
                                  std::optional<bool> completed, const TaskFilter& filter) {
  Matches matches{.selection = {.way = Way::count,
                                .owner = &owner,
                                .owner_number = numbers_.of(owner),
                                .completed = completed,
                                .filter = &filter}};
  if (filter.is_nothing) return matches;
  if (filter == TaskFilter{}) {
    matches.count = totals.total;
    if (completed) matches.count = *completed ? totals.completed : totals.total - totals.completed;
    return matches;
  }
  TaskSelection& selection = matches.selection;
  selection.tag_keys = tag_keys(filter.tags);
  selection.without_tag_keys = tag_keys(filter.without_tags);
  if (!filter.search.empty()) {
    selection.match = expression(owner, totals, filter.search);
    selection.match_is_slow = WordIndex::is_slow(selection.match);
  }
  FilterQuestion question{owner, totals.revision, completed, filter};
  if (const FilterAnswer* const known = answers_.find(question)) {
    known->drive(selection);
    matches.count = known->count;
    return matches;
  }
  const std::int64_t steps_before = steps_;
  FilterAnswer answer = find_out(selection);
  answer.drive(selection);
  matches.count = answer.count;
  if (steps_ - steps_before >= min_kept_steps || !filter.search.empty()) {
    answers_.keep(std::move(question), std::move(answer));
  }
  return matches;
}

TaskPage TaskList::list(const support::Uuid& owner, const TaskTotals& totals,
                        const TaskQuery& query) {
  TaskPage page;
  const bool is_filtered = !(query.filter == TaskFilter{});
  auto [selection, matching] = match(owner, totals, query.completed, query.filter);
  page.total_exact = !is_filtered || matching <= max_counted;
  page.total = page.total_exact ? matching : max_counted;
  // There is nothing to find, and an offset costs a step for each task that it skips.
  if (page.total_exact && query.offset >= page.total) return page;

  selection.order = query.order;
  selection.after = query.after ? &*query.after : nullptr;
  selection.limit = query.limit + 1;
  selection.offset = query.offset;
  page.tasks.reserve(static_cast<std::size_t>(
      std::min(query.limit, page.total_exact ? page.total - query.offset : query.limit)));
  SortValue value;
  // Sorting costs a step for each task that matches; walking, for each task that is on the page, as
  // many as there are tasks to one that matches.
  const auto sorting_is_faster = [&] {
    return page.total * page.total <= (query.offset + query.limit) * totals.total;
  };
  // The offset is below the total, if that is exact: no product is too large.
  if (is_filtered && page.total_exact && query.order.key != TaskKey::relevance &&
      sorting_is_faster()) {
    selection.way = Way::sort;
    read(selection, query.limit, page, value);
    return page;
  }
  // A search finds tasks of both kinds at once.
  if (is_filtered && !query.completed && query.filter.search.empty()) {
    selection.completed = only_kind(selection, totals);
  }
  selection.way = Way::walk;
  if (query.order.key == TaskKey::relevance) {
    selection.driver = Driver::words;
  } else if ((selection.driver != Driver::tag && selection.driver != Driver::words) ||
             query.order.key != TaskKey::created_at) {
    selection.driver = Driver::completion;
  }
  const std::string match = selection.match;
  if (!may_be_absent(query.order.key)) {
    read(selection, query.limit, page, value);
    return page;
  }
  // First the tasks that have the value, then those without.
  if (!query.after || query.after->value.index() != 0) {
    selection.part = Part::with_value;
    if (query.order.key == TaskKey::relevance) selection.match = WordIndex::in_title(match);
    read(selection, query.limit, page, value);
    if (page.last) return page;
    if (page.tasks.empty() && selection.offset > 0) {
      TaskSelection skipped = selection;
      skipped.way = Way::count;
      skipped.limit = skipped.offset;
      skipped.offset = 0;
      selection.offset -= count(skipped);
    } else {
      selection.offset = 0;
    }
    selection.after = nullptr;
    selection.limit = query.limit + 1 - static_cast<std::int64_t>(page.tasks.size());
  }
  selection.part = Part::without_value;
  if (query.order.key == TaskKey::relevance) selection.match = WordIndex::not_in_title(match);
  read(selection, query.limit, page, value);
  return page;
}

/// Adds what the selection finds to the page, until that has `limit` tasks. `value` is that of the
/// page's last task.
void TaskList::read(const TaskSelection& selection, std::int64_t limit, TaskPage& page,
                    SortValue& value) {
  if (selection.is_walk_by_number()) return read_by_number(selection, limit, page, value);
  LentStatement rows = lend(selection);
  selection.bind(rows);
  while (rows.step()) {
    if (std::cmp_equal(page.tasks.size(), limit)) {
      page.last = TaskPlace{std::move(value), page.tasks.back().id};
      return;
    }
    read_task(rows, *selection.owner, page.tasks.emplace_back());
    if (selection.order.key != TaskKey::created_at) rows.read(value);
  }
}

/// The same where rows are in the order of their numbers: those of one millisecond are read
/// together and put into the order of their ids.
void TaskList::read_by_number(TaskSelection selection, std::int64_t limit, TaskPage& page,
                              SortValue& value) {
  std::int64_t to_skip = std::exchange(selection.offset, 0);
  selection.limit = std::numeric_limits<std::int64_t>::max();
  const bool descending = selection.order.descending;
  std::vector<Task> same_moment;
  /// Adds them to the page; returns whether it is full, and more follow.
  const auto add = [&] {
    std::sort(same_moment.begin(), same_moment.end(), [&](const Task& a, const Task& b) {
      const int order = std::memcmp(a.id.bytes.data(), b.id.bytes.data(), a.id.bytes.size());
      return descending ? order > 0 : order < 0;
    });
    for (Task& task : same_moment) {
      if (to_skip > 0) {
        --to_skip;
      } else if (std::cmp_equal(page.tasks.size(), limit)) {
        page.last = TaskPlace{value, page.tasks.back().id};
        return true;
      } else {
        page.tasks.push_back(std::move(task));
        value = selection.order.key == TaskKey::relevance && selection.part == Part::with_value
                    ? SortValue(std::int64_t{1})
                    : SortValue();
      }
    }
    same_moment.clear();
    return false;
  };
  LentStatement rows = lend(selection);
  selection.bind(rows);
  while (rows.step()) {
    Task task = read_task(rows, *selection.owner);
    const bool is_same = !same_moment.empty() && WordIndex::first_number(task.id) ==
                                                     WordIndex::first_number(same_moment[0].id);
    if (!is_same && add()) return;
    same_moment.push_back(std::move(task));
  }
  add();
}

}  // namespace taskdock::store::sqlite
