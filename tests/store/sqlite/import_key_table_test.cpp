#include "store/sqlite/import_key_table.h"

#include <doctest/doctest.h>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

struct Keys : OpenDatabase {
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  const support::Uuid key{.bytes = {1}};
  const support::Timestamp later = clock.now() + std::chrono::hours(1);

  /// A task of Ann's that is known by `key`.
  Task add_imported() {
    Task task = add_task(ann, "imported");
    connection.import_keys.set(ann.id, key, task.id);
    return task;
  }

  void remove(const Task& task) {
    connection.tasks.remove(ann.id, task.id);
    connection.trash.add({task, clock.now()});
    connection.tombstones.add(ann.id, {task.id, 7, clock.now()});
  }

  bool is_known() { return connection.import_keys.find(ann.id, key).has_value(); }
};

}  // namespace

TEST_CASE_FIXTURE(Keys, "store/sqlite/import_key_table: a key is its owner's, and of one task") {
  const support::Uuid first = ids.next();
  const support::Uuid second = ids.next();
  const support::Uuid third = ids.next();
  connection.import_keys.set(ann.id, key, first);
  connection.import_keys.set(bob.id, key, second);
  CHECK(connection.import_keys.find(ann.id, key) == first);
  CHECK(connection.import_keys.find(bob.id, key) == second);
  CHECK(!connection.import_keys.find(ann.id, {.bytes = {2}}));
  connection.import_keys.set(ann.id, key, third);
  CHECK(connection.import_keys.find(ann.id, key) == third);
  CHECK(count("import_keys") == 2);
}

TEST_CASE_FIXTURE(
    Keys, "store/sqlite/import_key_table: a key goes with the last that is known of its task") {
  const Task task = add_imported();
  remove(task);
  SUBCASE("which is that it was deleted") {
    CHECK(connection.trash.remove_before(later, 10) == 1);
    CHECK(is_known());
    CHECK(connection.tombstones.remove_before(later, 10) == 1);
    CHECK(!is_known());
  }
  SUBCASE("which is the task in the trash") {
    CHECK(connection.tombstones.remove_before(later, 10) == 1);
    CHECK(is_known());
    SUBCASE("that is removed for good") {
      connection.trash.remove(ann.id, task.id);
    }
    SUBCASE("that is emptied") {
      connection.trash.remove_all(ann.id);
    }
    SUBCASE("that is full") {
      connection.trash.remove_oldest(ann.id);
    }
    SUBCASE("for too long") {
      CHECK(connection.trash.remove_before(later, 10) == 1);
    }
    CHECK(!is_known());
  }
}

TEST_CASE_FIXTURE(Keys, "store/sqlite/import_key_table: a task that is restored keeps its key") {
  const Task task = add_imported();
  remove(task);
  SUBCASE("as usual") {}
  SUBCASE("when its deletion is forgotten") {
    connection.tombstones.remove_before(later, 10);
  }
  connection.tasks.add(task);
  connection.trash.remove(ann.id, task.id);
  connection.tombstones.remove(task.id);
  CHECK(is_known());
}

}  // namespace taskdock::store::sqlite
