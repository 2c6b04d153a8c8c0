#include "store/store.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "store/errors.h"
#include "store/fixtures.h"

namespace taskdock::store {

namespace {

using namespace std::chrono_literals;

/// What a sign-up does.
void sign_up(Store& store, const User& user, const std::string& password_hash,
             const Session& session, const TokenHash& refresh_hash, bool only_first) {
  store.change([&](Changes& changes) {
    if (only_first) changes.require_no_users();
    changes.add_user(user, password_hash);
    changes.add_session(session, refresh_hash);
  });
}

}  // namespace

TEST_CASE_FIXTURE(OpenStore, "store/store: users are added, found, and one to an email") {
  const User ann = add_user();
  CHECK(same(store->snapshot().find_credentials("ann@example.com").value().user, ann));
  CHECK(store->snapshot().find_password_hash(ann.id) == "hash");
  CHECK_THROWS_AS(store->snapshot().find_password_hash(ids.next()), UserNotFound);
  CHECK_FALSE(store->snapshot().find_credentials("bob@example.com"));
  CHECK_THROWS_AS(add_user(), EmailTaken);
}

TEST_CASE_FIXTURE(OpenStore, "store/store: a sign-up is a user with a session, or neither") {
  const User ann = new_user("ann@example.com");
  const Session session = new_session(ann);
  sign_up(*store, ann, "hash", session, hash_of(1), true);
  CHECK(same(store->snapshot().find_caller(ann.id, session.id, clock.now()).value().user, ann));

  const User bob = new_user("bob@example.com");
  CHECK_THROWS_AS(sign_up(*store, bob, "hash", new_session(bob), hash_of(2), true),
                  NotTheFirstUser);
  CHECK_THROWS_AS(sign_up(*store, bob, "hash", session, hash_of(2), false), std::exception);
  CHECK_FALSE(store->snapshot().find_credentials("bob@example.com"));
  CHECK_NOTHROW(sign_up(*store, bob, "hash", new_session(bob), hash_of(2), false));
  const User again = new_user("bob@example.com");
  CHECK_THROWS_AS(sign_up(*store, again, "hash", new_session(again), hash_of(3), false),
                  EmailTaken);
  CHECK(store->snapshot().list_users().size() == 2);
}

TEST_CASE("store/store: of many who would be the first user one is") {
  Workshop workshop;
  Store store(workshop.file);
  CHECK_FALSE(store.snapshot().has_users());
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        const User user = workshop.new_user(std::to_string(i) + "@example.com");
        try {
          sign_up(store, user, "hash", workshop.new_session(user),
                  hash_of(static_cast<std::uint8_t>(i)), true);
          ++admitted;
        } catch (const NotTheFirstUser&) {
        }
      });
    }
  }
  CHECK(admitted == 1);
  CHECK(store.snapshot().list_users().size() == 1);
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/store: a password that was changed meanwhile opens nothing and changes "
                  "nothing") {
  const User ann = add_user();
  const Session session = new_session(ann);
  log_in(session, hash_of(1), "hash", std::nullopt);
  change_password(ann.id, "hash", "newer", session.id);

  CHECK_THROWS_AS(log_in(new_session(ann), hash_of(2), "hash", "renewed"), WrongPassword);
  CHECK_THROWS_AS(change_user(ann.id, {.name = "x"}, "hash"), WrongPassword);
  CHECK_THROWS_AS(change_password(ann.id, "hash", "late", std::nullopt), WrongPassword);
  CHECK_THROWS_AS(remove_user(ann.id, "hash"), WrongPassword);
  CHECK(store->snapshot().find_password_hash(ann.id) == "newer");
  CHECK(store->snapshot().list_sessions(ann.id, clock.now(), 10, 0).total == 1);
  CHECK(same(store->snapshot().find_caller(ann.id, session.id, clock.now()).value().user, ann));

  const User eve = new_user("eve@example.com");
  CHECK_THROWS_AS(log_in(new_session(eve), hash_of(2), "hash", std::nullopt), UserNotFound);
  CHECK_THROWS_AS(remove_user(eve.id, "hash"), UserNotFound);
  CHECK_THROWS_AS(change_user(eve.id, {.name = "x"}, std::nullopt), UserNotFound);
}

TEST_CASE_FIXTURE(OpenStore, "store/store: a log-in can renew the hash it was checked against") {
  const User ann = add_user();
  log_in(new_session(ann), hash_of(1), "hash", "renewed");
  CHECK(store->snapshot().find_password_hash(ann.id) == "renewed");
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/store: a new password ends all sessions but the one that is kept") {
  const User ann = add_user();
  const Session mine = new_session(ann);
  log_in(mine, hash_of(1), "hash", std::nullopt);
  log_in(new_session(ann), hash_of(2), "hash", std::nullopt);
  change_password(ann.id, "hash", "newer", mine.id);
  const SessionPage left = store->snapshot().list_sessions(ann.id, clock.now(), 10, 0);
  REQUIRE(left.total == 1);
  CHECK(left.sessions.at(0).id == mine.id);
  change_password(ann.id, "newer", "newest", std::nullopt);
  CHECK(store->snapshot().list_sessions(ann.id, clock.now(), 10, 0).total == 0);
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/store: the use of a session is noted soon, though nobody waits") {
  const User ann = add_user();
  const Session session = new_session(ann);
  log_in(session, hash_of(1), "hash", std::nullopt);
  store->touch({Grant::Kind::session, session.id}, clock.now() + 5min);
  reopen();
  CHECK(store->snapshot().find_caller(ann.id, session.id, clock.now())->last_used_at ==
        clock.now() + 5min);
}

TEST_CASE_FIXTURE(OpenStore, "store/store: tasks are added, found, changed, listed and removed") {
  const User ann = add_user();
  const Task task = add_task(ann, "first");
  add_task(ann, "second", true);
  CHECK(same(store->snapshot().find_task(ann.id, task.id), task));
  const Task changed = change_task(ann.id, task.id, {.content = {.title = "changed"}}, clock.now());
  CHECK(changed.title == "changed");
  CHECK(changed.updated_at == task.updated_at + 1us);
  CHECK(same(store->snapshot().find_task(ann.id, task.id), changed));
  CHECK(titles_of(store->snapshot().list_tasks(ann.id, {10, 0, {}})) == "second changed");
  CHECK(titles_of(store->snapshot().list_tasks(ann.id, {10, 0, false})) == "changed");
  remove_task(ann.id, task.id);
  CHECK_THROWS_AS(store->snapshot().find_task(ann.id, task.id), TaskNotFound);
  CHECK(store->snapshot().list_tasks(ann.id, {10, 0, {}}).total == 1);
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/store: whose task it is decides, and what is refused changes nothing") {
  const User ann = add_user();
  const User bob = add_user("bob@example.com");
  const Task task = add_task(ann, "hers");
  CHECK_THROWS_AS(store->snapshot().find_task(bob.id, task.id), NotTheOwner);
  CHECK_THROWS_AS(change_task(bob.id, task.id, {.content = {.title = "his"}}, clock.now()),
                  NotTheOwner);
  CHECK_THROWS_AS(remove_task(bob.id, task.id), NotTheOwner);
  CHECK_THROWS_AS(change_task(ann.id, bob.id, {.content = {.title = "x"}}, clock.now()),
                  TaskNotFound);
  CHECK_THROWS_AS(remove_task(ann.id, bob.id), TaskNotFound);
  CHECK(same(store->snapshot().find_task(ann.id, task.id), task));
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/store: everything is there after it was closed and opened again") {
  const User ann = add_user();
  Task task = new_task(ann, "Стол 水 🥛", true);
  task.description = "";
  keep(task);
  const Task gone = add_task(ann, "gone");
  remove_task(ann.id, gone.id);
  reopen();
  CHECK(same(store->snapshot().find_credentials(ann.email).value().user, ann));
  CHECK(same(store->snapshot().find_task(ann.id, task.id), task));
  CHECK(store->snapshot().list_tasks(ann.id, {10, 0, true}).total == 1);
  CHECK_THROWS_AS(store->snapshot().find_task(ann.id, gone.id), TaskNotFound);
  CHECK_THROWS_AS(add_user(), EmailTaken);
}

TEST_CASE_FIXTURE(OpenStore, "store/store: a snapshot sees nothing of what is written meanwhile") {
  const User ann = add_user();
  const Task task = add_task(ann, "first");
  {
    Snapshot snapshot = store->snapshot();
    CHECK(same(snapshot.find_task(ann.id, task.id), task));
    add_task(ann, "second");
    remove_task(ann.id, task.id);
    CHECK(same(snapshot.find_task(ann.id, task.id), task));
    CHECK(titles_of(snapshot.list_tasks(ann.id, {10, 0, {}})) == "first");
    CHECK_THROWS_AS(snapshot.find_task(ann.id, ann.id), TaskNotFound);
    const Snapshot moved = std::move(snapshot);
  }
  // As many as there are readers can be had at once, however often they are had.
  for (int i = 0; i < 20; ++i) {
    CHECK(titles_of(store->snapshot().list_tasks(ann.id, {10, 0, {}})) == "second");
  }
}

TEST_CASE_FIXTURE(OpenStore, "store/store: a healthy database answers the check") {
  CHECK_NOTHROW(store->check());
}

TEST_CASE_FIXTURE(OpenStore, "store/store: of those who want one email at once, one gets it") {
  std::atomic<int> added = 0;
  std::atomic<int> taken = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        try {
          add_user();
          ++added;
        } catch (const EmailTaken&) {
          ++taken;
        }
      });
    }
  }
  CHECK(added == 1);
  CHECK(taken == 7);
}

TEST_CASE_FIXTURE(
    OpenStore,
    "store/store: with many writers at once no write is torn, and the time of change rises") {
  const User ann = add_user();
  const Task task = add_task(ann, "0");
  change_task(ann.id, task.id, {.content = {.description = "0"}}, clock.now());
  std::atomic<int> writing = 4;
  std::atomic<int> torn = 0;
  {
    std::vector<std::jthread> threads;
    for (int writer = 1; writer <= 4; ++writer) {
      threads.emplace_back([&, writer] {
        const std::string text = std::to_string(writer);
        for (int i = 0; i < 100; ++i) {
          const Task changed = change_task(
              ann.id, task.id, {.content = {.title = text, .description = text}}, clock.now());
          torn += changed.title != text || changed.description != text;
        }
        --writing;
      });
    }
    threads.emplace_back([&] {
      auto last = task.updated_at;
      while (writing > 0) {
        const Task seen = store->snapshot().find_task(ann.id, task.id);
        torn += seen.description != seen.title || seen.updated_at < last;
        last = seen.updated_at;
      }
    });
  }
  CHECK(torn == 0);
  // Each of the 401 changes moved the time by a microsecond, since the clock stands still.
  CHECK(store->snapshot().find_task(ann.id, task.id).updated_at == task.updated_at + 401us);
}

TEST_CASE_FIXTURE(OpenStore, "store/store: toggles at once are all counted") {
  const User ann = add_user();
  const Task task = add_task(ann, "task");
  std::atomic<int> completed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 25; ++j) {
          completed += change_task(ann.id, task.id, {.completion = TaskChange::Completion::toggle},
                                   clock.now())
                           .is_completed;
        }
      });
    }
  }
  CHECK(completed == 100);
  CHECK_FALSE(store->snapshot().find_task(ann.id, task.id).is_completed);
}

TEST_CASE_FIXTURE(OpenStore, "store/store: a page and its total are of one moment") {
  const User ann = add_user();
  std::atomic<bool> done = false;
  std::atomic<int> differing = 0;
  std::jthread reader([&] {
    while (!done) {
      const TaskPage page = store->snapshot().list_tasks(ann.id, {1000, 0, false});
      differing += page.total != static_cast<std::int64_t>(page.tasks.size());
    }
  });
  for (int i = 0; i < 200; ++i) {
    const Task task = add_task(ann, "task");
    if (i % 2 == 0) remove_task(ann.id, task.id);
  }
  done = true;
  reader.join();
  CHECK(differing == 0);
  CHECK(store->snapshot().list_tasks(ann.id, {1, 0, {}}).total == 100);
}

TEST_CASE_FIXTURE(OpenStore, "store/store: a change is made as a whole or not at all") {
  const User ann = add_user();
  CHECK_THROWS_AS(store->change([&](Changes& changes) {
    changes.add_task(new_task(ann, "first"));
    changes.add_task(new_task(ann, "second"));
    changes.add_user(new_user("ann@example.com"), "hash");
  }),
                  EmailTaken);
  CHECK(store->snapshot().list_tasks(ann.id, {10, 0, {}}).total == 0);

  // What a call refuses a change may do without.
  const int added = store->change([&](Changes& changes) {
    changes.add_task(new_task(ann, "first"));
    try {
      changes.add_user(new_user("ann@example.com"), "hash");
    } catch (const EmailTaken&) {
      return 1;
    }
    return 2;
  });
  CHECK(added == 1);
  CHECK(titles_of(store->snapshot().list_tasks(ann.id, {10, 0, {}})) == "first");
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/store: a change sees what it has done and all that came before") {
  const User ann = add_user();
  const Task changed = store->change([&](Changes& changes) {
    const Task task = new_task(ann, "first");
    changes.add_task(task);
    changes.change_task(ann.id, task.id, {.content = {.title = "second"}}, clock.now());
    return changes.change_task(ann.id, task.id, {.completion = TaskChange::Completion::toggle},
                               clock.now());
  });
  CHECK(changed.title == "second");
  CHECK(changed.is_completed);
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/store: out of memory in a change is Unavailable, and nothing is kept") {
  const User ann = add_user();
  CHECK_THROWS_AS(store->change([&](Changes& changes) {
    changes.add_task(new_task(ann, "lost"));
    throw std::bad_alloc();
  }),
                  Unavailable);
  add_task(ann, "kept");
  CHECK(titles_of(store->snapshot().list_tasks(ann.id, {10, 0, {}})) == "kept");
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/store: the largest id is that of the newest user, session or task") {
  CHECK_FALSE(store->snapshot().largest_id());
  const User ann = add_user();
  CHECK(store->snapshot().largest_id() == ann.id);
  const Task task = add_task(ann, "task");
  CHECK(store->snapshot().largest_id() == task.id);
  const Session session = new_session(ann);
  log_in(session, hash_of(1), "hash", std::nullopt);
  CHECK(store->snapshot().largest_id() == session.id);
  const User bob = add_user("bob@example.com");
  CHECK(store->snapshot().largest_id() == bob.id);
}

}  // namespace taskdock::store
