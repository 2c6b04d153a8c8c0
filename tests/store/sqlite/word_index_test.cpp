#include "store/sqlite/word_index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "store/maintenance.h"
#include "store/sqlite/fixtures.h"
#include "testing/database.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;

struct WordFixture : OpenDatabase {
  User ann = add_user("ann@example.com");

  /// The page, with what was noted for the index in it.
  TaskPage list(const User& owner, const TaskQuery& query) {
    connection.write_noted();
    return connection.task_list.list(owner.id, *connection.totals.current(owner.id), query);
  }
  std::string found(const std::string& typed, TaskOrder order = {}) {
    return titles_of(list(
        ann, {.limit = 100, .filter = {.search = support::parse_search(typed)}, .order = order}));
  }
  Task add(const User& owner, const std::string& title, const std::string& description = {},
           const std::vector<std::string>& tags = {}) {
    Task task = new_task(owner, title);
    if (!description.empty()) task.description = description;
    task.tags = tags;
    return connection.tasks.add(task);
  }
  void check_index() {
    connection.write_noted();
    CHECK(connection.database().execAndGet("PRAGMA integrity_check").getString() == "ok");
  }
  std::int64_t terms() {
    connection.write_noted();
    return connection.database()
        .execAndGet("SELECT count(DISTINCT term) FROM task_terms")
        .getInt64();
  }
};

}  // namespace

TEST_CASE_FIXTURE(WordFixture,
                  "store/sqlite/word_index: a task is found by words of its title, description and "
                  "tags, and by their beginnings") {
  add(ann, "one", "Two bottles of MILK", {"Käse", "at home"});
  add(ann, "mill");
  CHECK(found("milk") == "one");
  CHECK(found("mil") == "mill one");
  CHECK(found("m") == "mill one");
  CHECK(found("kas one two") == "one");
  CHECK(found("milk mill").empty());
  CHECK(found("zebra").empty());
  CHECK(found("\"two bottles\"") == "one");
  CHECK(found("\"bottles two\"").empty());
  CHECK(found("\"at home\"") == "one");
  CHECK(found("\"kase at\"").empty());  // two tags
  CHECK(found("\"one two\"").empty());  // a title and a description
  check_index();
}

TEST_CASE_FIXTURE(WordFixture,
                  "store/sqlite/word_index: whatever happens to a task, the index has its words as "
                  "they are, and none when it is gone") {
  const Task task = add(ann, "milk", "bottles", {"home"});
  CHECK(terms() == 3);
  const auto change = [&](const TaskContentChange& content) {
    connection.tasks.change(ann.id, task.id, {.content = content}, clock.now());
  };
  change({.title = "bread"});
  CHECK(found("milk").empty());
  CHECK(found("bread bottles home") == "bread");
  change({.description = std::optional<std::string>()});
  CHECK(found("bottles").empty());
  change({.tags = std::vector<std::string>{"work", "home"}});
  CHECK(found("bread work home") == "bread");
  change({.title = "milk"});
  change({.title = "tea"});
  change({.title = "milk"});
  CHECK(found("milk") == "milk");
  CHECK(found("tea").empty());
  connection.tasks.change(ann.id, task.id, {.completion = TaskChange::Completion::completed},
                          clock.now());
  CHECK(found("milk home") == "milk");
  const Task removed = connection.tasks.remove(ann.id, task.id);
  CHECK(found("milk").empty());
  CHECK(terms() == 0);
  connection.tasks.add(removed);
  CHECK(found("work home milk") == "milk");
  connection.users.remove(ann.id);
  remove_leftovers();
  CHECK(terms() == 0);
  check_index();
}

TEST_CASE_FIXTURE(
    WordFixture,
    "store/sqlite/word_index: a search finds what its owner has, and reads nothing of "
    "the others") {
  const User bob = add_user("bob@example.com");
  add(ann, "milk of ann");
  // The same millisecond, and so the same numbers.
  for (int i = 0; i < 5; ++i) add(bob, "milk of bob");
  CHECK(found("milk") == "milk of ann");
  CHECK(found("\"of bob\"").empty());
  CHECK(list(bob, {.limit = 9, .filter = {.search = support::parse_search("mil")}}).total == 5);
}

TEST_CASE(
    "store/sqlite/word_index: an owner's prefix has the order of the numbers, begins no other one, "
    "and says whose a word is") {
  std::string before;
  for (const std::int64_t number :
       {std::int64_t{1}, std::int64_t{2}, std::int64_t{31}, std::int64_t{32}, std::int64_t{1023},
        std::int64_t{1024}, std::int64_t{100'000}, std::numeric_limits<std::int64_t>::max()}) {
    CAPTURE(number);
    const std::string prefix = WordIndex::owner_prefix(UserNumber{number});
    CHECK(before < prefix);
    CHECK((before.empty() || !prefix.starts_with(before)));
    CHECK(WordIndex::owner_of(prefix) == UserNumber{number});
    CHECK(WordIndex::owner_of(prefix + "0milk") == UserNumber{number});
    CHECK(WordIndex::indexed(UserNumber{number}, "milk") == prefix + "milk");
    before = prefix;
  }
  for (const char* nobodys : {"", "1", "2v", "201", "z", "-", "vvvvvvvvvvvvvvvvvvvv", "1é"}) {
    CAPTURE(nobodys);
    CHECK_FALSE(WordIndex::owner_of(nobodys));
  }
}

TEST_CASE_FIXTURE(WordFixture,
                  "store/sqlite/word_index: a list of what is found has the order of the ids, also "
                  "within one millisecond, whatever order they came in") {
  std::vector<Task> tasks;
  for (int i = 0; i < 60; ++i) {
    if (i % 20 == 0) clock.advance(1ms);
    tasks.push_back(new_task(ann, "milk " + std::to_string(i)));
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    connection.tasks.add(tasks[i * 37 % tasks.size()]);
  }
  for (const bool descending : {true, false}) {
    for (const TaskKey key : {TaskKey::created_at, TaskKey::relevance}) {
      std::vector<support::Uuid> seen;
      TaskQuery query{.limit = 7,
                      .filter = {.search = support::parse_search("milk")},
                      .order = {key, descending}};
      for (;;) {
        const TaskPage page = list(ann, query);
        CHECK(page.total == 60);
        for (const Task& task : page.tasks) seen.push_back(task.id);
        if (!page.last) break;
        query.after = page.last;
      }
      REQUIRE(seen.size() == 60);
      for (std::size_t i = 1; i < seen.size(); ++i) {
        CHECK((descending ? seen[i] < seen[i - 1] : seen[i - 1] < seen[i]));
      }
      const TaskPage skipped =
          list(ann, {.limit = 3, .offset = 30, .filter = query.filter, .order = query.order});
      REQUIRE(skipped.tasks.size() == 3);
      CHECK(skipped.tasks[0].id == seen[30]);
    }
  }
}

TEST_CASE_FIXTURE(
    WordFixture,
    "store/sqlite/word_index: by relevance come first the tasks with all words in their "
    "title, and pages walk through both parts") {
  std::set<support::Uuid> in_title;
  for (int i = 0; i < 20; ++i) {
    clock.advance(1ms);
    if (i % 3 == 0) {
      in_title.insert(add(ann, "fresh milk").id);
    } else {
      add(ann, "milk", "fresh");
    }
  }
  TaskQuery query{.limit = 3,
                  .filter = {.search = support::parse_search("milk fresh")},
                  .order = {TaskKey::relevance, true}};
  std::vector<support::Uuid> seen;
  for (;;) {
    const TaskPage page = list(ann, query);
    for (const Task& task : page.tasks) seen.push_back(task.id);
    if (!page.last) break;
    query.after = page.last;
  }
  REQUIRE(seen.size() == 20);
  CHECK(std::set<support::Uuid>(seen.begin(), seen.end()).size() == 20);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    CHECK(in_title.contains(seen[i]) == (i < in_title.size()));
    if (i != 0 && i != in_title.size()) CHECK(seen[i] < seen[i - 1]);
  }
  query.after.reset();
  for (query.offset = 0; query.offset < 20; ++query.offset) {
    CHECK(list(ann, query).tasks.at(0).id == seen[static_cast<std::size_t>(query.offset)]);
  }
}

TEST_CASE_FIXTURE(WordFixture,
                  "store/sqlite/word_index: a search goes with every other filter and order, by an "
                  "index") {
  std::vector<Task> tasks;
  std::string typed = "mil";
  SUBCASE("a beginning of few words") {}
  SUBCASE("a beginning of many words, which are found once, not asked of each task") {
    typed = "m";
    for (const char* other : {"mama", "meal", "mind", "mold", "mud", "myth", "mean", "moon"}) {
      tasks.push_back(add(ann, other));
    }
  }
  for (int i = 0; i < 60; ++i) {
    clock.advance(1ms);
    Task task = new_task(ann, i % 2 == 0 ? "milk" : "bread", i % 5 == 0);
    if (i % 3 == 0) task.tags = {"home"};
    if (i % 4 != 0) task.priority = static_cast<Priority>(i % 4);
    tasks.push_back(connection.tasks.add(task));
  }
  for (const TaskKey key : {TaskKey::created_at, TaskKey::updated_at, TaskKey::priority,
                            TaskKey::title, TaskKey::relevance}) {
    for (const auto completed :
         {std::optional<bool>(), std::optional(false), std::optional(true)}) {
      for (const bool with_tag : {false, true}) {
        for (const std::int64_t limit : {1, 4, 100}) {
          TaskQuery query{.limit = limit,
                          .completed = completed,
                          .filter = {.search = support::parse_search(typed)},
                          .order = {key, true}};
          if (with_tag) query.filter.tags = {"home"};
          std::set<support::Uuid> seen;
          for (;;) {
            const TaskPage page = list(ann, query);
            for (const Task& task : page.tasks) CHECK(seen.insert(task.id).second);
            if (!page.last) break;
            query.after = page.last;
          }
          std::set<support::Uuid> expected;
          for (const Task& task : tasks) {
            if (task.title.starts_with('m') &&
                task.is_completed == completed.value_or(task.is_completed) &&
                (!with_tag || !task.tags.empty())) {
              expected.insert(task.id);
            }
          }
          CHECK(seen == expected);
        }
      }
    }
  }
  int searches = 0;
  for (const auto& [sql, plan] : plans()) {
    if (sql.find("task_words MATCH") == std::string::npos) continue;
    ++searches;
    CAPTURE(sql);
    CAPTURE(plan);
    if (sql.find("w.rowid = t.search_id)") != std::string::npos) CHECK(typed == "mil");
    if (sql.find("IN (SELECT w.rowid") != std::string::npos) {
      CHECK(typed == "m");
      CHECK(plan.find("LIST SUBQUERY") != std::string::npos);
      CHECK(plan.find("CORRELATED LIST") == std::string::npos);
    }
    CHECK(plan.find("SCAN t") == std::string::npos);
    // FTS5 says what it was asked for: M and the column of a MATCH.
    CHECK(plan.find("VIRTUAL TABLE INDEX") != std::string::npos);
    CHECK(plan.find("M3") != std::string::npos);
    const bool sorts = sql.find("AS page") != std::string::npos;
    CHECK((sorts || plan.find("TEMP B-TREE") == std::string::npos));
  }
  CHECK(searches > 20);
}

TEST_CASE_FIXTURE(
    WordFixture,
    "store/sqlite/word_index: a beginning of few words is looked up word by word, one "
    "of many in all of them") {
  const auto expression = [&](const std::string& typed) {
    connection.write_noted();
    return connection.words.expression(connection.user_numbers.of(ann.id),
                                       support::parse_search(typed));
  };
  const UserNumber owner = connection.user_numbers.of(ann.id);
  const std::string prefix = WordIndex::owner_prefix(owner);
  add(ann, "milk milks");
  CHECK(expression("milk") == "(\"" + prefix + "milk\" OR \"" + prefix + "milks\")");
  CHECK(expression("\"milk\"") == '"' + prefix + "milk\"");
  CHECK(expression("zebra") == '"' + prefix + "zebra\" *");
  CHECK(expression("milks \"a b\"") ==
        "(\"" + prefix + "milks\") AND \"" + prefix + "a " + prefix + "b\"");
  for (int i = 0; i < 20; ++i) add(ann, "word" + std::to_string(i));
  CHECK(expression("word") == '"' + prefix + "word\" *");
  CHECK(list(ann, {.limit = 100, .filter = {.search = support::parse_search("word")}}).total == 20);
}

TEST_CASE_FIXTURE(
    WordFixture,
    "store/sqlite/word_index: a millisecond with more tasks than it has numbers takes "
    "those of the next") {
  const Task first = add(ann, "milk");
  const std::string last = std::to_string(WordIndex::last_number(first.id));
  connection.write_noted();
  connection.forget_noted();
  connection.database().exec("UPDATE tasks SET search_id = " + last);
  CHECK(std::to_string(connection.words.new_number(connection.user_numbers.of(ann.id), ids.next()) -
                       1) == last);
  const User bob = add_user("bob@example.com");
  CHECK(connection.words.new_number(connection.user_numbers.of(bob.id), first.id) ==
        WordIndex::first_number(first.id));
}

TEST_CASE_FIXTURE(
    WordFixture,
    "store/sqlite/word_index: where many are expected, the index gets the same words, "
    "and nothing of what is rolled back") {
  const User bob = add_user("bob@example.com");
  const auto add_many = [&] {
    for (int i = 0; i < 1300; ++i) {
      const std::string number = std::to_string(i);
      add(i % 2 == 0 ? ann : bob, "milk " + number, "bread " + number, {"Tag " + number});
    }
  };
  const auto words = [&] {
    std::set<std::string> all;
    SQLite::Statement rows(connection.database(),
                           "SELECT term || ' ' || col || ' ' || offset || ' ' || title"
                           " FROM task_terms JOIN tasks ON search_id = doc"
                           " AND term LIKE iif(owner = 1, '11%', '12%')");
    while (rows.executeStep()) all.insert(rows.getColumn(0).getString());
    return all;
  };
  connection.begin_immediate.lend().step();
  add_many();
  connection.write_noted();
  const auto one_by_one = words();
  CHECK(one_by_one.size() == 1300 * 6);
  connection.rollback.lend().step();
  connection.forget_noted();
  CHECK(words().empty());

  connection.expect_large_change();
  connection.begin_immediate.lend().step();
  add_many();
  connection.rollback.lend().step();
  connection.forget_noted();
  connection.begin_immediate.lend().step();
  connection.write_noted();
  CHECK(terms() == 0);
  add_many();
  connection.write_noted();
  CHECK(words() == one_by_one);
  connection.commit.lend().step();
  connection.end_large_change();
  check_index();
}

TEST_CASE_FIXTURE(OpenStore,
                  "store/sqlite/word_index: nothing of a word is left in the index when no task "
                  "has it any more, and nothing in the file once that is compacted") {
  const User ann = add_user();
  std::vector<Task> kept;
  std::vector<Task> removed;
  store->change([&](Changes& changes) {
    for (int i = 0; i < 3000; ++i) {
      Task task = new_task(ann, (i % 3 == 0 ? "secretword" : "publicword") + std::to_string(i));
      (i % 3 == 0 ? removed : kept).push_back(changes.add_task(task));
    }
  });
  const auto is_in_index = [&](const std::string& word) {
    const SQLite::Database database = testing::open_database(file);
    SQLite::Statement places(database,
                             "SELECT count(*) FROM (SELECT block AS bytes FROM task_words_data"
                             " UNION ALL SELECT term FROM task_words_idx)"
                             " WHERE instr(bytes, CAST(? AS BLOB)) > 0");
    places.bind(1, word);
    places.executeStep();
    return places.getColumn(0).getInt() > 0;
  };
  CHECK(is_in_index("secretword"));
  for (const Task& task : removed) remove_task(ann.id, task.id);
  store->change([&](Changes& changes) { changes.empty_trash(ann.id); });
  CHECK(store->finish_background_work(std::chrono::seconds(30)));
  CHECK_FALSE(is_in_index("secretword"));
  CHECK(is_in_index("publicword"));
  const auto search = [&](const std::string& typed) {
    const TaskQuery query{.limit = 1, .filter = {.search = support::parse_search(typed)}};
    return store->snapshot().list_tasks(ann.id, query).total;
  };
  CHECK(search("publicword") == 2000);
  CHECK(search("secretword") == 0);
  change_task(ann.id, kept.front().id, {.content = {.title = "other"}}, clock.now());
  CHECK(search("publicword") == 1999);
  CHECK(search("other") == 1);
  store.reset();
  // What SQLite has left in the free space of pages goes with it.
  store::compact(file);
  CHECK(content_of(file).find("secretword") == std::string::npos);
  CHECK(content_of(file).find("publicword") != std::string::npos);
}

TEST_CASE_FIXTURE(
    OpenStore,
    "store/sqlite/word_index: a change that fails leaves the index as it was, and the "
    "others of its transaction are in it") {
  const User ann = add_user();
  const Task task = add_task(ann, "milk");
  CHECK_THROWS_AS(store->change([&](Changes& changes) {
    changes.change_task(ann.id, task.id, {.content = {.title = "bread"}}, clock.now());
    changes.add_task(new_task(ann, "tea"));
    throw std::runtime_error("no");
  }),
                  std::runtime_error);
  add_task(ann, "coffee");
  const auto search = [&](const std::string& typed) {
    const TaskQuery query{.limit = 9, .filter = {.search = support::parse_search(typed)}};
    return titles_of(store->snapshot().list_tasks(ann.id, query));
  };
  CHECK(search("milk") == "milk");
  CHECK(search("bread").empty());
  CHECK(search("tea").empty());
  CHECK(search("coffee") == "coffee");
}

namespace {

/// With words of so many places that FTS5 keeps a list of their pages, which
/// third_party/sqlite_correction.cmake is about. Each task is of a millisecond of its own.
struct LongWordFixture : WordFixture {
  std::vector<Task> tasks;

  /// Adds tasks with these titles, in one transaction.
  template <class TitleOf>
  void add_many(int count, TitleOf title_of) {
    in_one_transaction([&] {
      for (int i = 0; i < count; ++i) {
        clock.advance(1ms);
        tasks.push_back(add(ann, title_of(i)));
      }
    });
  }
  void remove_newest(int count) {
    in_one_transaction([&] {
      for (; count > 0; --count) {
        connection.tasks.remove(ann.id, tasks.back().id);
        tasks.pop_back();
      }
    });
  }
  template <class Change>
  void in_one_transaction(Change change) {
    connection.begin_immediate.lend().step();
    change();
    connection.write_noted();
    connection.commit.lend().step();
  }
  /// How many words have a list of their pages.
  int lists() { return count("task_words_idx WHERE pgno & 1"); }
};

}  // namespace

TEST_CASE_FIXTURE(LongWordFixture,
                  "store/sqlite/word_index: behind the last of a word's places, none of the next "
                  "word is taken for one") {
  add_many(9050, [](int i) { return i < 9000 ? "aa bb" : "bb zz"; });
  CHECK(lists() == 2);
  CHECK(found("zz aa").empty());
  tasks.resize(9000);
  remove_newest(1500);  // more than there are on a page
  CHECK(list(ann, {.limit = 9, .filter = {.search = support::parse_search("zz bb")}}).total == 50);
  CHECK(found("zz aa").empty());
  check_index();
}

TEST_CASE_FIXTURE(LongWordFixture,
                  "store/sqlite/word_index: the newest places of a word are found without all "
                  "others, also once a task was removed") {
  add_many(9000, [](int) { return "milk"; });
  CHECK(lists() == 1);
  const TaskQuery newest{.limit = 1, .filter = {.search = support::parse_search("milk")}};
  const auto find_newest = [&] {
    const TaskPage page = list(ann, newest);
    REQUIRE(page.tasks.size() == 1);
    CHECK(page.total == static_cast<std::int64_t>(tasks.size()));
    CHECK(page.tasks.front().id.bytes == tasks.back().id.bytes);
  };
  const auto count_pages = [&] {
    find_newest();  // counts all places
    int pages = 0;
    int highest = 0;
    sqlite3* const handle = connection.database().getHandle();
    sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_HIT, &pages, &highest, 1);
    find_newest();
    sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_HIT, &pages, &highest, 1);
    return pages;
  };
  const int before = count_pages();
  remove_newest(1);
  CHECK(count_pages() <= before + 2);
  remove_newest(1500);  // more than there are on a page
  find_newest();
}

TEST_CASE_FIXTURE(LongWordFixture,
                  "store/sqlite/word_index: the places of a frequent word are on small pages, of "
                  "which a search reads at least one as a whole in each part") {
  add_many(9000, [](int) { return "milk"; });
  CHECK(count("task_words_data WHERE length(block) > 500") > 9);
  CHECK(count("task_words_data WHERE length(block) > 1100") == 0);
}

TEST_CASE_FIXTURE(LongWordFixture,
                  "store/sqlite/word_index: the places of a word are found when the next word is "
                  "gone") {
  const auto title = [](int i, const std::string& middle) {
    return (i % 100 == 0 ? "aa " : "") + middle + (i == 8900 ? " cc" : "");
  };
  add_many(9000, [&](int i) { return title(i, "bb"); });
  CHECK(lists() == 1);
  CHECK(found("cc aa") == title(8900, "bb"));
  in_one_transaction([&] {
    for (int i = 0; i < 9000; ++i) {
      connection.tasks.change(ann.id, tasks[static_cast<std::size_t>(i)].id,
                              {.content = {.title = title(i, "dd")}}, clock.now());
    }
  });
  CHECK(found("cc aa") == title(8900, "dd"));
  remove_newest(9000);
  CHECK(terms() == 0);
}

}  // namespace taskdock::store::sqlite
