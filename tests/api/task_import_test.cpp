#include "api/task_import.h"

#include <doctest/doctest.h>

#include "api/imported_task.h"
#include "security/digest.h"
#include "store/fixtures.h"
#include "testing/database.h"

namespace taskdock::api {

namespace {

class TextSource final : public ImportSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}

  void rewind() override { is_read_ = false; }
  std::string_view next() override {
    if (std::exchange(is_read_, true)) return {};
    return text_;
  }

 private:
  const std::string text_;
  bool is_read_ = false;
};

struct Importing : store::OpenStore {
  const store::User ann = add_user();
  const store::User bob = add_user("bob@example.com");

  /// How many tasks were imported, and how many were known, equal and deleted: "2 0 1 0".
  std::string import(const std::string& csv, const ImportOptions& options = {},
                     bool is_dry = false) {
    return import_for(ann, csv, options, is_dry);
  }
  std::string import_for(const store::User& owner, const std::string& csv,
                         const ImportOptions& options = {}, bool is_dry = false) {
    TextSource source(csv);
    const ImportTarget target{owner.id, ids, support::first_moment, clock.now()};
    const Imported done =
        import_file(*formats::find_format("csv"), source, options, *store, target, is_dry);
    CHECK(done.expired == 0);
    return std::to_string(done.imported) + ' ' + std::to_string(done.known) + ' ' +
           std::to_string(done.equal) + ' ' + std::to_string(done.deleted);
  }

  /// Ann's tasks, the newest first.
  std::vector<store::Task> tasks() { return store->snapshot().list_tasks(ann.id, {100}).tasks; }
  std::string titles() { return titles_of(store->snapshot().list_tasks(ann.id, {100})); }
  store::Task task(const std::string& title) {
    for (const store::Task& each : tasks()) {
      if (each.title == title) return each;
    }
    FAIL("no task is called " << title);
    return {};
  }

  void purge(const support::Uuid& id) {
    store->change([&](store::Changes& changes) { changes.purge_task(ann.id, id); });
  }
  /// Until it is known of no task any more that it was deleted.
  void forget_deletions() {
    clock.advance(std::chrono::hours(24));
    store->prune_trash(clock.now());
    store->prune_tombstones(clock.now());
    store->change([](store::Changes&) {});  // comes after both
    REQUIRE(store->finish_background_work(std::chrono::seconds(30)));
  }
  int keys() {
    return testing::open_database(file).execAndGet("SELECT count(*) FROM import_keys").getInt();
  }
};

const std::string two = "title\nA\nB\n";
constexpr ImportOptions with_deleted{.with_deleted = true};

}  // namespace

TEST_CASE_FIXTURE(Importing,
                  "api/task_import: tasks without a time are created by the import, in the order "
                  "of the file") {
  add_task(ann, "old");
  clock.advance(std::chrono::hours(1));
  CHECK(import("title\nC\nA\nB\n") == "3 0 0 0");
  clock.advance(std::chrono::hours(1));
  add_task(ann, "new");
  CHECK(titles() == "new B A C old");
  const store::Task imported = task("A");
  CHECK(imported.created_at == clock.now() - std::chrono::hours(1));
  CHECK(imported.updated_at == imported.created_at);
  CHECK(support::time_of(imported.id) ==
        std::chrono::floor<std::chrono::milliseconds>(imported.created_at));
  CHECK(is_version_7(imported.id));
}

TEST_CASE_FIXTURE(Importing,
                  "api/task_import: the time of a task is the earliest that its file has, with any "
                  "kind of id") {
  clock.advance(std::chrono::hours(1));
  const std::string dated =
      "id,title,created_at,updated_at\n,A,2020-01-02T00:00:00Z,2021-01-02T00:00:00Z\n"
      "b,B,2020-01-03T00:00:00Z,\nc,C,,2020-01-04T00:00:00Z\nd,D,,\n";
  CHECK(import(dated) == "4 0 0 0");
  CHECK(titles() == "D C B A");
  for (const store::Task& each : tasks()) {
    CHECK(support::time_of(each.id) ==
          std::chrono::floor<std::chrono::milliseconds>(each.created_at));
  }
  CHECK(task("C").created_at < task("D").created_at);
  CHECK(task("D").created_at == clock.now());
  CHECK(import(dated) == "0 3 1 0");
  // Only those of which the file does not say when they were created need it.
  CHECK(keys() == 2);
  CHECK(import("id,title,updated_at\nc,C,2022-01-04T00:00:00Z\n") == "0 1 0 0");
}

TEST_CASE_FIXTURE(Importing,
                  "api/task_import: a task without a time is known again, whatever became of it") {
  REQUIRE(import(two) == "2 0 0 0");
  clock.advance(std::chrono::hours(1));
  CHECK(import(two, {}, true) == "0 0 2 0");
  CHECK(import(two) == "0 0 2 0");
  const support::Uuid a = task("A").id;
  const support::Uuid b = task("B").id;
  change_task(
      ann.id, a,
      {.content = {.title = "edited"}, .completion = store::TaskChange::Completion::completed},
      clock.now());
  CHECK(import(two) == "0 0 2 0");
  remove_task(ann.id, b);
  CHECK(import(two, {}, true) == "0 0 1 1");
  CHECK(import(two) == "0 0 1 1");
  purge(b);
  CHECK(import(two) == "0 0 1 1");
  CHECK(titles() == "edited");
  CHECK(keys() == 2);
}

TEST_CASE_FIXTURE(
    Importing,
    "api/task_import: deleted tasks come back with their ids, or, where they are gone "
    "for good, as new ones") {
  REQUIRE(import(two) == "2 0 0 0");
  const support::Uuid a = task("A").id;
  const support::Uuid b = task("B").id;
  for (const support::Uuid& id : {a, b}) remove_task(ann.id, id);
  purge(b);
  clock.advance(std::chrono::hours(1));
  CHECK(import(two, with_deleted, true) == "2 0 0 0");
  CHECK(tasks().empty());
  CHECK(import(two, with_deleted) == "2 0 0 0");
  CHECK(task("A").id == a);
  // It is created now, and devices know of the deletion of the other one.
  CHECK(task("B").id != b);
  CHECK(task("B").created_at == clock.now());
  CHECK(titles() == "B A");
  CHECK(import(two, with_deleted) == "0 0 2 0");
  CHECK(keys() == 2);
  // What is gone and forgotten is as if it had never been there.
  for (const store::Task& each : tasks()) remove_task(ann.id, each.id);
  forget_deletions();
  CHECK(keys() == 0);
  CHECK(import(two) == "2 0 0 0");
}

TEST_CASE_FIXTURE(Importing,
                  "api/task_import: a key stays when a file with ids brings its task back") {
  REQUIRE(import(two) == "2 0 0 0");
  const support::Uuid b = task("B").id;
  remove_task(ann.id, b);
  purge(b);
  REQUIRE(import("id,title\n" + b.to_string() + ",B\n", with_deleted) == "1 0 0 0");
  CHECK(task("B").id == b);
  CHECK(import(two) == "0 0 2 0");
}

TEST_CASE_FIXTURE(Importing, "api/task_import: what two users import are different tasks") {
  CHECK(import(two) == "2 0 0 0");
  CHECK(import_for(bob, two) == "2 0 0 0");
  CHECK(import(two) == "0 0 2 0");
  CHECK(import_for(bob, two) == "0 0 2 0");
  store->change([&](store::Changes& changes) { changes.remove_user(ann.id); });
  REQUIRE(store->finish_background_work(std::chrono::seconds(30)));
  CHECK(keys() == 2);
  CHECK(import_for(bob, two) == "0 0 2 0");
}

TEST_CASE_FIXTURE(Importing, "api/task_import: equal tasks of one file are as many, once") {
  CHECK(import("title\nA\nA\nB\n") == "3 0 0 0");
  CHECK(titles() == "B A A");
  CHECK(import("title\nA\nA\nB\n") == "0 0 3 0");
  CHECK(import("title\nA\nA\nA\nB\n") == "1 0 3 0");
  CHECK(import("title\nA\n", {.equal = EqualTask::import}) == "1 0 0 0");
  CHECK(import("title\nA\n", {.equal = EqualTask::skip}) == "0 0 1 0");
  CHECK(titles() == "A A B A A");
}

TEST_CASE_FIXTURE(Importing, "api/task_import: a dry run and a file with a fault leave no keys") {
  CHECK(import(two, {}, true) == "2 0 0 0");
  CHECK_THROWS_AS(import(two + "\"\"\n"), ValidationError);
  CHECK(keys() == 0);
}

TEST_CASE_FIXTURE(Importing,
                  "api/task_import: tasks that were imported with an id of 1970 are known") {
  // As version 8 has made them.
  const auto id_of_1970 = [&](const std::string& title) {
    formats::ImportedTask imported;
    imported.title = title;
    const security::Digest digest = security::sha256(text_of(imported));
    return derived_id({}, ann.id,
                      "content " +
                          std::string(reinterpret_cast<const char*>(digest.data()), digest.size()) +
                          '0');
  };
  for (const char* title : {"A", "B", "C"}) {
    store::Task old = new_task(ann, title);
    old.id = id_of_1970(title);
    keep(old);
  }
  add_task(ann, "D");
  const std::string three = "title\nA\nB\nC\n";
  CHECK(import(three) == "0 0 3 0");
  remove_task(ann.id, id_of_1970("A"));
  remove_task(ann.id, id_of_1970("B"));
  purge(id_of_1970("B"));
  CHECK(import(three) == "0 0 1 2");
  CHECK(keys() == 0);
  CHECK(import(three, with_deleted) == "2 0 1 0");
  CHECK(task("A").id == id_of_1970("A"));
  CHECK(titles().starts_with("B D "));
  CHECK(import(three, with_deleted) == "0 0 3 0");
  CHECK(keys() == 1);
}

}  // namespace taskdock::api
