#include "store/sqlite/background.h"

#include <doctest/doctest.h>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;
using State = BackgroundWork::State;

/// A user who was deleted, and whose tasks are left.
struct WorkAndReader : OpenDatabase {
  static constexpr int count_of_tasks = 1000;
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  DatabaseConnection other{file, DatabaseConnection::Role::reader};

  WorkAndReader() {
    connection.begin_immediate.lend().step();
    for (int i = 0; i < count_of_tasks; ++i) add_task(ann, "hers");
    connection.users.remove(ann.id);
    connection.commit.lend().step();
    add_task(bob, "his");
  }

  /// The tasks in the database, as everybody sees them.
  int committed_tasks() {
    return other.database().execAndGet("SELECT count(*) FROM tasks").getInt();
  }
};

}  // namespace

TEST_CASE_FIXTURE(WorkAndReader,
                  "store/sqlite/background: a slice without time removes a hundred tasks at most, "
                  "and is committed by itself") {
  BackgroundWork work(connection, 0ms);
  int slices = 0;
  for (int before = committed_tasks(); before > 1 && slices < count_of_tasks; ++slices) {
    CHECK(work.do_slice() == State::more);
    CHECK_FALSE(connection.in_transaction());
    const int now = committed_tasks();
    CHECK(now < before);
    CHECK(before - now <= 100);
    before = now;
  }
  CHECK(slices >= count_of_tasks / 100);
  CHECK(committed_tasks() == 1);
  for (int i = 0; i < 10 && !work.is_done(); ++i) work.do_slice();
  CHECK(work.is_done());
}

TEST_CASE_FIXTURE(WorkAndReader,
                  "store/sqlite/background: a slice goes on for as long as its time is") {
  BackgroundWork work(connection, 1h);
  work.do_slice();
  CHECK(committed_tasks() == 1);
}

TEST_CASE_FIXTURE(WorkAndReader,
                  "store/sqlite/background: others change the database between two slices") {
  BackgroundWork work(connection, 0ms);
  DatabaseConnection writer(file, DatabaseConnection::Role::writer);
  REQUIRE(work.do_slice() == State::more);
  const Task late = new_task(bob, "late");
  writer.tasks.add(late);
  REQUIRE(work.do_slice() == State::more);
  CHECK(committed_tasks() > 2);  // hers are not all gone
  CHECK(same(writer.tasks.find(bob.id, late.id), late));
}

}  // namespace taskdock::store::sqlite
