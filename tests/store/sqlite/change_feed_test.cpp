#include "store/sqlite/change_feed.h"

#include <doctest/doctest.h>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

struct FeedFixture : OpenDatabase {
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");

  /// Removes the task as Changes::remove_task does.
  void bury(const Task& task) {
    const Task removed = connection.tasks.remove(task.user_id, task.id);
    connection.trash.add({removed, clock.now()});
    connection.tombstones.add(task.user_id, {removed.id, removed.revision, clock.now()});
  }

  /// The changes of a page, as their revisions, with a minus for a deletion.
  std::string list(std::int64_t since, std::int64_t limit) {
    const ChangePage page = connection.change_feed.list(ann.id, since, limit);
    std::string text;
    for (const Change& change : page.changes) {
      if (const auto* const task = std::get_if<Task>(&change)) {
        text += std::to_string(task->revision) + ' ';
      } else {
        text += '-' + std::to_string(std::get<Tombstone>(change).revision) + ' ';
      }
    }
    return text + (page.has_more ? "more" : "end");
  }
};

}  // namespace

TEST_CASE_FIXTURE(FeedFixture,
                  "store/sqlite/change_feed: tasks and deletions come in the order of their "
                  "revisions, each task once") {
  const Task first = add_task(ann, "first");    // 1
  const Task second = add_task(ann, "second");  // 2
  add_task(bob, "his");
  const Task third = add_task(ann, "third");                                                 // 3
  bury(first);                                                                               // 4
  connection.tasks.change(ann.id, second.id, {.content = {.title = "again"}}, clock.now());  // 5
  bury(third);                                                                               // 6
  add_task(ann, "fourth");                                                                   // 7
  CHECK(list(0, 10) == "-4 5 -6 7 end");
  CHECK(list(0, 4) == "-4 5 -6 7 end");
  CHECK(list(0, 3) == "-4 5 -6 more");
  CHECK(list(0, 1) == "-4 more");
  CHECK(list(4, 2) == "5 -6 more");
  CHECK(list(5, 1) == "-6 more");
  CHECK(list(6, 1) == "7 end");
  CHECK(list(7, 1) == "end");
  CHECK(list(8, 1) == "end");
  CHECK(list(0, 0) == "more");
  const ChangePage page = connection.change_feed.list(ann.id, 0, 10);
  CHECK(page.revision == 7);
  CHECK(page.pruned_revision == 0);
  CHECK(std::get<Task>(page.changes[1]).title == "again");
  CHECK(std::get<Tombstone>(page.changes[2]).id == third.id);
  CHECK(std::get<Tombstone>(page.changes[2]).deleted_at == clock.now());
}

TEST_CASE_FIXTURE(FeedFixture, "store/sqlite/change_feed: who is not there has changed nothing") {
  const ChangePage page = connection.change_feed.list(ids.next(), 0, 10);
  CHECK(page.changes.empty());
  CHECK(page.revision == 0);
}

TEST_CASE_FIXTURE(FeedFixture,
                  "store/sqlite/change_feed: old tombstones go up to a number at a time, and the "
                  "users' pruned revisions rise in the same change") {
  for (int i = 1; i <= 5; ++i) bury(add_task(ann, "hers"));
  bury(add_task(bob, "his"));
  clock.advance(std::chrono::seconds(1));
  const support::Timestamp later = clock.now();
  bury(add_task(ann, "late"));
  TombstoneTable& tombstones = connection.tombstones;
  CHECK_FALSE(tombstones.any_before(later - std::chrono::seconds(1)));
  REQUIRE(tombstones.any_before(later));
  CHECK(tombstones.remove_before(later, 4) == 4);
  CHECK(count("tombstones") == 3);
  const auto pruned = [&](const User& user) {
    return connection.change_feed.list(user.id, 0, 1).pruned_revision;
  };
  CHECK(pruned(ann) + pruned(bob) == 8);  // 4 of hers, or 3 of hers and his
  CHECK(tombstones.remove_before(later, 4) == 2);
  CHECK(tombstones.remove_before(later, 4) == 0);
  CHECK_FALSE(tombstones.any_before(later));
  CHECK(pruned(ann) == 10);
  CHECK(pruned(bob) == 2);
  CHECK(list(0, 10) == "-12 end");
}

TEST_CASE_FIXTURE(FeedFixture,
                  "store/sqlite/change_feed: a pruned revision never falls, whatever the clock "
                  "was when the tasks were deleted") {
  const support::Timestamp right = clock.now();
  bury(add_task(ann, "at the right time"));
  clock.advance(-std::chrono::hours(24));
  bury(add_task(ann, "by a clock that was set back"));
  CHECK(connection.tombstones.remove_before(right, 10) == 1);
  CHECK(connection.change_feed.list(ann.id, 0, 10).pruned_revision == 4);
  CHECK(list(0, 10) == "-2 end");
  clock.set(right + std::chrono::seconds(1));
  CHECK(connection.tombstones.remove_before(clock.now(), 10) == 1);
  CHECK(connection.change_feed.list(ann.id, 0, 10).pruned_revision == 4);
}

TEST_CASE_FIXTURE(FeedFixture,
                  "store/sqlite/change_feed: changes are walks along two indexes, and old "
                  "tombstones are found in one, without sorting") {
  bury(add_task(ann, "gone"));
  add_task(ann, "there");
  list(0, 10);
  TombstoneTable& tombstones = connection.tombstones;
  tombstones.has_id(ann.id);
  tombstones.remove(ann.id);
  tombstones.any_before(clock.now());
  tombstones.remove_before(clock.now(), 1);
  int found = 0;
  for (const auto& [sql, plan] : plans()) {
    CAPTURE(sql);
    CAPTURE(plan);
    const bool reads_tasks = sql.find("INDEXED BY tasks_by_revision") != std::string::npos;
    if (!reads_tasks && sql.find("FROM tombstones") == std::string::npos) continue;
    if (sql.find("LIMIT ?2") != std::string::npos) continue;  // of leftovers
    ++found;
    CHECK(plan.find("SCAN") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
    if (reads_tasks) {
      CHECK(plan.find("tasks_by_revision (owner=? AND revision>?)") != std::string::npos);
    } else if (sql.find("ORDER BY revision") != std::string::npos) {
      CHECK(plan.find("PRIMARY KEY (owner=? AND revision>?)") != std::string::npos);
    }
  }
  CHECK(found == 6);
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/sqlite/change_feed: a deletion stays known when its task is gone from the "
                  "trash, and is forgotten when it is restored") {
  const User ann = add_user();
  const Task purged = add_task(ann, "purged");      // 1
  const Task emptied = add_task(ann, "emptied");    // 2
  const Task restored = add_task(ann, "restored");  // 3
  for (const Task& task : {restored, purged}) remove_task(ann.id, task.id);
  store->change([&](Changes& changes) {
    changes.purge_task(ann.id, purged.id);
    changes.restore_task(ann.id, restored.id, {}, clock.now());  // 6
    changes.remove_task(ann.id, emptied.id, clock.now());        // 7
    changes.empty_trash(ann.id);
    CHECK(changes.is_task_id_taken(purged.id));
    CHECK(changes.is_task_id_taken(emptied.id));
  });
  const ChangePage page = store->snapshot().list_changes(ann.id, 0, 10);
  REQUIRE(page.changes.size() == 3);
  CHECK(std::get<Tombstone>(page.changes[0]).id == purged.id);
  CHECK(std::get<Task>(page.changes[1]).id == restored.id);
  CHECK(std::get<Tombstone>(page.changes[2]).id == emptied.id);
  CHECK(page.revision == 7);

  clock.advance(std::chrono::hours(1));
  store->prune_tombstones(clock.now());
  store->change([](Changes&) {});  // comes after it
  REQUIRE(store->finish_background_work(std::chrono::seconds(30)));
  CHECK(store->snapshot().list_changes(ann.id, 0, 10).pruned_revision == 7);
  CHECK(store->snapshot().list_changes(ann.id, 0, 10).changes.size() == 1);
  store->change([&](Changes& changes) { CHECK_FALSE(changes.is_task_id_taken(purged.id)); });
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/sqlite/change_feed: a database keeps its epoch, and no other has it") {
  const support::Uuid epoch = store->epoch();
  reopen();
  CHECK(store->epoch() == epoch);
  Store other(directory.path() / "other.db");
  CHECK_FALSE(other.epoch() == epoch);
  CHECK(epoch.to_string()[14] == '4');
}

}  // namespace taskdock::store::sqlite
