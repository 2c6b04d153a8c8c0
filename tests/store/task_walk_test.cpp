#include "store/task_walk.h"

#include <doctest/doctest.h>

#include "store/errors.h"
#include "store/fixtures.h"

namespace taskdock::store {

namespace {

struct WalkedStore : OpenStore {
  User ann = add_user();
  User bob = add_user("bob@example.com");

  std::vector<std::string> walk(const std::optional<support::Uuid>& after = {},
                                std::size_t limit = 100) {
    std::vector<std::string> titles;
    store->snapshot().walk_tasks(ann.id, after, [&](Task&& task) {
      CHECK(task.user_id == ann.id);
      titles.push_back(task.title);
      return titles.size() < limit;
    });
    return titles;
  }

  std::vector<std::string> walk_trash(support::Timestamp since = support::first_moment) {
    std::vector<std::string> titles;
    store->snapshot().walk_trash(ann.id, {}, since, [&](TrashedTask&& task) {
      titles.push_back(task.title);
      return true;
    });
    return titles;
  }

  IdHolder holder_of(const support::Uuid& id) {
    return store->change([&](Changes& changes) { return changes.holder_of_task_id(ann.id, id); });
  }

  void import(const Task& task, const std::optional<support::Timestamp>& deleted_at = {}) {
    store->change([&](Changes& changes) {
      if (deleted_at) {
        changes.import_to_trash(task, *deleted_at, clock.now());
      } else {
        changes.import_tasks({task}, clock.now());
      }
    });
  }
};

}  // namespace

TEST_CASE_FIXTURE(WalkedStore,
                  "store/walk: all of a user's tasks are walked, in the order of ids") {
  const Task first = add_task(ann, "A");
  add_task(bob, "of another");
  const Task second = add_task(ann, "B", true);
  add_task(ann, "C");
  CHECK(walk() == std::vector<std::string>{"A", "B", "C"});
  CHECK(walk({}, 2) == std::vector<std::string>{"A", "B"});
  CHECK(walk(second.id) == std::vector<std::string>{"C"});
  // From one that is not there any more, too.
  remove_task(ann.id, first.id);
  CHECK(walk(first.id) == std::vector<std::string>{"B", "C"});
  CHECK(walk_trash() == std::vector<std::string>{"A"});
  CHECK(walk_trash(clock.now() + std::chrono::seconds(1)).empty());
}

TEST_CASE_FIXTURE(
    WalkedStore,
    "store/walk: the largest id is that of a task of anybody, in the trash or not, or "
    "of one that is known to be deleted") {
  const auto largest = [&] {
    return store->change([](Changes& changes) { return changes.largest_task_id(); });
  };
  CHECK_FALSE(largest());
  const Task first = add_task(ann, "A");
  CHECK(largest() == first.id);
  const Task second = add_task(bob, "B");
  CHECK(largest() == second.id);
  remove_task(bob.id, second.id);
  CHECK(largest() == second.id);
  store->change([&](Changes& changes) { changes.empty_trash(bob.id); });
  CHECK(largest() == second.id);
  store->change([&](Changes& changes) { changes.forget_deletion(second.id); });
  CHECK(largest() == first.id);
}

TEST_CASE_FIXTURE(WalkedStore, "store/walk: an id is known by its holder as long as it is taken") {
  const Task task = add_task(ann, "A");
  const Task other = add_task(bob, "B");
  CHECK(holder_of(task.id) == IdHolder::own_task);
  CHECK(holder_of(other.id) == IdHolder::another);
  CHECK(holder_of(ids.next()) == IdHolder::nobody);
  for (const auto& [user, gone] : {std::pair(ann, task), std::pair(bob, other)}) {
    remove_task(user.id, gone.id);
    const bool is_own = user.id == ann.id;
    CHECK(holder_of(gone.id) == (is_own ? IdHolder::own_trash : IdHolder::another));
    store->change([&](Changes& changes) { changes.purge_task(user.id, gone.id); });
    CHECK(holder_of(gone.id) == (is_own ? IdHolder::own_deleted : IdHolder::another));
  }
}

TEST_CASE_FIXTURE(WalkedStore,
                  "store/walk: a task whose deletion is forgotten comes again, for devices too") {
  const Task task = add_task(ann, "A");
  remove_task(ann.id, task.id);
  store->change([&](Changes& changes) { changes.purge_task(ann.id, task.id); });
  store->change([&](Changes& changes) {
    changes.forget_deletion(task.id);
    changes.import_tasks({task}, clock.now());
  });
  const ChangePage changes = store->snapshot().list_changes(ann.id, 0, 10);
  REQUIRE(changes.changes.size() == 1);
  CHECK(std::get<Task>(changes.changes[0]).revision == 3);
  CHECK(changes.revision == 3);
}

TEST_CASE_FIXTURE(WalkedStore,
                  "store/walk: a task is imported with all its times, and gets a revision") {
  Task task = new_task(ann, "A", true);
  task.created_at = task.updated_at = clock.now() - std::chrono::hours(1000);
  task.completed_at = clock.now() - std::chrono::hours(900);
  task.tags = {"home"};
  import(task);
  Task kept = store->snapshot().find_task(ann.id, task.id);
  CHECK(kept.created_at == task.created_at);
  CHECK(kept.updated_at == task.updated_at);
  CHECK(kept.completed_at == task.completed_at);
  CHECK(kept.revision == 1);
  CHECK(store->snapshot().list_tags(ann.id).size() == 1);
}

TEST_CASE_FIXTURE(
    WalkedStore,
    "store/walk: one that was deleted is imported into the trash, and its deletion is known") {
  const Task task = new_task(ann, "A");
  const support::Timestamp deleted_at = clock.now() - std::chrono::hours(24);
  import(task, deleted_at);
  CHECK(walk().empty());
  const TaskTotals totals = store->snapshot().task_totals(ann.id);
  CHECK(totals.total == 0);
  CHECK(totals.trash == 1);
  CHECK(totals.revision == 1);
  const ChangePage changes = store->snapshot().list_changes(ann.id, 0, 10);
  REQUIRE(changes.changes.size() == 1);
  CHECK(std::get<Tombstone>(changes.changes[0]).id == task.id);
  const Task restored = store->change([&](Changes& changes_of_ann) {
    return changes_of_ann.restore_task(ann.id, task.id, deleted_at, clock.now());
  });
  CHECK(restored.title == "A");
  CHECK(walk() == std::vector<std::string>{"A"});
}

TEST_CASE_FIXTURE(WalkedStore,
                  "store/walk: what is imported is reminded of only if that is still to come") {
  Task past = new_task(ann, "past");
  past.remind_at = clock.now();
  Task next = new_task(ann, "next");
  next.remind_at = clock.now() + std::chrono::hours(1);
  import(past);
  CHECK(!store->snapshot().find_next_reminder(ann.id));
  import(next);
  CHECK(store->snapshot().find_next_reminder(ann.id) == next.remind_at);
}

TEST_CASE_FIXTURE(WalkedStore, "store/walk: nothing is imported for a user who is gone") {
  store->change([&](Changes& changes) { changes.remove_user(ann.id); });
  CHECK_THROWS_AS(import(new_task(ann, "A")), UserNotFound);
  CHECK_THROWS_AS(import(new_task(ann, "A"), clock.now()), UserNotFound);
}

}  // namespace taskdock::store
