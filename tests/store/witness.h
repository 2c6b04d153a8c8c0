#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/fixtures.h"
#include "store/store.h"
#include "support/words.h"
#include "testing/database.h"

namespace taskdock::store {

/// A user who makes one change after the other, and knows which were acknowledged. The change
/// number N adds two tasks, "NAME pair N left" and "NAME pair N right", and gives a third one the
/// title "NAME counts N". Belongs to one thread.
class Witness {
 public:
  Witness(Workshop& workshop, const std::string& name)
      : workshop_(workshop),
        name_(name),
        user_(workshop.new_user(name + "@example.com")),
        counter_(workshop.ids.next()) {}

  const support::Uuid& id() const { return user_.id; }
  /// Is from now on a user who is in the database already.
  void become(const support::Uuid& user) {
    user_.id = user;
    is_signed_up_ = true;
  }
  void sign_up(Store& store) {
    if (is_signed_up_) return;
    store.change([&](Changes& changes) { changes.add_user(user_, "hash"); });
    is_signed_up_ = true;
  }
  bool is_signed_up() const { return is_signed_up_; }

  /// Makes the next change. Throws what the store throws; then the change was refused.
  void write(Store& store) {
    const int number = ++last_;
    store.change([&](Changes& changes) {
      for (const char* side : {" left", " right"}) {
        Task task = workshop_.new_task(user_, pair(number) + side);
        task.description = std::string(static_cast<std::size_t>(number % 7) * 300, 'x');
        task.tags = {"pairs"};
        changes.add_task(task);
      }
      if (changes.find_own_task(user_.id, counter_)) {
        changes.change_task(user_.id, counter_, {.content = {.title = count(number)}},
                            workshop_.clock.now());
      } else {
        Task counter = workshop_.new_task(user_, count(number));
        counter.id = counter_;
        changes.add_task(counter);
      }
    });
    kept_.insert(number);
  }

  /// CHECKs that every acknowledged change is there, none in part, and no refused one. After an
  /// opening a refused one may be there all the same, but only whole: where a disk fails in the
  /// middle of a commit nobody knows how much of it is kept. Then it stays.
  void check(Store& store, bool after_opening) {
    Snapshot snapshot = store.snapshot();
    const bool is_there = snapshot.find_credentials(user_.email).has_value();
    CHECK(is_there >= is_signed_up_);
    if (after_opening) is_signed_up_ = is_there;
    if (!is_there) return;
    const TaskPage page = snapshot.list_tasks(user_.id, {100'000, 0, {}});
    CHECK(page.total == static_cast<std::int64_t>(page.tasks.size()));
    std::multiset<std::string> titles;
    for (const Task& task : page.tasks) titles.insert(task.title);
    int last_there = 0;
    for (int number = 1; number <= last_; ++number) {
      CAPTURE(number);
      const auto there = titles.count(pair(number) + " left");
      CHECK(titles.count(pair(number) + " right") == there);
      CHECK(there == (after_opening && there == 1 ? 1 : kept_.count(number)));
      TaskQuery query{.limit = 10};
      query.filter.search = support::parse_search('"' + pair(number) + '"');
      const std::int64_t found = snapshot.list_tasks(user_.id, query).total;
      CHECK(found == static_cast<std::int64_t>(2 * there));
      if (there == 0) continue;
      last_there = number;
      kept_.insert(number);
    }
    if (last_there > 0) CHECK(titles.contains(count(last_there)));
    for (const std::string& title : older_) CHECK(titles.contains(title));
  }

  /// What the user has now must be there at each check().
  void remember(Store& store) {
    for (const Task& task : store.snapshot().list_tasks(user_.id, {100'000, 0, {}}).tasks) {
      if (task.id != counter_) older_.insert(task.title);
    }
  }

 private:
  std::string pair(int number) const { return name_ + " pair " + std::to_string(number); }
  std::string count(int number) const { return name_ + " counts " + std::to_string(number); }

  Workshop& workshop_;
  std::string name_;
  User user_;
  support::Uuid counter_;
  bool is_signed_up_ = false;
  int last_ = 0;
  std::set<int> kept_;
  std::set<std::string> older_;
};

/// CHECKs that the database `file`, which nobody has open, is whole in itself: its structure, its
/// references, the totals that it keeps, and its search index.
inline void check_whole(const std::filesystem::path& file) {
  SQLite::Database database = testing::open_database(file, SQLite::OPEN_READWRITE);
  CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  const auto count = [&](const char* sql) { return database.execAndGet(sql).getInt64(); };
  CHECK(count("SELECT count(*) FROM pragma_foreign_key_check") == 0);
  CHECK(count("SELECT total FROM user_total") == count("SELECT count(*) FROM users"));
  CHECK(count("SELECT count(*) FROM task_totals t WHERE total <>"
              " (SELECT count(*) FROM tasks k WHERE k.owner = t.owner)") == 0);
  CHECK(count("SELECT count(*) FROM tags t WHERE total <> (SELECT count(*) FROM task_tags k"
              " WHERE k.owner = t.owner AND k.key = t.key)") == 0);
  CHECK_NOTHROW(database.exec("INSERT INTO task_words (task_words) VALUES ('integrity-check')"));
}

}  // namespace taskdock::store
