#include "store/sqlite/tag_table.h"

#include <algorithm>

#include "store/errors.h"
#include "support/unicode.h"

namespace taskdock::store::sqlite {

namespace {

// Of one user, so that the list of them, which is read and answered as a whole, stays small.
constexpr std::int64_t max_tags = 10'000;

bool contains(const std::vector<std::string>& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// Tags of tasks as rows of the table task_tags.
class TaskTagRows : public RowSource {
 public:
  explicit TaskTagRows(UserNumber owner) : owner_(owner) {}

  void add(const Task& task, std::string key) { rows_.push_back({&task, std::move(key)}); }

  std::size_t count() const override { return rows_.size(); }
  void bind_row(std::size_t row, RowValues& values) const override {
    const auto& [task, key] = rows_[row];
    values.bind(owner_).bind(key).bind(std::int64_t{task->is_completed}).bind(task->id);
  }

 private:
  struct Row {
    const Task* task;
    std::string key;
  };
  const UserNumber owner_;
  std::vector<Row> rows_;
};

Tag read_tag(LentStatement& row) {
  Tag tag;
  tag.name = row.text();
  tag.open = row.integer();
  tag.total = row.integer();
  return tag;
}

}  // namespace

std::vector<std::string> tag_keys(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  keys.reserve(names.size());
  for (const std::string& name : names) keys.push_back(support::fold(name));
  return keys;
}

TagTable::TagTable(SQLite::Database& database, UserNumbers& numbers)
    : numbers_(numbers),
      find_(database, "SELECT name, open, total FROM tags WHERE owner = ? AND key = ?"),
      is_above_(database, "SELECT 1 FROM tags WHERE owner = ? LIMIT 1 OFFSET ?"),
      insert_(database, "INSERT INTO tags (owner, key, name) VALUES (?, ?, ?)"),
      attach_(database,
              "INSERT OR IGNORE INTO task_tags (owner, key, is_completed, id) VALUES (?, ?, ?, ?)"),
      attach_all_(database,
                  "INSERT OR FAIL INTO task_tags (owner, key, is_completed, id)"
                  " SELECT c0, c1, c2, c3 FROM taskdock_rows(?)"),
      set_completion_(database,
                      "UPDATE OR FAIL task_tags SET is_completed = ?3"
                      " WHERE owner = ?1 AND key = ?2 AND is_completed = 1 - ?3 AND id = ?4"),
      detach_(database,
              "DELETE FROM task_tags"
              " WHERE owner = ? AND key = ? AND is_completed IN (0, 1) AND id = ?"
              " RETURNING is_completed"),
      // A number that was wrong before, and would become impossible, stays as it is: taskdock check
      // finds it. An error would be one of all changes that share the transaction.
      add_to_(database,
              "UPDATE OR IGNORE tags SET open = open + ?, total = total + ? WHERE owner = ? AND "
              "key = ?"),
      remove_(database, "DELETE FROM tags WHERE owner = ? AND key = ?"),
      tasks_with_(database, "SELECT id FROM task_tags WHERE owner = ? AND key = ?"),
      respell_(database, "UPDATE tags SET name = ? WHERE owner = ? AND key = ?"),
      list_(database,
            "SELECT name, open, total FROM tags WHERE owner = ?"
            " ORDER BY total DESC, key") {}

TagTable::Known& TagTable::known(UserNumber owner, const std::string& key) {
  return known_[{owner, key}];
}

void TagTable::note(Known& tag, Count more) {
  if (!expects_many_) noted_.push_back({&tag, more});  // first: there may be no memory for it
  tag.more.open += more.open;
  tag.more.total += more.total;
}

void TagTable::forget_since(std::size_t count) {
  if (count == 0) return forget_all();
  for (; noted_.size() > count; noted_.pop_back()) {
    const Change& change = noted_.back();
    change.of->more.open -= change.more.open;
    change.of->more.total -= change.more.total;
  }
  // It may have been added or respelled since.
  for (auto& [key, tag] : known_) tag.name.reset();
}

void TagTable::write() {
  for (const auto& [key, tag] : known_) {
    if (tag.more.open == 0 && tag.more.total == 0) continue;
    add_to_.lend().bind(tag.more.open).bind(tag.more.total).bind(key.first).bind(key.second).step();
  }
  forget_all();
}

void TagTable::forget_all() {
  noted_.clear();
  known_.clear();
}

void TagTable::adopt(const support::Uuid& user, std::vector<std::string>& names) {
  const UserNumber owner = numbers_.of(user);
  std::vector<std::string> new_keys;
  std::vector<std::string> new_names;
  for (std::string& name : names) {
    std::string key = support::fold(name);
    Known& tag = known(owner, key);
    if (!tag.name) {
      LentStatement row = find_.lend();
      if (row.bind(owner).bind(key).step()) tag.name = row.text();
    }
    if (tag.name) {
      name = *tag.name;
    } else {
      new_keys.push_back(std::move(key));
      new_names.push_back(name);
    }
  }
  if (new_keys.empty()) return;
  const auto room = max_tags - static_cast<std::int64_t>(new_keys.size());
  if (is_above_.lend().bind(owner).bind(room).step()) throw TooManyTags();
  for (std::size_t i = 0; i < new_keys.size(); ++i) {
    insert_.lend().bind(owner).bind(new_keys[i]).bind(new_names[i]).step();
    known(owner, new_keys[i]).name = new_names[i];
  }
}

void TagTable::add_unless_known(const support::Uuid& user, const std::string& key,
                                const std::string& name) {
  const UserNumber owner = numbers_.of(user);
  if (find_.lend().bind(owner).bind(key).step()) return;
  insert_.lend().bind(owner).bind(key).bind(name).step();
}

void TagTable::replace(const Task& task, const std::vector<std::string>& before) {
  const UserNumber owner = numbers_.of(task.user_id);
  const std::vector<std::string> old_keys = tag_keys(before);
  const std::vector<std::string> keys = tag_keys(task.tags);
  for (const std::string& key : keys) {
    if (contains(old_keys, key)) {
      set_completion(owner, task, key);
    } else {
      attach(owner, task, key);
    }
  }
  for (const std::string& key : old_keys) {
    if (!contains(keys, key)) detach(owner, task, key);
  }
}

void TagTable::attach_all(const std::vector<Task>& tasks) {
  if (tasks.empty()) return;
  const UserNumber owner = numbers_.of(tasks.front().user_id);
  TaskTagRows rows(owner);
  for (const Task& task : tasks) {
    for (std::string& key : tag_keys(task.tags)) {
      note_attached(owner, task, key);
      rows.add(task, std::move(key));
    }
  }
  attach_all_.lend().bind(rows).step();
}

void TagTable::attach(UserNumber owner, const Task& task, const std::string& key) {
  LentStatement attach = attach_.lend();
  attach.bind(owner).bind(key).bind(std::int64_t{task.is_completed}).bind(task.id).step();
  // One that is there already, against what the task says, was wrong before: taskdock check finds
  // it.
  if (attach.changed_rows() > 0) note_attached(owner, task, key);
}

void TagTable::note_attached(UserNumber owner, const Task& task, const std::string& key) {
  note(known(owner, key), {.open = task.is_completed ? 0 : 1, .total = 1});
}

void TagTable::detach(UserNumber owner, const Task& task, const std::string& key) {
  Known& tag = known(owner, key);
  {
    LentStatement detached = detach_.lend();
    if (!detached.bind(owner).bind(key).bind(task.id).step()) return;
    note(tag, {.open = detached.integer() - 1, .total = -1});
  }
  Count kept;
  {
    LentStatement row = find_.lend();
    if (!row.bind(owner).bind(key).step()) return;
    const Tag there = read_tag(row);
    kept = {.open = there.open, .total = there.total};
  }
  if (kept.total + tag.more.total > 0) return;
  // It was the last. What is noted goes with the row.
  remove_.lend().bind(owner).bind(key).step();
  note(tag, kept);
  tag.name.reset();
}

void TagTable::set_completion(const Task& task) {
  const UserNumber owner = numbers_.of(task.user_id);
  for (const std::string& key : tag_keys(task.tags)) set_completion(owner, task, key);
}

void TagTable::set_completion(UserNumber owner, const Task& task, const std::string& key) {
  LentStatement update = set_completion_.lend();
  update.bind(owner).bind(key).bind(std::int64_t{task.is_completed}).bind(task.id).step();
  if (update.changed_rows() > 0) {
    note(known(owner, key), {.open = task.is_completed ? -1 : 1});
  }
}

std::vector<support::Uuid> TagTable::tasks_with(const support::Uuid& owner,
                                                const std::string& key) {
  std::vector<support::Uuid> ids;
  LentStatement tasks = tasks_with_.lend();
  tasks.bind(numbers_.of(owner)).bind(key);
  while (tasks.step()) ids.push_back(tasks.uuid());
  if (ids.empty()) throw TagNotFound();
  return ids;
}

void TagTable::respell(const support::Uuid& user, const std::string& key, const std::string& name) {
  const UserNumber owner = numbers_.of(user);
  respell_.lend().bind(name).bind(owner).bind(key).step();
  known(owner, key).name = name;
}

Tag TagTable::find(const support::Uuid& user, const std::string& key) {
  const UserNumber owner = numbers_.of(user);
  LentStatement found = find_.lend();
  if (!found.bind(owner).bind(key).step()) throw TagNotFound();
  Tag tag = read_tag(found);
  const Count& more = known(owner, key).more;
  tag.open += more.open;
  tag.total += more.total;
  return tag;
}

std::vector<Tag> TagTable::list(const support::Uuid& owner) {
  std::vector<Tag> tags;
  LentStatement list = list_.lend();
  list.bind(numbers_.of(owner));
  while (list.step()) tags.push_back(read_tag(list));
  return tags;
}

}  // namespace taskdock::store::sqlite
