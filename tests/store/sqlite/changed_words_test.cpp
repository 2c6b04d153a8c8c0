#include "store/sqlite/changed_words.h"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "store/sqlite/fixtures.h"
#include "store/sqlite/word_check.h"

namespace taskdock::store::sqlite {

namespace {

ChangedWords left(const RowWords& before, const RowWords& after) {
  ChangedWords words{.number = 1, .removed = before, .added = after};
  leave_out_what_stays(words);
  return words;
}

/// A database with tasks of random words, of which there are few, so that they repeat.
struct WordsFixture : OpenDatabase {
  std::mt19937 random{20261127};

  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  }
  std::string words(std::size_t most) {
    constexpr std::array vocabulary = {"milk", "bread", "milkman",   "tea",
                                       "a",    "Käse",  "牛乳を買う"};
    std::string text = vocabulary[below(vocabulary.size())];
    for (std::size_t more = below(most); more > 0; --more) {
      text.append(1, ' ').append(vocabulary[below(vocabulary.size())]);
    }
    return text;
  }
  TaskContentChange content() {
    TaskContentChange content;
    if (below(2) == 0) content.title = words(5);
    if (below(2) == 0) content.description = words(30);
    if (below(3) == 0) content.tags = std::vector<std::string>{words(2), "tag " + words(2)};
    return content;
  }
  std::int64_t number(const char* sql) { return connection.database().execAndGet(sql).getInt64(); }
};

}  // namespace

TEST_CASE(
    "store/sqlite/changed_words: what stays where it is is not written, and what is behind it gets "
    "its place") {
  const ChangedWords words = left({"buy milk 1", "two bottles", "home"},  //
                                  {"buy milk 2", "two bottles", "home"});
  CHECK(*words.removed == RowWords{"1", "", ""});
  CHECK(*words.added == RowWords{std::string(filler) + ' ' + filler + " 2", "", ""});
  CHECK(words.first_column_with_filler == 0);

  const ChangedWords at_front = left({"buy milk", "", ""}, {"get milk", "", ""});
  CHECK(*at_front.removed == RowWords{"buy", "", ""});
  CHECK(*at_front.added == RowWords{"get", "", ""});
  CHECK_FALSE(at_front.first_column_with_filler);

  const ChangedWords in_two = left({"a", "x y", "t"}, {"b", "x z", "t"});
  CHECK(*in_two.removed == RowWords{"a", "y", ""});
  CHECK(*in_two.added == RowWords{"b", std::string(filler) + " z", ""});
  CHECK(in_two.first_column_with_filler == 1);
}

TEST_CASE(
    "store/sqlite/changed_words: a word that stays in one place and not in another is rewritten") {
  const ChangedWords moved = left({"milk bread", "", ""}, {"oat milk bread", "", ""});
  CHECK(*moved.removed == RowWords{"milk bread", "", ""});
  CHECK(*moved.added == RowWords{"oat milk bread", "", ""});

  const ChangedWords elsewhere = left({"milk bread", "of milk", ""}, {"bread", "of milk", ""});
  CHECK(*elsewhere.removed == RowWords{"milk bread", "milk", ""});
  CHECK(*elsewhere.added == RowWords{"bread", std::string(filler) + " milk", ""});
  CHECK(elsewhere.first_column_with_filler == 1);
}

TEST_CASE("store/sqlite/changed_words: where no word changes nothing is written") {
  const ChangedWords words = left({"milk", "", "home"}, {"milk", "", "home"});
  CHECK_FALSE(words.removed);
  CHECK_FALSE(words.added);
  CHECK_FALSE(words.first_column_with_filler);
}

TEST_CASE_FIXTURE(WordsFixture,
                  "store/sqlite/changed_words: after any changes the index has the words of the "
                  "tasks, each in its place, and in the end none") {
  const std::array users = {add_user("ann@example.com"), add_user("bob@example.com")};
  const std::array owners = {connection.user_numbers.of(users[0].id),
                             connection.user_numbers.of(users[1].id)};
  std::vector<Task> tasks;
  // Two owners' tasks of one millisecond have the same numbers in the index.
  for (int i = 0; i < 24; ++i) {
    tasks.push_back(connection.tasks.add(new_task(users[static_cast<std::size_t>(i % 2)], "milk")));
  }
  WordCheck check(connection.database());
  const auto require_right = [&] {
    REQUIRE(check.is_right(owners[0]));
    REQUIRE(check.is_right(owners[1]));
    // One of a single word is nobody's: a filler that was left.
    REQUIRE(check.next_owner({}) == owners[0]);
    REQUIRE(check.next_owner(owners[0]) == owners[1]);
    REQUIRE_FALSE(check.next_owner(owners[1]));
  };
  for (int round = 0; round < 400; ++round) {
    connection.begin_immediate.lend().step();
    for (std::size_t changes = 1 + below(12); changes > 0; --changes) {
      Task& task = tasks[below(tasks.size())];
      if (below(8) == 0) {
        task = connection.tasks.add(connection.tasks.remove(task.user_id, task.id));
      } else {
        task = connection.tasks.change(task.user_id, task.id, {.content = content()}, clock.now())
                   .after;
      }
    }
    connection.write_noted();
    connection.commit.lend().step();
    if (round % 10 == 0) require_right();
  }
  require_right();
  connection.database().exec("INSERT INTO task_words (task_words) VALUES ('integrity-check')");
  for (const Task& task : tasks) connection.tasks.remove(task.user_id, task.id);
  connection.write_noted();
  CHECK(number("SELECT count(*) FROM task_terms") == 0);
}

TEST_CASE_FIXTURE(
    WordsFixture,
    "store/sqlite/changed_words: the only task there is can be changed and removed in "
    "one transaction") {
  const User ann = add_user("ann@example.com");
  const auto change_and_remove = [&](const support::Uuid& task) {
    connection.tasks.change(ann.id, task, {.content = {.title = "buy milk 2"}}, clock.now());
    connection.tasks.remove(ann.id, task);
    connection.write_noted();
    CHECK(number("SELECT count(*) FROM task_terms") == 0);
  };
  const Task there = add_task(ann, "buy milk 1");
  change_and_remove(there.id);
  // One that was added in the same transaction.
  change_and_remove(connection.tasks.add(new_task(ann, "buy milk 1")).id);
  add_task(ann, "buy bread");
  CHECK(number("SELECT count(*) FROM task_terms") == 2);
}

TEST_CASE_FIXTURE(
    WordsFixture,
    "store/sqlite/changed_words: many changes of one task in a transaction are written "
    "as one") {
  const User ann = add_user("ann@example.com");
  const Task task = add_task(ann, "buy milk 1");
  const auto rows_written_for = [&](const std::vector<std::string>& titles) {
    for (const std::string& title : titles) {
      connection.tasks.change(ann.id, task.id, {.content = {.title = title}}, clock.now());
    }
    connection.totals.write();
    const std::int64_t before = connection.total_changes();
    connection.words.write();
    return connection.total_changes() - before;
  };
  const std::int64_t for_one = rows_written_for({"buy milk 2"});
  CHECK(rows_written_for({"bread", "", "tea and bread", "a", "buy milk 1"}) <= for_one);
  CHECK(rows_written_for({"bread", "tea", "buy milk 1"}) == 0);
  CHECK(WordCheck(connection.database()).is_right(connection.user_numbers.of(ann.id)));
}

TEST_CASE_FIXTURE(
    WordsFixture,
    "store/sqlite/changed_words: several changes of one task, and of two owners' tasks "
    "with one number, leave no filler") {
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  const std::array tasks = {add_task(ann, "buy milk 1"), add_task(bob, "buy milk 1")};
  CHECK(number("SELECT count(DISTINCT search_id) FROM tasks") == 1);
  for (const char* title : {"buy milk 2", "buy milk 3", "buy milk 4"}) {
    for (const Task& task : tasks) {
      connection.tasks.change(task.user_id, task.id, {.content = {.title = title}}, clock.now());
    }
  }
  connection.write_noted();
  WordCheck check(connection.database());
  CHECK(check.is_right(connection.user_numbers.of(ann.id)));
  CHECK(check.is_right(connection.user_numbers.of(bob.id)));
  CHECK(number("SELECT count(*) FROM task_terms") == 6);
}

TEST_CASE_FIXTURE(
    WordsFixture,
    "store/sqlite/changed_words: a large change that is rolled back leaves nothing to "
    "do for the next") {
  const User ann = add_user("ann@example.com");
  std::vector<Task> tasks;
  connection.begin_immediate.lend().step();
  for (int i = 0; i < 1100; ++i) tasks.push_back(connection.tasks.add(new_task(ann, "buy milk 1")));
  connection.write_noted();
  connection.commit.lend().step();

  connection.begin_immediate.lend().step();
  connection.words.expect_many(true);
  for (const Task& task : tasks) {
    connection.tasks.change(ann.id, task.id, {.content = {.title = "buy milk 2"}}, clock.now());
  }
  connection.words.expect_many(false);
  connection.rollback.lend().step();
  connection.forget_noted_since({});

  connection.begin_immediate.lend().step();
  for (const Task& task : tasks) connection.tasks.remove(ann.id, task.id);
  connection.write_noted();
  connection.commit.lend().step();
  CHECK(number("SELECT count(*) FROM task_terms") == 0);
}

}  // namespace taskdock::store::sqlite
