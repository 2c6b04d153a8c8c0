#include <doctest/doctest.h>

#include "store/errors.h"
#include "store/fixtures.h"

namespace taskdock::store {

namespace {

void add(Store& store, const User& user) {
  store.change([&](Changes& changes) { changes.add_user(user, "hash"); });
}

void add(Store& store, const Task& task) {
  store.change([&](Changes& changes) { changes.add_task(task); });
}

}  // namespace

TEST_CASE_FIXTURE(Workshop, "store/limits: there are no more users than allowed") {
  Store store(file, {.limits = {.users = 2}});
  const User ann = new_user("ann@example.com");
  add(store, ann);
  add(store, new_user("bob@example.com"));
  CHECK_THROWS_AS(add(store, new_user("eve@example.com")), TooManyUsers);
  CHECK(store.snapshot().list_users().size() == 2);
  store.change([&](Changes& changes) { changes.remove_user(ann.id); });
  CHECK_NOTHROW(add(store, new_user("eve@example.com")));
  CHECK_THROWS_AS(add(store, new_user("dan@example.com")), TooManyUsers);
}

TEST_CASE_FIXTURE(Workshop,
                  "store/limits: a user has no more tasks than allowed, whatever others have") {
  Store store(file, {.limits = {.tasks_per_user = 2}});
  const User ann = new_user("ann@example.com");
  const User bob = new_user("bob@example.com");
  add(store, ann);
  add(store, bob);
  const Task first = new_task(ann, "first");
  add(store, first);
  add(store, new_task(ann, "second"));
  CHECK_THROWS_AS(add(store, new_task(ann, "third")), TooManyTasks);
  CHECK_NOTHROW(add(store, new_task(bob, "his")));
  store.change([&](Changes& changes) { changes.remove_task(ann.id, first.id, first.updated_at); });
  CHECK_NOTHROW(add(store, new_task(ann, "third")));
  CHECK(store.snapshot().list_tasks(ann.id, {10, 0, {}}).total == 2);
}

TEST_CASE_FIXTURE(
    Workshop,
    "store/limits: a task that there is no room to restore stays in the trash, also if "
    "the change goes on") {
  Store store(file, {.limits = {.tasks_per_user = 1}});
  const User ann = new_user("ann@example.com");
  add(store, ann);
  const Task task = new_task(ann, "first");
  add(store, task);
  store.change([&](Changes& changes) {
    changes.remove_task(ann.id, task.id, clock.now());
    changes.add_task(new_task(ann, "second"));
    CHECK_THROWS_AS(changes.restore_task(ann.id, task.id, {}, clock.now()), TooManyTasks);
  });
  CHECK(store.snapshot().list_trash(ann.id, {.limit = 10}).total == 1);
}

TEST_CASE_FIXTURE(Workshop, "store/limits: one change of many is within them, or not made at all") {
  Store store(file, {.limits = {.tasks_per_user = 2}});
  const User ann = new_user("ann@example.com");
  add(store, ann);
  const auto add_tasks = [&](int count) {
    store.change([&](Changes& changes) {
      for (int i = 0; i < count; ++i) changes.add_task(new_task(ann, "task"));
    });
  };
  CHECK_THROWS_AS(add_tasks(3), TooManyTasks);
  CHECK(store.snapshot().list_tasks(ann.id, {10, 0, {}}).total == 0);
  CHECK_NOTHROW(add_tasks(2));
}

TEST_CASE_FIXTURE(Workshop,
                  "store/limits: what is there already stays, where a limit is set below it") {
  const User ann = new_user("ann@example.com");
  {
    Store store(file);
    add(store, ann);
    add(store, new_user("bob@example.com"));
    for (int i = 0; i < 3; ++i) add(store, new_task(ann, "task"));
  }
  Store store(file, {.limits = {.users = 1, .tasks_per_user = 1}});
  CHECK(store.snapshot().list_users().size() == 2);
  CHECK(store.snapshot().list_tasks(ann.id, {10, 0, {}}).total == 3);
  CHECK_THROWS_AS(add(store, new_user("eve@example.com")), TooManyUsers);
  CHECK_THROWS_AS(add(store, new_task(ann, "more")), TooManyTasks);
}

}  // namespace taskdock::store
