#include "store/sqlite/task_table.h"

#include <string>
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
    "SELECT " + selected_task() + " FROM tasks NOT INDEXED WHERE owner = ? AND id = ?";

// What a change makes of a task's updated_at and is_completed.
#define TIME_OF_CHANGE "iif(?1 > updated_at, ?1, updated_at + 1)"
#define COMPLETION_AFTER_CHANGE \
  "CASE ?2 WHEN 0 THEN is_completed WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE 1 - is_completed END"

/// Each column of the content has two parameters: whether it changes, and to what. ?1 is the time,
/// which moves on every change and never back, whatever the clock does; ?2 a
/// TaskChange::Completion; ?3 the owner and ?4 the task; ?5 the key of a new title; ?6 the
/// revision.
const std::string change_sql =
    "UPDATE OR FAIL tasks NOT INDEXED SET updated_at = " TIME_OF_CHANGE "," +
    list_content([parameter = 7](const std::string& name) mutable {
      const std::string changes = '?' + std::to_string(parameter++);
      const std::string value = '?' + std::to_string(parameter++);
      return ' ' + name + " = iif(" + changes + ", " + value + ", " + name + "),";
    }) +
    " title_key = coalesce(?5, title_key),"
    " is_completed = " COMPLETION_AFTER_CHANGE ", completed_at = iif(" COMPLETION_AFTER_CHANGE
    ", coalesce(completed_at, " TIME_OF_CHANGE
    "), NULL),"
    " revision = ?6 WHERE owner = ?3 AND id = ?4 RETURNING " +
    selected_task();

const std::string remove_sql =
    "DELETE FROM tasks NOT INDEXED WHERE owner = ? AND id = ? RETURNING " + selected_task() +
    ", search_id";

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
      before_(database,
              "SELECT is_completed, title, description, tags, search_id FROM tasks NOT INDEXED"
              " WHERE owner = ? AND id = ?"),
      change_(database, change_sql.c_str()),
      set_next_(database,
                "UPDATE tasks NOT INDEXED SET next_task_id = ? WHERE owner = ? AND id = ?"),
      remove_(database, remove_sql.c_str()),
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

std::optional<Task> TaskTable::find_own(const support::Uuid& owner, const support::Uuid& id) {
  LentStatement find = find_.lend();
  if (!find.bind(numbers_.of(owner)).bind(id).step()) return std::nullopt;
  return read_task(find, owner);
}

bool TaskTable::has_id(const support::Uuid& id) {
  return has_id_.lend().bind(id).step();
}

Task TaskTable::find(const support::Uuid& owner, const support::Uuid& id) {
  LentStatement find = find_.lend();
  if (!find.bind(numbers_.of(owner)).bind(id).step()) throw_missing(id);
  return read_task(find, owner);
}

Task TaskTable::change(const support::Uuid& owner, const support::Uuid& id,
                       const TaskChange& change, support::Timestamp now) {
  static_assert(static_cast<int>(TaskChange::Completion::keep) == 0 &&
                static_cast<int>(TaskChange::Completion::open) == 1 &&
                static_cast<int>(TaskChange::Completion::completed) == 2);
  auto totals = totals_.current(owner);
  // What is left of a deleted owner is nobody's.
  if (!totals) throw_missing(id);
  const UserNumber number = numbers_.of(owner);
  TaskContentChange content = change.content;
  Task before;
  before.user_id = owner;
  std::int64_t search_id = 0;
  const bool changes_words = content.title || content.description || content.tags;
  const bool may_change_completion = change.completion != TaskChange::Completion::keep;
  if (changes_words || may_change_completion) {
    LentStatement row = before_.lend();
    if (!row.bind(number).bind(id).step()) throw_missing(id);
    before.is_completed = row.integer() != 0;
    row.read(before.title);
    row.read(before.description);
    row.read(before.tags);
    search_id = row.integer();
  }
  if (content.tags) tags_.adopt(owner, *content.tags);
  std::optional<std::string> title_key;
  if (content.title) title_key = support::fold(*content.title);

  Task changed;
  {
    LentStatement update = change_.lend();
    update.bind(now)
        .bind(static_cast<std::int64_t>(change.completion))
        .bind(number)
        .bind(id)
        .bind(title_key)
        .bind(++totals->revision);
    for_each_content_column<TaskContentChange>([&](const auto& column) {
      const auto& value = content.*column.member;
      update.bind(std::int64_t{value.has_value()});
      if (value) {
        update.bind(*value);
      } else {
        update.bind_null();
      }
    });
    if (!update.step()) throw_missing(id);
    read_task(update, owner, changed);
  }
  if (may_change_completion) {
    totals->completed += int{changed.is_completed} - int{before.is_completed};
  }
  totals_.set(owner, *totals);
  if (content.tags && changed.tags != before.tags) {
    tags_.replace(changed, before.tags);
  } else if (may_change_completion) {
    tags_.set_completion(changed);
  }
  if (changes_words &&
      !(changed.title == before.title && changed.description == before.description &&
        changed.tags == before.tags)) {
    words_.change(number, before, changed, search_id);
  }
  return changed;
}

Task TaskTable::remove(const support::Uuid& owner, const support::Uuid& id) {
  auto totals = totals_.current(owner);
  if (!totals) throw_missing(id);
  const UserNumber number = numbers_.of(owner);
  Task removed;
  {
    LentStatement remove = remove_.lend();
    if (!remove.bind(number).bind(id).step()) throw_missing(id);
    read_task(remove, owner, removed);
    words_.remove(number, removed, remove.integer());
  }
  const std::vector<std::string> tags = std::exchange(removed.tags, {});
  tags_.replace(removed, tags);
  removed.tags = tags;
  --totals->total;
  totals->completed -= int{removed.is_completed};
  removed.revision = ++totals->revision;
  totals_.set(owner, *totals);
  return removed;
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
