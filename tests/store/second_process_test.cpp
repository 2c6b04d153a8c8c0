#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "store/errors.h"
#include "store/fixtures.h"

// SQLite's locks belong to processes, so that two stores in one process do not show all that
// another process can do.
namespace taskdock::store {

namespace {

using namespace std::chrono_literals;

/// Another process, which has begun before this one has opened a database, as it must.
class OtherProcess {
 public:
  /// Will run `work`; it succeeds if that returns.
  explicit OtherProcess(const std::function<void()>& work) {
    if (::pipe(go_) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ != 0) return;
    int status = 1;
    char go = 0;
    ::close(go_[1]);
    if (::read(go_[0], &go, 1) == 1) {
      try {
        work();
        status = 0;
      } catch (...) {
      }
    }
    ::_exit(status);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() {
    if (pid_ > 0) finish();
  }

  void start() const { REQUIRE(::write(go_[1], "x", 1) == 1); }

  /// Whether it has succeeded, once it has ended.
  bool finish() {
    ::close(go_[0]);
    ::close(go_[1]);
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  int go_[2] = {};
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE_FIXTURE(Workshop,
                  "store/second_process: a user that another process deletes is gone here at once, "
                  "with every session, and nothing is left") {
  const User ann = new_user("ann@example.com");
  const Session session = new_session(ann);
  OtherProcess command([&] {
    Store store(file, {.may_migrate = false});
    store.change([&](Changes& changes) { changes.remove_user(ann.id); });
    if (!store.finish_background_work(30s)) throw std::runtime_error("not finished");
  });
  Store store(file, {.readers = 2});
  store.change([&](Changes& changes) {
    changes.add_user(ann, "hash");
    changes.add_session(session, hash_of(1));
    for (int i = 0; i < 3000; ++i) changes.add_task(new_task(ann, "a secret of ann"));
  });
  CHECK(store.snapshot().find_caller(ann.id, session.id, clock.now()));
  command.start();
  CHECK(command.finish());
  CHECK_FALSE(store.snapshot().find_caller(ann.id, session.id, clock.now()));
  CHECK_FALSE(store.snapshot().find_credentials(ann.email));
  CHECK_THROWS_AS(store.change([&](Changes& changes) { changes.add_task(new_task(ann, "late")); }),
                  UserNotFound);
  CHECK(content_of(file).find("a secret of ann") == std::string::npos);
  CHECK(content_of(file.string() + "-wal").find("a secret of ann") == std::string::npos);
  CHECK_NOTHROW(store.check());
}

TEST_CASE_FIXTURE(Workshop,
                  "store/second_process: two processes write at once, and nothing is lost, refused "
                  "or damaged") {
  const User ann = new_user("ann@example.com");
  constexpr int each = 200;
  const auto add_tasks = [&](Store& store) {
    for (int i = 0; i < each; ++i) {
      store.change([&](Changes& changes) { changes.add_task(new_task(ann, "task")); });
    }
  };
  OtherProcess command([&] {
    Store store(file, {.may_migrate = false});
    add_tasks(store);
  });
  Store store(file);
  store.change([&](Changes& changes) { changes.add_user(ann, "hash"); });
  command.start();
  add_tasks(store);
  CHECK(command.finish());
  CHECK(store.snapshot().list_tasks(ann.id, {1, 0, {}}).total == 2 * each);
  CHECK_NOTHROW(store.check());
}

}  // namespace taskdock::store
