#include "store/store.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "store/errors.h"
#include "store/fixtures.h"

namespace taskdock::store {

namespace {

using namespace std::chrono_literals;

struct Fixture : Workshop {
  std::unique_ptr<Store> store = std::make_unique<Store>(file, 3);

  void reopen() {
    store.reset();
    store = std::make_unique<Store>(file, 3);
  }
  User add_user(const std::string& email = "ann@example.com") {
    const User user = new_user(email);
    store->add_user(user, "hash");
    return user;
  }
  Task add_task(const User& owner, const std::string& title, bool is_completed = false) {
    const Task task = new_task(owner, title, is_completed);
    store->add_task(task);
    return task;
  }
};

/// For as long as this lives no file can grow past `bytes`, as on a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "store/store: users are added, found, and one to an email") {
  const User ann = add_user();
  CHECK(same(store->find_credentials("ann@example.com").value().user, ann));
  CHECK(store->find_password_hash(ann.id) == "hash");
  CHECK_THROWS_AS(store->find_password_hash(ids.next()), UserNotFound);
  CHECK_FALSE(store->find_credentials("bob@example.com"));
  CHECK_THROWS_AS(add_user(), EmailTaken);
}

TEST_CASE_FIXTURE(Fixture, "store/store: a sign-up is a user with a session, or neither") {
  const User ann = new_user("ann@example.com");
  const Session session = new_session(ann);
  store->sign_up(ann, "hash", session, hash_of(1), true);
  CHECK(same(store->snapshot().find_caller(ann.id, session.id, clock.now()).value().user, ann));

  const User bob = new_user("bob@example.com");
  CHECK_THROWS_AS(store->sign_up(bob, "hash", new_session(bob), hash_of(2), true), NotTheFirstUser);
  CHECK_THROWS_AS(store->sign_up(bob, "hash", session, hash_of(2), false), SQLite::Exception);
  CHECK_FALSE(store->find_credentials("bob@example.com"));
  CHECK_NOTHROW(store->sign_up(bob, "hash", new_session(bob), hash_of(2), false));
  const User again = new_user("bob@example.com");
  CHECK_THROWS_AS(store->sign_up(again, "hash", new_session(again), hash_of(3), false), EmailTaken);
  CHECK(store->list_users().size() == 2);
}

TEST_CASE("store/store: of many who would be the first user one is") {
  Workshop workshop;
  Store store(workshop.file, 1);
  CHECK_FALSE(store.has_users());
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        const User user = workshop.new_user(std::to_string(i) + "@example.com");
        try {
          store.sign_up(user, "hash", workshop.new_session(user),
                        hash_of(static_cast<std::uint8_t>(i)), true);
          ++admitted;
        } catch (const NotTheFirstUser&) {
        }
      });
    }
  }
  CHECK(admitted == 1);
  CHECK(store.list_users().size() == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "store/store: a password that was changed meanwhile opens nothing and changes "
                  "nothing") {
  const User ann = add_user();
  const Session session = new_session(ann);
  store->log_in(session, hash_of(1), "hash", std::nullopt);
  store->change_password(ann.id, "hash", "newer", session.id);

  CHECK_THROWS_AS(store->log_in(new_session(ann), hash_of(2), "hash", "renewed"), WrongPassword);
  CHECK_THROWS_AS(store->change_user(ann.id, {.name = "x"}, "hash"), WrongPassword);
  CHECK_THROWS_AS(store->change_password(ann.id, "hash", "late", std::nullopt), WrongPassword);
  CHECK_THROWS_AS(store->remove_user(ann.id, "hash"), WrongPassword);
  CHECK(store->find_password_hash(ann.id) == "newer");
  CHECK(store->snapshot().list_sessions(ann.id, clock.now(), 10, 0).total == 1);
  CHECK(same(store->snapshot().find_caller(ann.id, session.id, clock.now()).value().user, ann));

  const User eve = new_user("eve@example.com");
  CHECK_THROWS_AS(store->log_in(new_session(eve), hash_of(2), "hash", std::nullopt), UserNotFound);
  CHECK_THROWS_AS(store->remove_user(eve.id, "hash"), UserNotFound);
  CHECK_THROWS_AS(store->change_user(eve.id, {.name = "x"}, std::nullopt), UserNotFound);
}

TEST_CASE_FIXTURE(Fixture, "store/store: a log-in can renew the hash it was checked against") {
  const User ann = add_user();
  store->log_in(new_session(ann), hash_of(1), "hash", "renewed");
  CHECK(store->find_password_hash(ann.id) == "renewed");
}

TEST_CASE_FIXTURE(Fixture,
                  "store/store: a new password ends all sessions but the one that is kept") {
  const User ann = add_user();
  const Session mine = new_session(ann);
  store->log_in(mine, hash_of(1), "hash", std::nullopt);
  store->log_in(new_session(ann), hash_of(2), "hash", std::nullopt);
  store->change_password(ann.id, "hash", "newer", mine.id);
  const SessionPage left = store->snapshot().list_sessions(ann.id, clock.now(), 10, 0);
  REQUIRE(left.total == 1);
  CHECK(left.sessions.at(0).id == mine.id);
  store->change_password(ann.id, "newer", "newest", std::nullopt);
  CHECK(store->snapshot().list_sessions(ann.id, clock.now(), 10, 0).total == 0);
}

TEST_CASE_FIXTURE(Fixture, "store/store: the use of a session is noted soon, though nobody waits") {
  const User ann = add_user();
  const Session session = new_session(ann);
  store->log_in(session, hash_of(1), "hash", std::nullopt);
  store->touch_session(session.id, clock.now() + 5min);
  reopen();
  CHECK(store->snapshot().find_caller(ann.id, session.id, clock.now())->last_used_at ==
        clock.now() + 5min);
}

TEST_CASE_FIXTURE(Fixture,
                  "store/store: of a removed user nothing stays, not even in the file or its log") {
  const User ann = add_user("ann.secret@example.com");
  const User bob = add_user("bob@example.com");
  add_task(bob, "a task of bob");
  for (int i = 0; i < 500; ++i) {
    add_task(ann, "a secret of ann " + std::string(static_cast<std::size_t>(i), 'x'), i % 2 == 0);
  }
  store->log_in(new_session(ann), hash_of(0xA7), "hash", std::nullopt);
  const auto holds = [&](const std::string& text) {
    return content_of(file).find(text) != std::string::npos ||
           content_of(file.string() + "-wal").find(text) != std::string::npos;
  };
  const std::string id(ann.id.bytes.begin(), ann.id.bytes.end());
  for (const std::string& trace :
       {std::string("ann.secret"), std::string("a secret of ann"), std::string(32, '\xA7'), id}) {
    REQUIRE(holds(trace));
  }
  store->remove_user(ann.id, "hash");
  CHECK_FALSE(holds("ann.secret"));
  CHECK_FALSE(holds("a secret of ann"));
  CHECK_FALSE(holds(std::string(32, '\xA7')));
  CHECK_FALSE(holds(id));
  CHECK(holds("a task of bob"));
  CHECK(store->list_users().size() == 1);
  CHECK_THROWS_AS(add_task(ann, "late"), UserNotFound);
}

TEST_CASE_FIXTURE(Fixture,
                  "store/store: nothing of removed users stays in the pages their rows have moved "
                  "through") {
  // Rows of many sizes at places that follow no order, so that pages are split and balanced.
  std::vector<User> users;
  for (int i = 0; i < 60; ++i) {
    users.push_back(add_user("user" + std::to_string(i) + ".secret@example.com"));
  }
  std::minstd_rand numbers;  // the same numbers at each run
  int others_tasks = 0;
  for (int i = 0; i < 2400; ++i) {
    const std::size_t who = numbers() % users.size();
    others_tasks += static_cast<int>(who % 2);
    add_task(users[who],
             "secret of user" + std::to_string(who) + '.' + std::string(numbers() % 450, 'x'),
             i % 3 == 0);
  }
  for (std::size_t who = 0; who < users.size(); who += 2) store->remove_user(users[who].id, "hash");

  const auto traces = [&] {
    int found = 0;
    const std::string bytes = content_of(file) + content_of(file.string() + "-wal");
    for (std::size_t who = 0; who < users.size(); who += 2) {
      const std::string name = "user" + std::to_string(who) + '.';
      const support::Uuid& id = users[who].id;
      found += bytes.find(name + "secret") != std::string::npos ? 1 : 0;
      found += bytes.find("secret of " + name) != std::string::npos ? 1 : 0;
      found += bytes.find(std::string(id.bytes.begin(), id.bytes.end())) != std::string::npos;
    }
    return found;
  };
  CHECK(traces() == 0);
  // Nor does any of it come back from the memory of whoever writes next.
  for (std::size_t who = 1; who < users.size(); who += 2) add_task(users[who], "more");
  CHECK(traces() == 0);
  store.reset();
  CHECK(traces() == 0);
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  CHECK(database.execAndGet("SELECT count(*) FROM tasks").getInt() == others_tasks + 30);
}

TEST_CASE_FIXTURE(Fixture, "store/store: a log that somebody reads is emptied once they do not") {
  const User ann = add_user("ann.secret@example.com");
  const User bob = add_user("bob@example.com");
  const auto holds_ann = [&] {
    return content_of(file.string() + "-wal").find("ann.secret") != std::string::npos;
  };
  {
    SQLite::Database reader(file.string(), SQLite::OPEN_READONLY);
    reader.exec("BEGIN");
    reader.execAndGet("SELECT count(*) FROM users");
    store->remove_user(ann.id, "hash");
    add_task(bob, "while it is read");
    CHECK(holds_ann());
    reader.exec("COMMIT");
  }
  // Soon, though nobody writes.
  for (int i = 0; i < 100 && holds_ann(); ++i) std::this_thread::sleep_for(100ms);
  CHECK_FALSE(holds_ann());
  CHECK(content_of(file).find("ann.secret") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture,
                  "store/store: a log that was left behind is emptied after the next start") {
  add_task(add_user("ann.secret@example.com"), "x");
  const std::filesystem::path copy = file.string() + ".copy";
  const std::filesystem::path log = copy.string() + "-wal";
  std::filesystem::copy_file(file, copy);
  std::filesystem::copy_file(file.string() + "-wal", log);
  REQUIRE(content_of(log).find("ann.secret") != std::string::npos);
  SQLite::Database reader(copy.string(), SQLite::OPEN_READONLY);
  reader.exec("BEGIN");
  reader.execAndGet("SELECT count(*) FROM users");
  Store next(copy, 3);
  std::this_thread::sleep_for(500ms);
  CHECK_FALSE(content_of(log).empty());
  reader.exec("COMMIT");
  for (int i = 0; i < 100 && !content_of(log).empty(); ++i) std::this_thread::sleep_for(100ms);
  CHECK(content_of(log).empty());
  CHECK(next.find_credentials("ann.secret@example.com"));
}

TEST_CASE_FIXTURE(Fixture, "store/store: tasks are added, found, changed, listed and removed") {
  const User ann = add_user();
  const Task task = add_task(ann, "first");
  add_task(ann, "second", true);
  CHECK(same(store->snapshot().find_task(ann.id, task.id), task));
  const Task changed = store->change_task(ann.id, task.id, {.title = "changed"}, clock.now());
  CHECK(changed.title == "changed");
  CHECK(changed.updated_at == task.updated_at + 1us);
  CHECK(same(store->snapshot().find_task(ann.id, task.id), changed));
  CHECK(titles_of(store->snapshot().list_tasks(ann.id, {10, 0, {}})) == "second changed");
  CHECK(titles_of(store->snapshot().list_tasks(ann.id, {10, 0, false})) == "changed");
  store->remove_task(ann.id, task.id);
  CHECK_THROWS_AS(store->snapshot().find_task(ann.id, task.id), TaskNotFound);
  CHECK(store->snapshot().list_tasks(ann.id, {10, 0, {}}).total == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "store/store: whose task it is decides, and what is refused changes nothing") {
  const User ann = add_user();
  const User bob = add_user("bob@example.com");
  const Task task = add_task(ann, "hers");
  CHECK_THROWS_AS(store->snapshot().find_task(bob.id, task.id), NotTheOwner);
  CHECK_THROWS_AS(store->change_task(bob.id, task.id, {.title = "his"}, clock.now()), NotTheOwner);
  CHECK_THROWS_AS(store->remove_task(bob.id, task.id), NotTheOwner);
  CHECK_THROWS_AS(store->change_task(ann.id, bob.id, {.title = "x"}, clock.now()), TaskNotFound);
  CHECK_THROWS_AS(store->remove_task(ann.id, bob.id), TaskNotFound);
  CHECK(same(store->snapshot().find_task(ann.id, task.id), task));
}

TEST_CASE_FIXTURE(Fixture,
                  "store/store: everything is there after it was closed and opened again") {
  const User ann = add_user();
  Task task = new_task(ann, "Стол 水 🥛", true);
  task.description = "";
  store->add_task(task);
  const Task gone = add_task(ann, "gone");
  store->remove_task(ann.id, gone.id);
  reopen();
  CHECK(same(store->find_credentials(ann.email).value().user, ann));
  CHECK(same(store->snapshot().find_task(ann.id, task.id), task));
  CHECK(store->snapshot().list_tasks(ann.id, {10, 0, true}).total == 1);
  CHECK_THROWS_AS(store->snapshot().find_task(ann.id, gone.id), TaskNotFound);
  CHECK_THROWS_AS(add_user(), EmailTaken);
}

TEST_CASE_FIXTURE(Fixture, "store/store: closing folds the write-ahead log into the file") {
  add_user();
  const std::filesystem::path log = file.string() + "-wal";
  REQUIRE(std::filesystem::file_size(log) > 0);
  store.reset();
  CHECK((!std::filesystem::exists(log) || std::filesystem::file_size(log) == 0));
  CHECK(content_of(file).find("ann@example.com") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "store/store: what was acknowledged is there though nobody closed it") {
  const User ann = add_user();
  add_task(ann, "kept");
  // What a crash would leave at this moment.
  const std::filesystem::path copy = directory.path() / "copy.db";
  std::filesystem::copy(file, copy);
  std::filesystem::copy(file.string() + "-wal", copy.string() + "-wal");
  Store recovered(copy, 1);
  CHECK(same(recovered.find_credentials(ann.email).value().user, ann));
  CHECK(titles_of(recovered.snapshot().list_tasks(ann.id, {10, 0, {}})) == "kept");
}

TEST_CASE_FIXTURE(Fixture,
                  "store/store: its file has a write-ahead log for whoever opens it next") {
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("PRAGMA journal_mode").getString() == "wal");
}

TEST_CASE_FIXTURE(Workshop, "store/store: a file that cannot be opened or made is Unavailable") {
  CHECK_THROWS_AS(Store(directory.path() / "missing" / "taskdock.db", 1), Unavailable);
  CHECK_THROWS_AS(Store(directory.path(), 1), Unavailable);
  std::ofstream(file) << "a file";
  CHECK_THROWS_AS(Store(file / "taskdock.db", 1), Unavailable);
}

TEST_CASE_FIXTURE(
    Fixture,
    "store/store: on a full disk writes are Unavailable and reads go on, until there is room") {
  const User ann = add_user();
  const Task task = add_task(ann, "before");
  Task big = new_task(ann, "big");
  big.description = std::string(100'000, 'x');
  {
    const FullDisk full(std::filesystem::file_size(file.string() + "-wal"));
    CHECK_THROWS_AS(store->add_task(big), Unavailable);
    CHECK_THROWS_AS(store->change_task(ann.id, task.id, {.title = "x"}, clock.now()), Unavailable);
    CHECK(same(store->snapshot().find_task(ann.id, task.id), task));
    CHECK_THROWS_AS(store->snapshot().find_task(ann.id, big.id), TaskNotFound);
    CHECK(store->snapshot().list_tasks(ann.id, {10, 0, {}}).total == 1);
    CHECK_NOTHROW(store->check());
  }
  store->add_task(big);
  CHECK(store->change_task(ann.id, task.id, {.title = "after"}, clock.now()).title == "after");
  reopen();
  CHECK(titles_of(store->snapshot().list_tasks(ann.id, {10, 0, {}})) == "big after");
}

TEST_CASE_FIXTURE(Fixture, "store/store: a snapshot sees nothing of what is written meanwhile") {
  const User ann = add_user();
  const Task task = add_task(ann, "first");
  {
    Snapshot snapshot = store->snapshot();
    CHECK(same(snapshot.find_task(ann.id, task.id), task));
    add_task(ann, "second");
    store->remove_task(ann.id, task.id);
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

TEST_CASE_FIXTURE(Fixture, "store/store: a healthy database answers the check") {
  CHECK_NOTHROW(store->check());
}

TEST_CASE_FIXTURE(Fixture, "store/store: of those who want one email at once, one gets it") {
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
    Fixture,
    "store/store: with many writers at once no write is torn, and the time of change rises") {
  const User ann = add_user();
  const Task task = add_task(ann, "0");
  store->change_task(ann.id, task.id, {.description = "0"}, clock.now());
  std::atomic<int> writing = 4;
  std::atomic<int> torn = 0;
  {
    std::vector<std::jthread> threads;
    for (int writer = 1; writer <= 4; ++writer) {
      threads.emplace_back([&, writer] {
        const std::string text = std::to_string(writer);
        for (int i = 0; i < 100; ++i) {
          const Task changed = store->change_task(
              ann.id, task.id, {.title = text, .description = text}, clock.now());
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

TEST_CASE_FIXTURE(Fixture, "store/store: toggles at once are all counted") {
  const User ann = add_user();
  const Task task = add_task(ann, "task");
  std::atomic<int> completed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 25; ++j) {
          completed +=
              store
                  ->change_task(ann.id, task.id, {.completion = TaskChange::Completion::toggle},
                                clock.now())
                  .is_completed;
        }
      });
    }
  }
  CHECK(completed == 100);
  CHECK_FALSE(store->snapshot().find_task(ann.id, task.id).is_completed);
}

TEST_CASE_FIXTURE(Fixture, "store/store: a page and its total are of one moment") {
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
    if (i % 2 == 0) store->remove_task(ann.id, task.id);
  }
  done = true;
  reader.join();
  CHECK(differing == 0);
  CHECK(store->snapshot().list_tasks(ann.id, {1, 0, {}}).total == 100);
}

TEST_CASE("store/store: the library's version is a version") {
  const std::string version = sqlite_version();
  CHECK(version.starts_with("3."));
}

}  // namespace taskdock::store
