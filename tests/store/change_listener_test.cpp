#include "store/change_listener.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "store/errors.h"
#include "store/fixtures.h"

namespace taskdock::store {

namespace {

using namespace std::chrono_literals;
using Users = std::vector<support::Uuid>;

/// Keeps what it was told.
class Listener final : public ChangeListener {
 public:
  void on_commit(const ChangedUsers& users) noexcept override {
    const std::lock_guard lock(mutex_);
    tasks_.insert(tasks_.end(), users.tasks.begin(), users.tasks.end());
    sessions_.insert(sessions_.end(), users.grants.begin(), users.grants.end());
    ++commits_;
    told_.notify_all();
  }
  void on_second(bool others_wrote) noexcept override {
    const std::lock_guard lock(mutex_);
    ++seconds_;
    others_wrote_ |= others_wrote;
    told_.notify_all();
  }

  /// What it was told since the last call, up to the next commit.
  std::pair<Users, Users> take() {
    std::unique_lock lock(mutex_);
    REQUIRE(told_.wait_for(lock, 30s, [this] { return commits_ > 0; }));
    commits_ = 0;
    return {std::exchange(tasks_, {}), std::exchange(sessions_, {})};
  }
  bool wait_for_others() {
    std::unique_lock lock(mutex_);
    const bool told = told_.wait_for(lock, 30s, [this] { return others_wrote_; });
    others_wrote_ = false;
    return told;
  }
  int wait_for_seconds(int number) {
    std::unique_lock lock(mutex_);
    told_.wait_for(lock, 30s, [&] { return seconds_ >= number; });
    return seconds_;
  }
  bool others_wrote() {
    const std::lock_guard lock(mutex_);
    return others_wrote_;
  }
  int seconds() {
    const std::lock_guard lock(mutex_);
    return seconds_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  Users tasks_;
  Users sessions_;
  int commits_ = 0;
  int seconds_ = 0;
  bool others_wrote_ = false;
};

struct ListenedStore : Workshop {
  Store store{file};
  Listener listener;
  User ann = new_user("ann@example.com");
  User bob = new_user("bob@example.com");

  ListenedStore() {
    store.change([&](Changes& changes) {
      changes.add_user(ann, "hash");
      changes.add_user(bob, "hash");
    });
    store.set_listener(&listener);
  }
  ~ListenedStore() { store.set_listener(nullptr); }

  /// Whom the listener was told of for one change, each once: by their tasks and their sessions.
  std::pair<Users, Users> told_of(const std::function<void(Changes&)>& work) {
    store.change(work);
    return listener.take();
  }
};

}  // namespace

TEST_CASE_FIXTURE(ListenedStore, "store/change_listener: each change of a task names its owner") {
  const Task task = new_task(ann, "task");
  const std::pair<Users, Users> of_ann = {{ann.id}, {}};
  CHECK(told_of([&](Changes& changes) { changes.add_task(task); }) == of_ann);
  CHECK(told_of([&](Changes& changes) {
          changes.change_task(ann.id, task.id, {.content = {.title = "new"}}, clock.now());
        }) == of_ann);
  CHECK(told_of([&](Changes& changes) { changes.remove_task(ann.id, task.id, clock.now()); }) ==
        of_ann);
  CHECK(told_of([&](Changes& changes) {
          changes.restore_task(ann.id, task.id, support::Timestamp{}, clock.now());
        }) == of_ann);
  const auto of_both = told_of([&](Changes& changes) {
    for (const User& user : {ann, ann, bob}) changes.add_task(new_task(user, "task"));
  });
  CHECK(of_both == std::pair<Users, Users>{{ann.id, bob.id}, {}});
}

TEST_CASE_FIXTURE(ListenedStore,
                  "store/change_listener: what may end sessions or tokens names their user") {
  const Session session = new_session(ann);
  store.change([&](Changes& changes) { changes.add_session(session, hash_of(1)); });
  const std::pair<Users, Users> of_ann = {{}, {ann.id}};
  CHECK(told_of([&](Changes& changes) { changes.end_session(ann.id, session.id); }) == of_ann);
  CHECK(told_of([&](Changes& changes) { changes.end_sessions(ann.id, std::nullopt); }) == of_ann);
  ScriptToken token;
  token.id = ids.next();
  token.user_id = ann.id;
  token.name = "backup";
  token.scope = TokenScope::read;
  token.created_at = clock.now();
  store.change([&](Changes& changes) { changes.add_script_token(token, hash_of(2)); });
  CHECK(told_of([&](Changes& changes) { changes.remove_script_token(ann.id, token.id); }) ==
        of_ann);
  CHECK(told_of([&](Changes& changes) { changes.remove_script_tokens(ann.id); }) == of_ann);
  CHECK(told_of([&](Changes& changes) { changes.remove_user(ann.id); }) == of_ann);
}

TEST_CASE_FIXTURE(ListenedStore, "store/change_listener: nobody is named for what has failed") {
  CHECK_THROWS_AS(store.change([&](Changes& changes) {
    changes.change_task(ann.id, ids.next(), {}, clock.now());
  }),
                  TaskNotFound);
  // That one may have been noted, which does no harm; but the next batch is its own.
  store.change([&](Changes& changes) { changes.add_task(new_task(bob, "task")); });
  Users tasks = listener.take().first;
  std::erase(tasks, ann.id);
  while (tasks.empty()) tasks = listener.take().first;
  CHECK(tasks == Users{bob.id});
}

TEST_CASE_FIXTURE(ListenedStore,
                  "store/change_listener: while it is watched, a second counts what others write") {
  store.watch(true);
  listener.wait_for_seconds(2);
  CHECK_FALSE(listener.others_wrote());
  store.change([&](Changes& changes) { changes.add_task(new_task(ann, "our own")); });
  listener.wait_for_seconds(listener.seconds() + 2);
  CHECK_FALSE(listener.others_wrote());
  Store beside(file, {.may_migrate = false});
  for (int i = 0; i < 2; ++i) {
    beside.change([&](Changes& changes) { changes.add_task(new_task(ann, "beside")); });
    CHECK(listener.wait_for_others());
  }
}

TEST_CASE_FIXTURE(ListenedStore, "store/change_listener: nothing happens while nobody watches") {
  store.watch(true);
  CHECK(listener.wait_for_seconds(1) >= 1);
  store.watch(false);
  store.change([&](Changes& changes) { changes.add_task(new_task(ann, "task")); });
  const int seconds = listener.seconds();
  std::this_thread::sleep_for(1500ms);
  CHECK(listener.seconds() == seconds);
}

TEST_CASE_FIXTURE(ListenedStore,
                  "store/change_listener: what others wrote unwatched is told later") {
  store.watch(true);
  listener.wait_for_seconds(1);
  store.watch(false);
  {
    Store beside(file, {.may_migrate = false});
    beside.change([&](Changes& changes) { changes.add_task(new_task(ann, "beside")); });
  }
  store.watch(true);
  CHECK(listener.wait_for_others());
}

}  // namespace taskdock::store
