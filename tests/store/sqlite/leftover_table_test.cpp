#include "store/sqlite/leftover_table.h"

#include <doctest/doctest.h>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

struct TwoUsers : OpenDatabase {
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");

  void add_tasks(const User& owner, int count) {
    connection.begin_immediate.lend().step();
    for (int i = 0; i < count; ++i) add_task(owner, "task");
    connection.commit.lend().step();
  }

  /// Gives the session `count` spent tokens.
  void spend_tokens(const Session& session, int count) {
    SQLite::Statement insert(connection.database(),
                             "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n"
                             " WHERE i < ?1) INSERT INTO spent_refresh_tokens SELECT"
                             " CAST(?2 || printf('%016d', i) AS BLOB), ?2, 9, i, zeroblob(32),"
                             " zeroblob(16) FROM n");
    insert.bind(1, count);
    insert.bind(2, session.id.bytes.data(), static_cast<int>(session.id.bytes.size()));
    // The id and the number together are as long as a hash.
    insert.exec();
  }
};

}  // namespace

TEST_CASE_FIXTURE(TwoUsers, "store/sqlite/leftover_table: at first nothing is left") {
  CHECK_FALSE(connection.leftovers.any());
  CHECK_FALSE(connection.leftovers.remove_some().more);
}

TEST_CASE_FIXTURE(
    TwoUsers,
    "store/sqlite/leftover_table: a deleted user's tasks go a hundred at a time, and all") {
  for (const int tasks : {0, 1, 99, 100, 101, 250}) {
    CAPTURE(tasks);
    const User user = add_user("user@example.com");
    add_tasks(user, tasks);
    add_tasks(ann, 1);
    const int others = count("tasks") - tasks;
    connection.users.remove(user.id);
    CHECK(connection.leftovers.any());
    LeftoverTable::Removed removed;
    int before = count("tasks");
    int users_gone = 0;
    while ((removed = connection.leftovers.remove_some()).more) {
      const int now = count("tasks");
      CHECK(before - now <= 100);
      before = now;
      users_gone += removed.last_of_a_user ? 1 : 0;
    }
    CHECK(users_gone == 1);
    CHECK(before == others);
    CHECK_FALSE(connection.leftovers.any());
    CHECK(count("deleted_users") == 0);
  }
}

TEST_CASE_FIXTURE(
    TwoUsers,
    "store/sqlite/leftover_table: a deleted user's tombstones go a hundred at a time, and all") {
  connection.begin_immediate.lend().step();
  for (int i = 1; i <= 250; ++i) {
    connection.tombstones.add(ann.id, {ids.next(), i, clock.now()});
  }
  connection.tombstones.add(bob.id, {ids.next(), 1, clock.now()});
  connection.commit.lend().step();
  connection.users.remove(ann.id);
  for (int before = count("tombstones"); connection.leftovers.remove_some().more;) {
    CHECK(before - count("tombstones") <= 100);
    before = count("tombstones");
  }
  CHECK(count("tombstones") == 1);
}

TEST_CASE_FIXTURE(
    TwoUsers,
    "store/sqlite/leftover_table: a deleted user's import keys go a hundred at a time, and all") {
  connection.begin_immediate.lend().step();
  for (int i = 0; i < 250; ++i) connection.import_keys.set(ann.id, ids.next(), ids.next());
  connection.import_keys.set(bob.id, ids.next(), ids.next());
  connection.commit.lend().step();
  connection.users.remove(ann.id);
  for (int before = count("import_keys"); connection.leftovers.remove_some().more;) {
    CHECK(before - count("import_keys") <= 100);
    before = count("import_keys");
  }
  CHECK(count("import_keys") == 1);
}

TEST_CASE_FIXTURE(
    TwoUsers,
    "store/sqlite/leftover_table: a deleted user's reminders go a hundred at a time, and all") {
  const auto remind = [&](const User& owner) {
    Task task;
    task.id = ids.next();
    task.user_id = owner.id;
    task.remind_at = clock.now();
    connection.reminders.set(task);
  };
  connection.begin_immediate.lend().step();
  for (int i = 0; i < 250; ++i) remind(ann);
  remind(bob);
  connection.commit.lend().step();
  connection.users.remove(ann.id);
  for (int before = count("reminders"); connection.leftovers.remove_some().more;) {
    CHECK(before - count("reminders") <= 100);
    before = count("reminders");
  }
  CHECK(count("reminders") == 1);
}

TEST_CASE_FIXTURE(
    TwoUsers,
    "store/sqlite/leftover_table: an ended session's spent tokens go a hundred at a time") {
  const Session ended = add_session(ann, 1);
  const Session kept = add_session(ann, 2);
  spend_tokens(ended, 250);
  spend_tokens(kept, 3);
  connection.sessions.remove(ann.id, ended.id);
  CHECK(connection.leftovers.any());
  int before = count("spent_refresh_tokens");
  CHECK(before == 253);
  while (connection.leftovers.remove_some().more) {
    CHECK(before - count("spent_refresh_tokens") <= 100);
    before = count("spent_refresh_tokens");
  }
  CHECK(before == 3);
  CHECK(count("ended_sessions") == 0);
}

TEST_CASE_FIXTURE(TwoUsers,
                  "store/sqlite/leftover_table: a session without spent tokens leaves nothing") {
  const Session session = add_session(ann, 1);
  connection.sessions.remove(ann.id, session.id);
  CHECK_FALSE(connection.leftovers.any());
}

TEST_CASE_FIXTURE(
    TwoUsers, "store/sqlite/leftover_table: a deleted user's sessions leave their tokens, too") {
  spend_tokens(add_session(ann, 1), 2);
  connection.users.remove(ann.id);
  CHECK(count("sessions") == 0);
  remove_leftovers();
  CHECK(count("spent_refresh_tokens") == 0);
}

TEST_CASE_FIXTURE(TwoUsers, "store/sqlite/leftover_table: what removes is a search in an index") {
  add_tasks(ann, 1);
  spend_tokens(add_session(ann, 1), 1);
  connection.users.remove(ann.id);
  CHECK(connection.leftovers.any());
  remove_leftovers();
  int found = 0;
  for (const auto& [sql, plan] : plans()) {
    const bool removes_tasks = sql.starts_with("DELETE FROM tasks");
    if (!removes_tasks && !sql.starts_with("DELETE FROM spent_refresh_tokens")) continue;
    if (sql.find("LIMIT") == std::string::npos) continue;
    CAPTURE(sql);
    CAPTURE(plan);
    ++found;
    CHECK(plan.find("SCAN") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
    if (removes_tasks) CHECK(plan.find("PRIMARY KEY (owner=? AND id<?)") != std::string::npos);
  }
  CHECK(found >= 2);
}

}  // namespace taskdock::store::sqlite
