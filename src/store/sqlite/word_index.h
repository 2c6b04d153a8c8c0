#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "store/sqlite/changed_words.h"
#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/types.h"
#include "support/words.h"

namespace taskdock::store::sqlite {

/// What begins a word, and then this, is behind all words that it begins.
inline constexpr const char* behind_all_letters = "\U0010ffff";

/// The index by which tasks are found by their words, on one connection: the table task_words, of
/// SQLite's FTS5 (sqlite.org/fts5.html). Belongs to one thread at a time, like the connection.
///
/// The table keeps no texts, only which of its words are where. It is given words that are already
/// what support::find_words makes of a text, each with a prefix that stands for the owner. So a
/// search reads what the owner's tasks have, whatever the tasks of others have, and two tasks may
/// have one number in the index, if they are of two owners.
///
/// A task's words are taken out of the index by the same texts by which they were put in. If
/// find_words changes, a migration must make the index anew.
class WordIndex {
 public:
  explicit WordIndex(SQLite::Database& database);

  /// A number (the column search_id) for a task that the owner does not have yet. The numbers have
  /// the order of the ids, except those of tasks that were created in the same millisecond.
  std::int64_t new_number(UserNumber owner, const support::Uuid& id);
  /// The same for one of several tasks that are added at once. `given` has, of each range of
  /// numbers, the last that one of these tasks has got: at first none.
  using GivenNumbers = std::map<std::int64_t, std::int64_t>;
  std::int64_t new_number(UserNumber owner, const support::Uuid& id, GivenNumbers& given);

  /// Notes that the task has been added, removed or changed, with this number. The index itself is
  /// changed by write() only: it would write what it has at each savepoint, and each batch of
  /// changes has many.
  void add(UserNumber owner, const Task& task, std::int64_t number) {
    note({number, owner, std::nullopt, Texts(task)});
  }
  void remove(UserNumber owner, const Task& task, std::int64_t number) {
    note({number, owner, Texts(task), std::nullopt});
  }
  void change(UserNumber owner, const Task& before, const Task& after, std::int64_t number) {
    note({number, owner, Texts(before), Texts(after)});
  }
  /// How many changes are noted; and forgets all but the first `count` of them, when what was done
  /// since is rolled back.
  std::size_t noted() const { return changes_.size(); }
  void forget_since(std::size_t count);
  /// Makes all changes that are noted, in the caller's transaction.
  void write();
  /// Whether changes are made some hundreds at a time, so that they need little memory, and a
  /// thread makes the words of some while the caller goes on: for a transaction without savepoints.
  /// What is noted can be forgotten as a whole only.
  void expect_many(bool expected) { expects_many_ = expected; }

  /// The expression (sqlite.org/fts5.html, 3) that finds the owner's tasks which have all of the
  /// terms, at least one.
  std::string expression(UserNumber owner, const std::vector<support::SearchTerm>& terms);
  /// Whether all that the expression finds is gathered before the first of it is known: it has a
  /// beginning of many words.
  static bool is_slow(const std::string& expression);
  /// What `expression` finds in titles, and what it finds but not there.
  static std::string in_title(const std::string& expression);
  static std::string not_in_title(const std::string& expression);

  /// The smallest and the largest number of tasks that were created in the millisecond of `id`.
  static std::int64_t first_number(const support::Uuid& id);
  static std::int64_t last_number(const support::Uuid& id);

  /// What the index is given for a text: its words, each with the owner's prefix; and for all tags
  /// of a task.
  static std::string indexed(UserNumber owner, std::string_view text);
  static std::string indexed_tags(UserNumber owner, const std::vector<std::string>& tags);

  /// What stands before each word of the owner's tasks, and whose a word is; nothing for one that
  /// has no such prefix. The prefixes have the order of the numbers.
  static std::string owner_prefix(UserNumber owner);
  static std::optional<UserNumber> owner_of(std::string_view word);

 private:
  /// The texts, not their words, which are several times as long.
  struct Texts {
    explicit Texts(const Task& task)
        : title(task.title), description(task.description.value_or("")), tags(task.tags) {}

    std::string title;
    std::string description;
    std::vector<std::string> tags;
  };

  struct Change {
    std::int64_t number;
    UserNumber owner;
    std::optional<Texts> before;
    std::optional<Texts> after;
  };

  /// Makes the words of changes on a thread of its own; where there can be none, when they are
  /// asked for.
  class Making {
   public:
    explicit Making(std::vector<Change> changes);
    Making(const Making&) = delete;
    Making& operator=(const Making&) = delete;
    ~Making();

    /// Waits for them. To be called once. Throws what making them throws.
    std::vector<ChangedWords> result();

   private:
    void make();

    std::vector<Change> changes_;
    std::vector<ChangedWords> words_;
    std::exception_ptr error_;
    std::thread thread_;
  };

  /// Gives `take` what all changes together make of each row, in the order of the numbers: the
  /// index begins a new part of itself with each number that is not larger than the one before.
  static void make_words(const std::vector<Change>& changes,
                         const std::function<void(ChangedWords&&)>& take);
  void write(const ChangedWords& words);
  static void write(PreparedStatement& statement, std::int64_t number, const RowWords& words);
  void write_handed_over();
  void remove_fillers();

  std::optional<std::int64_t> last_number_from(UserNumber owner, std::int64_t first);
  void note(Change change);
  std::string expression(const std::string& prefix, const support::SearchTerm& term);
  /// The first words of the index that begin with `beginning`, up to `max`.
  std::vector<std::string> words_from(const std::string& beginning, std::size_t max);

  PreparedStatement last_number_;
  PreparedStatement insert_;
  PreparedStatement delete_;
  PreparedStatement next_word_;
  std::vector<Change> changes_;
  std::unique_ptr<Making> handed_over_;  // earlier than these
  // The rows that have got fillers (changed_words.h) so far, and a column with one.
  std::vector<std::pair<std::int64_t, std::size_t>> fillers_;
  bool expects_many_ = false;
};

}  // namespace taskdock::store::sqlite
