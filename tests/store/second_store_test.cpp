#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "store/errors.h"
#include "store/fixtures.h"

// What a command does beside a running server: a second store on the same database. Locks are of
// processes, so that some of it is also tried with another process, in tests/cli.
namespace taskdock::store {

namespace {

using namespace std::chrono_literals;

struct TwoStores : OpenStore {
  Store other{file, {.may_migrate = false}};
};

}  // namespace

TEST_CASE_FIXTURE(TwoStores, "store/second_store: what one changes the other sees at once") {
  const User ann = add_user();
  CHECK(same(other.snapshot().find_credentials(ann.email).value().user, ann));
  const Session session = new_session(ann);
  log_in(session, hash_of(1), "hash", std::nullopt);
  const Task task = add_task(ann, "hers");
  CHECK(same(other.snapshot().find_task(ann.id, task.id), task));

  other.change([&](Changes& changes) { changes.set_password_hash(ann.id, "newer"); });
  CHECK_THROWS_AS(change_password(ann.id, "hash", "late", std::nullopt), WrongPassword);
  CHECK(store->snapshot().find_password_hash(ann.id) == "newer");
  other.change([&](Changes& changes) { changes.end_sessions(ann.id, std::nullopt); });
  CHECK_FALSE(store->snapshot().find_caller(ann.id, session.id, clock.now()));
}

TEST_CASE_FIXTURE(
    TwoStores,
    "store/second_store: who is deleted by one is gone in the other at once, and their "
    "email is free") {
  const User ann = add_user();
  const Session session = new_session(ann);
  log_in(session, hash_of(1), "hash", std::nullopt);
  const Task task = add_task(ann, "hers");
  const User bob = add_user("bob@example.com");
  other.change([&](Changes& changes) { changes.remove_user(ann.id); });

  CHECK_FALSE(store->snapshot().find_caller(ann.id, session.id, clock.now()));
  CHECK_FALSE(store->snapshot().find_credentials(ann.email));
  CHECK_THROWS_AS(store->snapshot().find_task(bob.id, task.id), TaskNotFound);
  CHECK_THROWS_AS(add_task(ann, "late"), UserNotFound);
  CHECK_NOTHROW(add_user());
}

TEST_CASE_FIXTURE(TwoStores,
                  "store/second_store: both write at once, and nothing is lost or refused") {
  const User ann = add_user();
  constexpr int each = 150;
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> threads;
    for (Store* const writing : {store.get(), store.get(), &other, &other}) {
      threads.emplace_back([&, writing] {
        for (int i = 0; i < each; ++i) {
          try {
            writing->change([&](Changes& changes) { changes.add_task(new_task(ann, "task")); });
          } catch (const std::exception&) {
            ++failed;
          }
        }
      });
    }
  }
  CHECK(failed == 0);
  CHECK(store->snapshot().list_tasks(ann.id, {1, 0, {}}).total == 4 * each);
  CHECK(other.snapshot().list_tasks(ann.id, {1, 0, {}}).total == 4 * each);
}

TEST_CASE_FIXTURE(
    TwoStores, "store/second_store: what a deletion leaves behind is removed by whoever deleted") {
  const User ann = add_user("ann.secret@example.com");
  for (int i = 0; i < 300; ++i) add_task(ann, "a secret of ann");
  other.change([&](Changes& changes) { changes.remove_user(ann.id); });
  CHECK(other.finish_background_work(30s));
  const std::string bytes = content_of(file) + content_of(file.string() + "-wal");
  CHECK(bytes.find("a secret of ann") == std::string::npos);
}

TEST_CASE_FIXTURE(Workshop, "store/second_store: one that may not migrate creates nothing") {
  CHECK_THROWS_AS(Store(file, {.may_migrate = false}), Unusable);
  CHECK_FALSE(std::filesystem::exists(file));
  std::ofstream(file).flush();
  CHECK_THROWS_AS(Store(file, {.may_migrate = false}), Unusable);
  CHECK(content_of(file).empty());
}

}  // namespace taskdock::store
