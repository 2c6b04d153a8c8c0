#include <doctest/doctest.h>

#include <set>
#include <thread>
#include <vector>

#include "store/errors.h"
#include "store/fixtures.h"
#include "support/mutex.h"

namespace taskdock::store {

namespace {

User find_or_add(Store& store, const User& otherwise) {
  return store.change([&](Changes& changes) { return changes.find_or_add_local_user(otherwise); });
}

}  // namespace

TEST_CASE_FIXTURE(OpenStore,
                  "store/local_user: the first call makes the local user, later ones find them") {
  const User ann = new_user("ann@example.com");
  CHECK(same(find_or_add(*store, ann), ann));
  CHECK(same(find_or_add(*store, new_user("bob@example.com")), ann));
  CHECK(store->snapshot().list_users().size() == 1);
  CHECK_FALSE(store->snapshot().find_password_hash(ann.id));
  reopen();
  const User renamed = change_user(ann.id, {.email = "a@example.com", .name = "A."}, {});
  CHECK(same(find_or_add(*store, new_user("bob@example.com")), renamed));
}

TEST_CASE_FIXTURE(OpenStore, "store/local_user: who is deleted is followed by another") {
  const User ann = find_or_add(*store, new_user("ann@example.com"));
  add_task(ann, "x");
  store->change([&](Changes& changes) { changes.remove_user(ann.id); });
  const User bob = new_user("ann@example.com");
  CHECK(same(find_or_add(*store, bob), bob));
  CHECK(store->snapshot().list_tasks(bob.id, {10, 0, {}}).total == 0);
}

TEST_CASE_FIXTURE(OpenStore, "store/local_user: no other user becomes the local one") {
  const User ann = add_user("ann@example.com");
  CHECK_THROWS_AS(find_or_add(*store, new_user("ann@example.com")), EmailTaken);
  CHECK(store->snapshot().list_users().size() == 1);
  const User local = new_user("local@example.com");
  CHECK(same(find_or_add(*store, local), local));
  CHECK(store->snapshot().find_password_hash(ann.id) == "hash");
}

TEST_CASE_FIXTURE(Workshop, "store/local_user: the limit of users is one of sign-up") {
  Store store(file, {.limits = {.users = 0}});
  const User local = new_user("local@example.com");
  CHECK(same(find_or_add(store, local), local));
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/local_user: of many at once who need the local user, all get one") {
  support::Mutex mutex;
  std::set<std::string> found;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        const User otherwise = new_user("local-" + std::to_string(i) + "@example.com");
        const User user = find_or_add(*store, otherwise);
        const support::MutexLock lock(mutex);
        found.insert(user.id.to_string());
      });
    }
  }
  CHECK(found.size() == 1);
  CHECK(store->snapshot().list_users().size() == 1);
}

TEST_CASE_FIXTURE(OpenStore, "store/local_user: a password that was set meanwhile is noticed") {
  const User ann = find_or_add(*store, new_user("ann@example.com"));
  CHECK_NOTHROW(store->change([&](Changes& changes) { changes.check_password_hash(ann.id, {}); }));
  CHECK_THROWS_AS(
      store->change([&](Changes& changes) { changes.check_password_hash(ann.id, "hash"); }),
      WrongPassword);
  store->change([&](Changes& changes) { changes.set_password_hash(ann.id, "hash"); });
  CHECK_THROWS_AS(store->change([&](Changes& changes) { changes.check_password_hash(ann.id, {}); }),
                  WrongPassword);
}

}  // namespace taskdock::store
