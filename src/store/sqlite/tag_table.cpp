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

TagTable::TagTable(SQLite::Database& database)
    : find_(database, "SELECT name, open, total FROM tags WHERE user_id = ? AND key = ?"),
      is_above_(database, "SELECT 1 FROM tags WHERE user_id = ? LIMIT 1 OFFSET ?"),
      insert_(database, "INSERT INTO tags (user_id, key, name) VALUES (?, ?, ?)"),
      attach_(database,
              "INSERT OR FAIL INTO task_tags (user_id, key, is_completed, id) VALUES (?, ?, ?, ?)"),
      set_completion_(database,
                      "UPDATE OR FAIL task_tags SET is_completed = ?3"
                      " WHERE user_id = ?1 AND key = ?2 AND is_completed = 1 - ?3 AND id = ?4"),
      detach_(database,
              "DELETE FROM task_tags"
              " WHERE user_id = ? AND key = ? AND is_completed IN (0, 1) AND id = ?"),
      tasks_with_(database, "SELECT id FROM task_tags WHERE user_id = ? AND key = ?"),
      respell_(database, "UPDATE tags SET name = ? WHERE user_id = ? AND key = ?"),
      list_(database,
            "SELECT name, open, total FROM tags WHERE user_id = ?"
            " ORDER BY total DESC, key") {}

void TagTable::adopt(const support::Uuid& owner, std::vector<std::string>& names) {
  std::vector<std::string> new_keys;
  std::vector<std::string> new_names;
  for (std::string& name : names) {
    std::string key = support::fold(name);
    LentStatement known = find_.lend();
    if (known.bind(owner).bind(key).step()) {
      name = known.text();
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
  }
}

void TagTable::add_unless_known(const support::Uuid& owner, const std::string& key,
                                const std::string& name) {
  if (find_.lend().bind(owner).bind(key).step()) return;
  insert_.lend().bind(owner).bind(key).bind(name).step();
}

void TagTable::replace(const Task& task, const std::vector<std::string>& before) {
  const std::vector<std::string> old_keys = tag_keys(before);
  const std::vector<std::string> keys = tag_keys(task.tags);
  for (const std::string& key : keys) {
    if (contains(old_keys, key)) {
      set_completion(task, key);
      continue;
    }
    attach_.lend()
        .bind(task.user_id)
        .bind(key)
        .bind(std::int64_t{task.is_completed})
        .bind(task.id)
        .step();
  }
  for (const std::string& key : old_keys) {
    if (!contains(keys, key)) detach_.lend().bind(task.user_id).bind(key).bind(task.id).step();
  }
}

void TagTable::set_completion(const Task& task) {
  for (const std::string& key : tag_keys(task.tags)) set_completion(task, key);
}

void TagTable::set_completion(const Task& task, const std::string& key) {
  set_completion_.lend()
      .bind(task.user_id)
      .bind(key)
      .bind(std::int64_t{task.is_completed})
      .bind(task.id)
      .step();
}

std::vector<support::Uuid> TagTable::tasks_with(const support::Uuid& owner,
                                                const std::string& key) {
  std::vector<support::Uuid> ids;
  LentStatement tasks = tasks_with_.lend();
  tasks.bind(owner).bind(key);
  while (tasks.step()) ids.push_back(tasks.uuid());
  if (ids.empty()) throw TagNotFound();
  return ids;
}

void TagTable::respell(const support::Uuid& owner, const std::string& key,
                       const std::string& name) {
  respell_.lend().bind(name).bind(owner).bind(key).step();
}

Tag TagTable::find(const support::Uuid& owner, const std::string& key) {
  LentStatement found = find_.lend();
  if (!found.bind(owner).bind(key).step()) throw TagNotFound();
  return read_tag(found);
}

std::vector<Tag> TagTable::list(const support::Uuid& owner) {
  std::vector<Tag> tags;
  LentStatement list = list_.lend();
  list.bind(owner);
  while (list.step()) tags.push_back(read_tag(list));
  return tags;
}

}  // namespace taskdock::store::sqlite
