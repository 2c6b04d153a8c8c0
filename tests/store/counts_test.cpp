// What is kept of a user's tasks and tags, and must be what counting gives.
#include <doctest/doctest.h>

#include <random>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "store/check.h"
#include "store/errors.h"
#include "store/fixtures.h"

namespace taskdock::store {

namespace {

struct Refused : std::runtime_error {
  Refused() : std::runtime_error("refused after it was done") {}
};

/// Makes changes of one user's tasks, as clients do, and lets some of them fail at their end.
class Client {
 public:
  Client(OpenStore& stage, const User& user, unsigned seed)
      : stage_(stage), user_(user), ids_(stage.clock, random_), chance_(seed) {}

  void work(int changes) {
    for (int i = 0; i < changes; ++i) {
      const bool is_refused = pick(3) == 0;
      const auto size = pick(10) == 0 ? ChangeSize::large : ChangeSize::usual;
      const std::vector<support::Uuid> before = own_;
      try {
        stage_.store->change(
            [&](Changes& changes) {
              for (int steps = pick(4) + 1; steps > 0; --steps) step(changes);
              if (is_refused) throw Refused();
            },
            size);
      } catch (const Refused&) {
        own_ = before;
      }
    }
  }

 private:
  int pick(int count) { return std::uniform_int_distribution(0, count - 1)(chance_); }

  std::vector<std::string> some_tags() {
    static const std::vector<std::string> names = {"home", "Home", "HOME", "work", "Work", "rare"};
    std::vector<std::string> tags;
    if (pick(2) == 0) tags.push_back(names[static_cast<std::size_t>(pick(3))]);
    if (pick(2) == 0) tags.push_back(names[static_cast<std::size_t>(pick(3)) + 3]);
    return tags;
  }

  const support::Uuid& any_own() { return own_[static_cast<std::size_t>(pick(int(own_.size())))]; }

  /// What is not there any more is no error here: other clients of the user change the same tasks.
  void step(Changes& changes) try {
    const support::Timestamp now = stage_.clock.now();
    if (own_.empty() || pick(3) == 0) {
      Task task{{.title = "task"}, ids_.next(), pick(3) == 0, user_.id, now, now};
      task.tags = some_tags();
      own_.push_back(task.id);
      changes.add_task(std::move(task));
      return;
    }
    const support::Uuid id = any_own();
    switch (pick(7)) {
      case 0:
        changes.change_task(user_.id, id, {.content = {.tags = some_tags()}}, now);
        break;
      case 1:
        changes.change_task(user_.id, id, {.completion = TaskChange::Completion::toggle}, now);
        break;
      case 2:
        changes.change_task(
            user_.id, id,
            {.content = {.tags = some_tags()}, .completion = TaskChange::Completion::completed},
            now);
        break;
      case 3:
        changes.remove_task(user_.id, id, now);
        break;
      case 4:
        changes.restore_task(user_.id, id, support::first_moment, now);
        break;
      case 5:
        changes.purge_task(user_.id, id);
        break;
      default:
        if (pick(10) == 0) {
          changes.empty_trash(user_.id);
        } else if (pick(2) == 0) {
          changes.rename_tag(user_.id, "work", pick(2) == 0 ? "Work" : "home", now);
        } else {
          changes.remove_tag(user_.id, "rare", now);
        }
    }
  } catch (const TaskNotFound&) {
  } catch (const TagNotFound&) {
  }

  OpenStore& stage_;
  const User& user_;
  support::SystemRandom random_;
  support::UuidGenerator ids_;
  std::mt19937 chance_;
  std::vector<support::Uuid> own_;
};

}  // namespace

TEST_CASE_FIXTURE(
    OpenStore,
    "store: the kept numbers are what counting gives, whatever changes share a transaction and "
    "whichever of them fail") {
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  const User eve = add_user("eve@example.com");
  std::vector<std::thread> clients;
  for (unsigned seed = 0; seed < 8; ++seed) {
    clients.emplace_back([&, seed] { Client(*this, seed % 2 == 0 ? ann : bob, seed).work(150); });
  }
  clients.emplace_back([&] { Client(*this, eve, 8).work(50); });
  for (std::thread& client : clients) client.join();
  store->prune_trash(clock.now() + std::chrono::seconds(1));
  store->finish_background_work(std::chrono::seconds(30));
  const auto tasks = store->snapshot().list_tasks(ann.id, {100'000, 0, {}}).tasks;
  CHECK(tasks.size() > 10);
  std::set<std::int64_t> revisions;
  for (const Task& task : tasks) revisions.insert(task.revision);
  CHECK(revisions.size() == tasks.size());
  store.reset();
  for (const std::string& finding : check(file, Usage::live, clock.now(), tell_nobody).findings) {
    FAIL_CHECK(finding);
  }
}

TEST_CASE_FIXTURE(OpenStore,
                  "store: a user who is removed takes all along, also while others of the same "
                  "transaction still change their tasks") {
  for (int round = 0; round < 20; ++round) {
    const User ann = add_user();
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        support::SystemRandom random;
        support::UuidGenerator own_ids(clock, random);
        for (int tasks = 0; tasks < 50; ++tasks) {
          Task task{{.title = "task"}, own_ids.next(), false, ann.id, clock.now(), clock.now()};
          task.tags = {"home"};
          try {
            store->change([&](Changes& changes) { changes.add_task(task); });
          } catch (const UserNotFound&) {
            break;
          }
        }
      });
    }
    remove_user(ann.id, "hash");
    for (std::thread& client : clients) client.join();
  }
  store->finish_background_work(std::chrono::seconds(30));
  const User bob = add_user();
  CHECK(store->snapshot().task_totals(bob.id).total == 0);
  store.reset();
  const Checked checked = check(file, Usage::live, clock.now(), tell_nobody);
  for (const std::string& finding : checked.findings) FAIL_CHECK(finding);
  CHECK(checked.tasks == 0);
}

}  // namespace taskdock::store
