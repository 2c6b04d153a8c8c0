#include "store/sqlite/word_check.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite/changed_words.h"
#include "store/sqlite/word_index.h"
#include "support/fnv1a.h"

namespace taskdock::store::sqlite {

namespace {

/// The sum of the places of words, in which their order does not matter.
class PlaceSum {
 public:
  /// `column` is the second letter of its name, which tells the three apart.
  void add(std::string_view word, std::int64_t number, char column, std::int64_t offset) {
    support::Fnv1a<std::uint64_t> hash;
    hash.add(word);
    hash.add({&column, 1});
    hash.add({reinterpret_cast<const char*>(&number), sizeof(number)});
    hash.add({reinterpret_cast<const char*>(&offset), sizeof(offset)});
    sum_ += hash.value();
    ++count_;
  }

  /// Adds the words of a text that is separated by spaces, as the index gets it.
  void add_all(std::string_view words, std::int64_t number, char column) {
    for_each_word(words, [&](std::string_view word, std::size_t offset) {
      add(word, number, column, static_cast<std::int64_t>(offset));
    });
  }

  bool operator==(const PlaceSum&) const = default;

 private:
  std::uint64_t sum_ = 0;
  std::uint64_t count_ = 0;
};

/// The texts of a task in a row that has its number, title, description and tags.
struct IndexedTask {
  IndexedTask(UserNumber owner, LentStatement& row) : number(row.integer()) {
    title = WordIndex::indexed(owner, row.text());
    std::optional<std::string> text;
    row.read(text);
    description = WordIndex::indexed(owner, text.value_or(""));
    std::vector<std::string> names;
    row.read(names);
    tags = WordIndex::indexed_tags(owner, names);
  }

  std::int64_t number;
  std::string title;
  std::string description;
  std::string tags;
};

}  // namespace

WordCheck::WordCheck(SQLite::Database& database)
    : next_owner_of_tasks_(
          database, "SELECT min(owner) FROM tasks WHERE owner > coalesce(?, -9223372036854775808)"),
      next_word_(database, "SELECT term FROM task_terms WHERE term > ? ORDER BY term LIMIT 1"),
      words_(database,
             "SELECT term, doc, col, offset FROM task_terms WHERE term >= ? AND term < ?"),
      tasks_(database,
             "SELECT search_id, title, description, tags FROM tasks NOT INDEXED WHERE owner = ?"),
      clear_(database, "INSERT INTO task_words (task_words) VALUES ('delete-all')"),
      all_tasks_(database,
                 "SELECT owner, search_id, title, description, tags FROM tasks"
                 " ORDER BY search_id"),
      insert_(database,
              "INSERT INTO task_words (rowid, title, description, tags) VALUES (?, ?, ?, ?)") {}

std::optional<UserNumber> WordCheck::next_owner(const std::optional<UserNumber>& last) {
  std::optional<UserNumber> next;
  LentStatement of_tasks = next_owner_of_tasks_.lend();
  of_tasks.bind(last).step();
  of_tasks.read(next);

  std::string from;
  if (last > UserNumber::nobody) from = WordIndex::owner_prefix(*last) + behind_all_letters;
  LentStatement of_words = next_word_.lend();
  if (of_words.bind(from).step()) {
    const auto owner = WordIndex::owner_of(of_words.text());
    if (!owner) throw SQLite::Exception("a word of the search index is nobody's", SQLITE_CORRUPT);
    if (owner <= last) throw SQLite::Exception("the words are out of order", SQLITE_CORRUPT);
    if (!next || *owner < *next) next = owner;
  }
  return next;
}

bool WordCheck::is_right(UserNumber owner) {
  const std::string first = WordIndex::owner_prefix(owner);
  const std::string end = first + behind_all_letters;
  PlaceSum found;
  {
    LentStatement words = words_.lend();
    words.bind(first).bind(end);
    while (words.step()) {
      const std::string_view word = words.next().bytes;
      const std::int64_t number = words.integer();
      const std::string_view column = words.next().bytes;
      found.add(word, number, column.size() < 2 ? ' ' : column[1], words.integer());
    }
  }
  PlaceSum expected;
  LentStatement tasks = tasks_.lend();
  tasks.bind(owner);
  while (tasks.step()) {
    const IndexedTask task(owner, tasks);
    expected.add_all(task.title, task.number, 'i');
    expected.add_all(task.description, task.number, 'e');
    expected.add_all(task.tags, task.number, 'a');
  }
  return found == expected;
}

void WordCheck::rebuild() {
  clear_.lend().step();
  LentStatement tasks = all_tasks_.lend();
  while (tasks.step()) {
    const auto owner = tasks.column<UserNumber>();
    const IndexedTask task(owner, tasks);
    insert_.lend().bind(task.number).bind(task.title).bind(task.description).bind(task.tags).step();
  }
}

}  // namespace taskdock::store::sqlite
