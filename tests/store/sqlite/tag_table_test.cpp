#include "store/sqlite/tag_table.h"

#include <doctest/doctest.h>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"
#include "testing/allocations.h"

namespace taskdock::store::sqlite {

namespace {

struct Tags : OpenDatabase {
  const User ann = add_user("ann@example.com");
  TagTable& tags = connection.tags;

  Task add(std::vector<std::string> names, bool is_completed = false) {
    Task task = new_task(ann, "tagged", is_completed);
    task.tags = std::move(names);
    tags.adopt(ann.id, task.tags);
    tags.replace(task, {});
    return task;
  }
  void set_tags(Task& task, std::vector<std::string> names) {
    const std::vector<std::string> before = task.tags;
    task.tags = std::move(names);
    tags.adopt(ann.id, task.tags);
    tags.replace(task, before);
  }
  void complete(Task& task, bool is_completed) {
    task.is_completed = is_completed;
    tags.set_completion(task);
  }

  static std::string text_of(const Tag& tag) {
    return tag.name + ' ' + std::to_string(tag.open) + '/' + std::to_string(tag.total);
  }
  /// "name open/total", or "none".
  std::string current(const std::string& key) {
    try {
      return text_of(tags.find(ann.id, key));
    } catch (const TagNotFound&) {
      return "none";
    }
  }
  /// As they are in the database, most used first.
  std::string written() {
    std::string all;
    for (const Tag& tag : tags.list(ann.id)) {
      all.append(all.empty() ? "" : ", ").append(text_of(tag));
    }
    return all;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Tags,
                  "store/sqlite/tag_table: how many tasks have a tag is current at once, and "
                  "written at the end") {
  Task first = add({"home", "urgent"});
  add({"home"}, true);
  CHECK(current("home") == "home 1/2");
  CHECK(current("urgent") == "urgent 1/1");
  CHECK(written() == "home 0/0, urgent 0/0");
  tags.write();
  CHECK(written() == "home 1/2, urgent 1/1");

  complete(first, true);
  complete(first, true);  // no change
  CHECK(current("home") == "home 0/2");
  tags.write();
  CHECK(written() == "home 0/2, urgent 0/1");
  complete(first, false);
  set_tags(first, {"home", "garden"});
  tags.write();
  CHECK(written() == "home 1/2, garden 1/1");
}

TEST_CASE_FIXTURE(Tags,
                  "store/sqlite/tag_table: the spelling that came first stays while a task has the "
                  "tag, within a transaction as well") {
  Task first = add({"Home"});
  CHECK(add({"HOME"}).tags == std::vector<std::string>{"Home"});
  tags.write();
  Task third = add({"home"});
  CHECK(third.tags == std::vector<std::string>{"Home"});
  CHECK(current("home") == "Home 3/3");

  Task only = add({"Garden"});
  set_tags(only, {});
  CHECK(current("garden") == "none");
  CHECK(add({"GARDEN"}).tags == std::vector<std::string>{"GARDEN"});
  CHECK(current("garden") == "GARDEN 1/1");
  tags.write();
  CHECK(written() == "Home 3/3, GARDEN 1/1");
}

TEST_CASE_FIXTURE(Tags,
                  "store/sqlite/tag_table: a tag that was written before, and that no task has any "
                  "more, is gone at once") {
  Task task = add({"Garden"}, true);
  tags.write();
  set_tags(task, {});
  CHECK(written().empty());
  SUBCASE("for good") {
    tags.write();
    CHECK(written().empty());
  }
  SUBCASE("until another task has it") {
    add({"garden"});
    CHECK(current("garden") == "garden 1/1");
    tags.write();
    CHECK(written() == "garden 1/1");
  }
}

TEST_CASE_FIXTURE(Tags, "store/sqlite/tag_table: what is rolled back is as it was before") {
  Task task = add({"Garden"});
  tags.write();
  add({"home"});
  const std::size_t noted = tags.noted();
  connection.database().exec("SAVEPOINT a");
  set_tags(task, {"HOME", "new"});
  CHECK(current("garden") == "none");
  CHECK(add({"GARDEN"}).tags == std::vector<std::string>{"GARDEN"});
  tags.respell(ann.id, "home", "Home!");
  connection.database().exec("ROLLBACK TO a; RELEASE a");
  tags.forget_since(noted);
  CHECK(current("garden") == "Garden 1/1");
  CHECK(current("home") == "home 1/1");
  CHECK(current("new") == "none");
  CHECK(add({"HOME", "NEW"}).tags == std::vector<std::string>{"home", "NEW"});
  tags.write();
  CHECK(written() == "home 2/2, Garden 1/1, NEW 1/1");
}

TEST_CASE_FIXTURE(Tags,
                  "store/sqlite/tag_table: what fails halfway for lack of memory is rolled back, "
                  "whatever could not be allocated") {
  Task first = add({"home"});
  std::size_t failures = 0;
  for (bool is_done = false; !is_done; ++failures) {
    CAPTURE(failures);
    Task task = new_task(ann, "tagged");
    task.tags = {"home", "other"};
    const std::size_t noted = tags.noted();
    connection.database().exec("SAVEPOINT a");
    try {
      const testing::AllocationLimit limit(failures);
      tags.adopt(ann.id, task.tags);
      tags.replace(task, {});
      tags.replace(first, first.tags);
      is_done = true;
    } catch (const std::bad_alloc&) {
      // The number of allocations that succeed rises by one each time.
    }
    connection.database().exec("ROLLBACK TO a; RELEASE a");
    tags.forget_since(noted);
    CHECK(current("home") == "home 1/1");
    CHECK(current("other") == "none");
  }
  CHECK(failures > 5);
}

TEST_CASE_FIXTURE(
    Tags,
    "store/sqlite/tag_table: a number that was wrong before stays wrong, and does not "
    "keep others from being written") {
  Task task = add({"broken", "home"});
  add({"broken"});
  tags.write();
  connection.database().exec("UPDATE tags SET open = 0 WHERE key = 'broken'");
  complete(task, true);
  tags.write();
  CHECK(current("home") == "home 0/1");
  CHECK(current("broken") == "broken 0/2");
}

TEST_CASE_FIXTURE(Tags,
                  "store/sqlite/tag_table: where many changes are expected none is remembered, and "
                  "all can be forgotten") {
  add({"home"});
  tags.write();
  connection.database().exec("SAVEPOINT a");
  tags.expect_many(true);
  for (int i = 0; i < 100; ++i) add({"HOME", "garden"}, i % 2 == 0);
  CHECK(tags.noted() == 0);
  CHECK(current("garden") == "garden 50/100");
  SUBCASE("written") {
    tags.write();
    CHECK(written() == "home 51/101, garden 50/100");
  }
  SUBCASE("forgotten") {
    connection.database().exec("ROLLBACK TO a; RELEASE a");
    tags.forget_since(0);
    CHECK(current("home") == "home 1/1");
    tags.write();
    CHECK(written() == "home 1/1");
  }
}

TEST_CASE_FIXTURE(
    Tags,
    "store/sqlite/tag_table: that there is no room for a tag is found before any is added, and a "
    "row that is there against what the task says is no error") {
  Task task = add({"first"});
  connection.database().exec(
      "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)"
      " INSERT INTO tags (owner, key, name) SELECT 1, i, i FROM n");
  const std::int64_t changes = connection.total_changes();
  std::vector<std::string> two = {"one more", "and another"};
  CHECK_THROWS_AS(tags.adopt(ann.id, two), TooManyTags);
  CHECK(connection.total_changes() == changes);
  std::vector<std::string> one = {"one more"};
  tags.adopt(ann.id, one);

  tags.replace(task, {});
  CHECK(current("first") == "first 1/1");
}

}  // namespace taskdock::store::sqlite
