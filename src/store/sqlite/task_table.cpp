#include "store/sqlite/task_table.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "store/errors.h"
#include "store/sqlite/task_row.h"
#include "support/unicode.h"

namespace taskdock::store::sqlite {

namespace {

// OR FAIL, here and below: what a statement has changed before it failed may stay, since its change
// is rolled back as a whole. Otherwise SQLite would keep a copy of each page for that
// (sqlite.org/lang_conflict.html).
const std::string insert_sql = "INSERT OR FAIL INTO tasks (" + task_columns() +
                               ", owner, title_key, search_id) VALUES (" + task_parameters() +
                               ", ?, ?, ?)";

// What follows the columns of a task in an INSERT.
constexpr int further_columns = 3;

const std::string insert_all_sql =
    "INSERT OR FAIL INTO tasks (" + task_columns() + ", owner, title_key, search_id) SELECT " +
    source_columns(task_column_count() + further_columns) + " FROM taskdock_rows(?)";

/// Tasks of one owner as rows of the table.
class TaskRows : public RowSource {
 public:
  TaskRows(const std::vector<Task>& tasks, UserNumber owner) : tasks_(tasks), owner_(owner) {}

  void add(std::string title_key, std::int64_t search_id) {
    keys_.push_back({std::move(title_key), search_id});
  }
  std::int64_t search_id(std::size_t row) const { return keys_[row].search_id; }

  std::size_t count() const override { return keys_.size(); }
  void bind_row(std::size_t row, RowValues& values) const override {
    const Task& task = tasks_[row];
    bind_task(values, task);
    values.bind(owner_).bind(keys_[row].title).bind(keys_[row].search_id);
  }

 private:
  struct Keys {
    std::string title;
    std::int64_t search_id;
  };

  const std::vector<Task>& tasks_;
  const UserNumber owner_;
  std::vector<Keys> keys_;
};

// By itself SQLite would search tasks_by_id and then the table, here and below; NOT INDEXED makes
// it search the primary key.
const std::string find_sql =
    "SELECT " + selected_task() + ", search_id FROM tasks NOT INDEXED WHERE owner = ? AND id = ?";

/// How many statements that change a task are kept, one for each set of columns.
constexpr std::size_t max_kept_changes = 32;

/// `task` as `change` makes it at `now`, but for its revision and the spelling of its tags.
Task changed_task(const Task& task, const TaskChange& change, support::Timestamp now) {
  using Completion = TaskChange::Completion;
  Task changed = task;
  // Moves on every change, and never back, whatever the clock does.
  changed.updated_at = std::max(now, task.updated_at + std::chrono::microseconds(1));
  for_each_task_member<TaskContentChange, TaskContent>([&](auto from, auto to) {
    if (change.content.*from) changed.*to = *(change.content.*from);
  });
  if (change.completion != Completion::keep) {
    changed.is_completed = change.completion == Completion::completed ||
                           (change.completion == Completion::toggle && !task.is_completed);
  }
  if (!changed.is_completed) {
    changed.completed_at.reset();
  } else if (!changed.completed_at) {
    changed.completed_at = changed.updated_at;
  }
  return changed;
}

/// Calls `visit(name, differs, value)` for each column that a change may change, beside the time
/// and the revision, which always do.
template <class Visit>
void compare_columns(const Task& before, const Task& after, const std::string& title_key,
                     Visit visit) {
  for_each_content_column([&](const auto& column) {
    const auto& value = after.*column.member;
    visit(column.name, value != before.*column.member, value);
  });
  visit("title_key", after.title != before.title, title_key);
  visit("is_completed", after.is_completed != before.is_completed,
        std::int64_t{after.is_completed});
  visit("completed_at", after.completed_at != before.completed_at, after.completed_at);
}

}  // namespace

TaskTable::TaskTable(SQLite::Database& database, UserNumbers& numbers, TotalTable& totals,
                     TagTable& tags, WordIndex& words)
    : numbers_(numbers),
      totals_(totals),
      tags_(tags),
      words_(words),
      insert_(database, insert_sql.c_str()),
      insert_all_(database, insert_all_sql.c_str()),
      find_(database, find_sql.c_str()),
      // A task whose owner was deleted is a leftover, and does not exist for anybody.
      exists_(database,
              "SELECT 1 FROM tasks AS t INDEXED BY tasks_by_id CROSS JOIN users AS u"
              " ON u.number = t.owner WHERE t.id = ?"),
      has_id_(database, "SELECT 1 FROM tasks INDEXED BY tasks_by_id WHERE id = ?"),
      changes_(database, max_kept_changes),
      set_next_(database,
                "UPDATE tasks NOT INDEXED SET next_task_id = ? WHERE owner = ? AND id = ?"),
      remove_(database, "DELETE FROM tasks NOT INDEXED WHERE owner = ? AND id = ?"),
      largest_id_(database, "SELECT max(id) FROM tasks INDEXED BY tasks_by_id") {}

Task TaskTable::add(Task task) {
  auto totals = totals_.current(task.user_id);
  // The owner was deleted after the request came in.
  if (!totals) throw UserNotFound();
  task.revision = ++totals->revision;
  tags_.adopt(task.user_id, task.tags);
  const std::string title_key = support::fold(task.title);
  const UserNumber owner = numbers_.of(task.user_id);
  const std::int64_t search_id = words_.new_number(owner, task.id);
  {
    LentStatement insert = insert_.lend();
    bind_task(insert, task);
    insert.bind(owner).bind(title_key).bind(search_id).step();
  }
  ++totals->total;
  totals->completed += int{task.is_completed};
  totals_.set(task.user_id, *totals);
  tags_.replace(task, {});
  words_.add(owner, task, search_id);
  return task;
}

void TaskTable::add_all(std::vector<Task>& tasks) {
  if (tasks.empty()) return;
  const support::Uuid user = tasks.front().user_id;
  auto totals = totals_.current(user);
  if (!totals) throw UserNotFound();
  const UserNumber owner = numbers_.of(user);
  TaskRows rows(tasks, owner);
  WordIndex::GivenNumbers given;
  for (Task& task : tasks) {
    task.revision = ++totals->revision;
    ++totals->total;
    totals->completed += int{task.is_completed};
    tags_.adopt(user, task.tags);
    rows.add(support::fold(task.title), words_.new_number(owner, task.id, given));
  }
  insert_all_.lend().bind(rows).step();
  totals_.set(user, *totals);
  tags_.attach_all(tasks);
  for (std::size_t i = 0; i < tasks.size(); ++i) words_.add(owner, tasks[i], rows.search_id(i));
}

std::optional<TaskTable::Numbered> TaskTable::find_numbered(const support::Uuid& owner,
                                                            const support::Uuid& id) {
  LentStatement find = find_.lend();
  if (!find.bind(numbers_.of(owner)).bind(id).step()) return std::nullopt;
  std::optional<Numbered> found(std::in_place);
  read_task(find, owner, found->task);
  found->number = find.integer();
  return found;
}

TaskTable::Numbered TaskTable::require_numbered(const support::Uuid& owner,
                                                const support::Uuid& id) {
  auto found = find_numbered(owner, id);
  if (!found) throw_missing(id);
  return *std::move(found);
}

std::optional<Task> TaskTable::find_own(const support::Uuid& owner, const support::Uuid& id) {
  auto found = find_numbered(owner, id);
  if (!found) return std::nullopt;
  return std::move(found->task);
}

bool TaskTable::has_id(const support::Uuid& id) {
  return has_id_.lend().bind(id).step();
}

Task TaskTable::find(const support::Uuid& owner, const support::Uuid& id) {
  return require_numbered(owner, id).task;
}

TaskTable::Changed TaskTable::change(const support::Uuid& owner, const support::Uuid& id,
                                     const TaskChange& change, support::Timestamp now) {
  auto totals = totals_.current(owner);
  // What is left of a deleted owner is nobody's.
  if (!totals) throw_missing(id);
  Numbered found = require_numbered(owner, id);
  const Task& before = found.task;
  Task after = changed_task(before, change, now);
  if (change.content.tags) tags_.adopt(owner, after.tags);
  after.revision = ++totals->revision;

  const UserNumber number = numbers_.of(owner);
  const bool has_new_title = after.title != before.title;
  const std::string title_key = has_new_title ? support::fold(after.title) : std::string();
  std::uint64_t shape = 0;
  compare_columns(before, after, title_key, [&](const char*, bool differs, const auto&) {
    shape = shape << 1 | std::uint64_t{differs};
  });
  {
    // SQLite writes each index that has a column which is set, also to the same value: so only the
    // columns that differ are named.
    LentStatement update = changes_.lend(shape, [&] {
      std::string sql = "UPDATE OR FAIL tasks NOT INDEXED SET updated_at = ?, revision = ?";
      compare_columns(before, after, title_key, [&](const char* name, bool differs, const auto&) {
        if (differs) sql.append(", ").append(name).append(" = ?");
      });
      return sql + " WHERE owner = ? AND id = ?";
    });
    update.bind(after.updated_at).bind(after.revision);
    compare_columns(before, after, title_key, [&](const char*, bool differs, const auto& value) {
      if (differs) update.bind(value);
    });
    update.bind(number).bind(id).step();
  }
  totals->completed += int{after.is_completed} - int{before.is_completed};
  totals_.set(owner, *totals);
  if (after.tags != before.tags) {
    tags_.replace(after, before.tags);
  } else if (after.is_completed != before.is_completed) {
    tags_.set_completion(after);
  }
  if (has_new_title || after.description != before.description || after.tags != before.tags) {
    words_.change(number, before, after, found.number);
  }
  return {std::move(found.task), std::move(after)};
}

Task TaskTable::remove(const support::Uuid& owner, const support::Uuid& id) {
  auto totals = totals_.current(owner);
  if (!totals) throw_missing(id);
  Numbered found = require_numbered(owner, id);
  Task& removed = found.task;
  const UserNumber number = numbers_.of(owner);
  remove_.lend().bind(number).bind(id).step();
  words_.remove(number, removed, found.number);
  const std::vector<std::string> tags = std::exchange(removed.tags, {});
  tags_.replace(removed, tags);
  removed.tags = tags;
  --totals->total;
  totals->completed -= int{removed.is_completed};
  removed.revision = ++totals->revision;
  totals_.set(owner, *totals);
  return std::move(removed);
}

void TaskTable::set_next(const Task& task) {
  set_next_.lend().bind(task.next_task_id).bind(numbers_.of(task.user_id)).bind(task.id).step();
}

std::optional<support::Uuid> TaskTable::largest_id() {
  LentStatement largest = largest_id_.lend();
  largest.step();
  return largest.optional_uuid();
}

void TaskTable::throw_missing(const support::Uuid& id) {
  if (exists_.lend().bind(id).step()) throw NotTheOwner();
  throw TaskNotFound();
}

}  // namespace taskdock::store::sqlite
