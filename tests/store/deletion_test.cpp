#include <doctest/doctest.h>

#include <optional>

#include "store/errors.h"
#include "store/fixtures.h"

namespace taskdock::store {

namespace {

using namespace std::chrono_literals;

/// A user with so many tasks that they do not go in one slice.
struct LargeAccount : OpenStore {
  static constexpr int count = 20'000;
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  const Task his = add_task(bob, "his");
  Task hers;

  LargeAccount() {
    store->change([&](Changes& changes) {
      for (int i = 0; i < count; ++i) changes.add_task(hers = new_task(ann, "a secret of ann"));
    });
  }

  bool is_anything_left() const {
    return (content_of(file) + content_of(file.string() + "-wal")).find("a secret of ann") !=
           std::string::npos;
  }
};

}  // namespace

TEST_CASE_FIXTURE(LargeAccount,
                  "store/deletion: a large account is gone at once, and writes go on before its "
                  "tasks have gone") {
  const Session session = new_session(ann);
  log_in(session, hash_of(1), "hash", std::nullopt);
  // As long as somebody reads what was before, it cannot be overwritten.
  std::optional<Snapshot> reading(store->snapshot());
  REQUIRE(reading->has_users());
  remove_user(ann.id, "hash");
  CHECK_FALSE(store->snapshot().find_credentials(ann.email));
  CHECK_FALSE(store->snapshot().find_caller(ann.id, session.id, clock.now()));
  CHECK_THROWS_AS(change_task(ann.id, hers.id, {.content = {.title = "late"}}, clock.now()),
                  TaskNotFound);
  CHECK_THROWS_AS(remove_task(ann.id, hers.id), TaskNotFound);
  CHECK_THROWS_AS(store->snapshot().find_task(bob.id, hers.id), TaskNotFound);
  CHECK_THROWS_AS(remove_task(bob.id, hers.id), TaskNotFound);
  CHECK(store->snapshot().list_tasks(ann.id, {10, 0, {}}).total == 0);
  CHECK(store->snapshot().list_users().size() == 1);
  CHECK_THROWS_AS(add_task(ann, "late"), UserNotFound);
  // The email is free.
  const User again = add_user("ann@example.com");
  add_task(again, "new");
  CHECK(is_anything_left());
  reading.reset();

  CHECK(store->finish_background_work(30s));
  CHECK_FALSE(is_anything_left());
  CHECK(same(store->snapshot().find_task(bob.id, his.id), his));
  CHECK(titles_of(store->snapshot().list_tasks(again.id, {10, 0, {}})) == "new");
}

TEST_CASE_FIXTURE(LargeAccount, "store/deletion: what is left of an account goes after a restart") {
  remove_user(ann.id, "hash");
  store.reset();
  REQUIRE(is_anything_left());
  reopen();
  CHECK(store->finish_background_work(30s));
  CHECK_FALSE(is_anything_left());
  CHECK(same(store->snapshot().find_task(bob.id, his.id), his));
}

TEST_CASE_FIXTURE(LargeAccount, "store/deletion: the ids of what is left count, too") {
  remove_user(ann.id, "hash");
  CHECK_FALSE(store->snapshot().largest_id().value() < hers.id);
}

}  // namespace taskdock::store
