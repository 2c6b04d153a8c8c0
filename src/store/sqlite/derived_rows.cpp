#include "store/sqlite/derived_rows.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "store/sqlite/tag_table.h"
#include "support/fnv1a.h"
#include "support/unicode.h"

namespace taskdock::store::sqlite {

namespace {

/// What is counted of a user's tasks, in the order of the statements.
constexpr std::array counted_names = {"tasks", "completed tasks", "tasks in the trash",
                                      "kept answers", "bytes of kept answers"};

/// The columns of task_totals, of the user ?1, as they must be; the last is the largest revision.
constexpr const char* counts =
    "SELECT count(*), coalesce(sum(is_completed), 0),"
    " (SELECT count(*) FROM trash WHERE owner = ?1),"
    " (SELECT count(*) FROM kept_answers WHERE owner = ?1),"
    " (SELECT coalesce(sum(octet_length(headers) + octet_length(body)), 0)"
    "   FROM kept_answers WHERE owner = ?1),"
    " max(coalesce(max(revision), 0),"
    "   (SELECT coalesce(max(revision), 0) FROM trash WHERE owner = ?1),"
    "   (SELECT coalesce(max(revision), 0) FROM tombstones WHERE owner = ?1))"
    " FROM tasks NOT INDEXED WHERE owner = ?1";

/// A reminder that is due is removed, also while a check goes on beside a server.
constexpr std::chrono::hours longest_check{1};

/// That a task has a tag, in a sum of which the order does not matter.
std::uint64_t hash_of(const support::Uuid& task, const std::string& key, bool is_completed) {
  support::Fnv1a<std::uint64_t> hash;
  hash.add({reinterpret_cast<const char*>(task.bytes.data()), task.bytes.size()});
  hash.add(key);
  hash.add(is_completed ? "1" : "0");
  return hash.value();
}

}  // namespace

DerivedRows::DerivedRows(SQLite::Database& database, support::Timestamp now)
    : database_(database),
      still_to_come_(now + longest_check),
      kept_(database,
            "SELECT total, completed, trash, kept_answers, kept_bytes, revision FROM task_totals"
            " WHERE owner = ?"),
      counted_(database, counts),
      wrong_tags_(database,
                  "SELECT count(*) FROM ("
                  "SELECT * FROM (SELECT key, open, total FROM tags WHERE owner = ?1"
                  " EXCEPT SELECT key, sum(1 - is_completed), count(*) FROM task_tags"
                  " WHERE owner = ?1 GROUP BY key)"
                  " UNION ALL"
                  " SELECT * FROM (SELECT key, sum(1 - is_completed), count(*) FROM task_tags"
                  " WHERE owner = ?1 GROUP BY key"
                  " EXCEPT SELECT key, open, total FROM tags WHERE owner = ?1))"),
      tags_of_tasks_(database,
                     "SELECT id, is_completed, tags FROM tasks NOT INDEXED"
                     " WHERE owner = ? AND tags IS NOT NULL"),
      task_tags_(database, "SELECT id, is_completed, key FROM task_tags WHERE owner = ?"),
      wrong_keys_(database,
                  "SELECT count(*) FROM tasks NOT INDEXED"
                  " WHERE owner = ? AND title_key <> taskdock_fold(title)"),
      wrong_reminders_(database,
                       "SELECT count(*) FROM reminders AS r WHERE owner = ? AND NOT EXISTS"
                       " (SELECT 1 FROM tasks AS t NOT INDEXED WHERE t.owner = r.owner"
                       " AND t.id = r.id AND t.remind_at = r.remind_at AND NOT t.is_completed)"),
      missing_reminders_(
          database,
          "SELECT count(*) FROM tasks AS t NOT INDEXED WHERE owner = ? AND remind_at > ?"
          " AND NOT is_completed AND NOT EXISTS (SELECT 1 FROM reminders AS r NOT INDEXED"
          " WHERE r.owner = t.owner AND r.remind_at = t.remind_at AND r.id = t.id)"),
      remove_task_tags_(database, "DELETE FROM task_tags WHERE owner = ?"),
      add_task_tag_(database,
                    "INSERT OR IGNORE INTO task_tags (owner, key, is_completed, id)"
                    " VALUES (?, ?, ?, ?)"),
      add_tag_(database, "INSERT OR IGNORE INTO tags (owner, key, name) VALUES (?, ?, ?)") {}

void DerivedRows::check_common(const Report& report) {
  const std::int64_t kept = database_.execAndGet("SELECT total FROM user_total").getInt64();
  const std::int64_t counted = database_.execAndGet("SELECT count(*) FROM users").getInt64();
  if (kept != counted) {
    report("the kept number of users is " + std::to_string(kept) + ", and there are " +
           std::to_string(counted));
  }
  const std::int64_t last = database_.execAndGet("SELECT last_number FROM user_total").getInt64();
  const std::int64_t largest = database_.execAndGet("SELECT " LARGEST_USER_NUMBER).getInt64();
  if (last < largest) {
    report("the kept last number of a user is " + std::to_string(last) +
           ", and a user has, or had, the number " + std::to_string(largest));
  }
}

void DerivedRows::check_user(UserNumber user, const std::string& email, const Report& report) {
  check_totals(user, email, report);
  check_tags(user, email, report);
  if (const std::int64_t wrong = count(wrong_keys_, user); wrong > 0) {
    report(email +
           ": the key by which titles are sorted is wrong in tasks: " + std::to_string(wrong));
  }
  if (const std::int64_t wrong = count(wrong_reminders_, user); wrong > 0) {
    report(email + ": reminders without their task: " + std::to_string(wrong));
  }
  LentStatement missing = missing_reminders_.lend();
  missing.bind(user).bind(still_to_come_).step();
  if (const std::int64_t count = missing.integer(); count > 0) {
    report(email + ": tasks without their reminder: " + std::to_string(count));
  }
}

void DerivedRows::check_totals(UserNumber user, const std::string& email, const Report& report) {
  LentStatement kept = kept_.lend();
  if (!kept.bind(user).step()) {
    report(email + ": there are no kept numbers of tasks");
    return;
  }
  LentStatement counted = counted_.lend();
  counted.bind(user).step();
  for (const char* name : counted_names) {
    const std::int64_t is_kept = kept.integer();
    const std::int64_t is_there = counted.integer();
    if (is_kept == is_there) continue;
    report(email + ": the kept number of " + name + " is " + std::to_string(is_kept) +
           ", and there are " + std::to_string(is_there));
  }
  const std::int64_t revision = kept.integer();
  const std::int64_t largest = counted.integer();
  if (revision < largest) {
    report(email + ": the kept number of changes is " + std::to_string(revision) +
           ", and there is a change with the number " + std::to_string(largest));
  }
}

void DerivedRows::check_tags(UserNumber user, const std::string& email, const Report& report) {
  std::uint64_t expected = 0;
  {
    LentStatement tasks = tags_of_tasks_.lend();
    tasks.bind(user);
    while (tasks.step()) {
      const support::Uuid task = tasks.uuid();
      const bool is_completed = tasks.integer() != 0;
      std::vector<std::string> names;
      tasks.read(names);
      for (const std::string& key : tag_keys(names)) expected += hash_of(task, key, is_completed);
    }
  }
  std::uint64_t found = 0;
  {
    LentStatement tags = task_tags_.lend();
    tags.bind(user);
    while (tags.step()) {
      const support::Uuid task = tags.uuid();
      const bool is_completed = tags.integer() != 0;
      found += hash_of(task, tags.text(), is_completed);
    }
  }
  if (found != expected) {
    report(email + ": the index of tags has not the tags that the tasks have");
  }
  if (const std::int64_t wrong = count(wrong_tags_, user); wrong > 0) {
    report(email + ": tags whose kept numbers of tasks are wrong: " + std::to_string(wrong));
  }
}

std::int64_t DerivedRows::count(PreparedStatement& statement, UserNumber user) {
  LentStatement row = statement.lend();
  row.bind(user).step();
  return row.integer();
}

void DerivedRows::rebuild() {
  std::vector<UserNumber> users;
  {
    PreparedStatement all(database_, "SELECT number FROM users");
    LentStatement rows = all.lend();
    while (rows.step()) users.push_back(rows.column<UserNumber>());
  }
  database_.exec(
      "UPDATE user_total SET total = (SELECT count(*) FROM users),"
      " last_number = max(last_number, " LARGEST_USER_NUMBER
      ");"
      // What was forgotten of a user without this row nobody knows: see below.
      "INSERT OR IGNORE INTO task_totals (owner, pruned_revision) SELECT number, -1 FROM users;"
      "UPDATE tasks SET title_key = taskdock_fold(title) WHERE title_key <> taskdock_fold(title);"
      "DELETE FROM reminders WHERE NOT EXISTS (SELECT 1 FROM tasks AS t"
      " WHERE t.owner = reminders.owner AND t.id = reminders.id"
      " AND t.remind_at = reminders.remind_at AND NOT t.is_completed)");
  PreparedStatement add_reminders(database_,
                                  "INSERT OR IGNORE INTO reminders (owner, remind_at, id)"
                                  " SELECT owner, remind_at, id FROM tasks NOT INDEXED"
                                  " WHERE remind_at > ? AND NOT is_completed");
  add_reminders.lend().bind(still_to_come_).step();
  PreparedStatement set_totals(
      database_,
      "UPDATE task_totals SET (total, completed, trash, kept_answers, kept_bytes, revision) ="
      " (?2, ?3, ?4, ?5, ?6, max(revision, ?7)) WHERE owner = ?1");
  for (const UserNumber user : users) {
    LentStatement counted = counted_.lend();
    counted.bind(user).step();
    LentStatement totals = set_totals.lend();
    totals.bind(user);
    for (std::size_t i = 0; i < counted_names.size() + 1; ++i) totals.bind(counted.integer());
    totals.step();
    rebuild_tags(user);
  }
  // Devices of such a user must begin anew, and revisions may be given out again: as after a
  // restore.
  database_.exec(
      "UPDATE epoch SET epoch = randomblob(16)"
      " WHERE EXISTS (SELECT 1 FROM task_totals WHERE pruned_revision < 0);"
      "UPDATE task_totals SET pruned_revision = revision WHERE pruned_revision < 0");
}

void DerivedRows::rebuild_tags(UserNumber user) {
  remove_task_tags_.lend().bind(user).step();
  LentStatement tasks = tags_of_tasks_.lend();
  tasks.bind(user);
  while (tasks.step()) {
    const support::Uuid task = tasks.uuid();
    const std::int64_t is_completed = tasks.integer();
    std::vector<std::string> names;
    tasks.read(names);
    for (const std::string& name : names) {
      const std::string key = support::fold(name);
      add_task_tag_.lend().bind(user).bind(key).bind(is_completed).bind(task).step();
      add_tag_.lend().bind(user).bind(key).bind(name).step();
    }
  }
  PreparedStatement set_counts(
      database_,
      "UPDATE tags SET (open, total) = (SELECT coalesce(sum(1 - is_completed), 0), count(*)"
      " FROM task_tags AS t WHERE t.owner = tags.owner AND t.key = tags.key)"
      " WHERE owner = ?");
  set_counts.lend().bind(user).step();
  PreparedStatement remove_unused(database_, "DELETE FROM tags WHERE owner = ? AND total = 0");
  remove_unused.lend().bind(user).step();
}

}  // namespace taskdock::store::sqlite
