#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/recent_answers.h"
#include "store/sqlite/statements_by_shape.h"
#include "store/sqlite/task_list_sql.h"
#include "store/sqlite/word_index.h"
#include "store/task_query.h"

namespace taskdock::store::sqlite {

/// The SQL that lists tasks, on one connection. Belongs to one thread at a time, like the
/// connection.
///
/// The shape of a query (which of its members are there, not their values) decides about its SQL,
/// and the statements of the shapes that were used last are kept. There are three ways to a page:
///
/// - without a filter, the index of the order is walked from the page's first task to its last;
/// - with a filter that few tasks match, these are found by the index of the filter and sorted;
/// - with one that many match, the index of the order is walked, and what does not match is passed
///   over; of open and completed tasks only those of which some match.
///
/// A search is one of the filters; its index finds tasks in the order of their creation.
class TaskList {
 public:
  /// The others are of the same connection, and outlive this.
  TaskList(SQLite::Database& database, UserNumbers& numbers, WordIndex& words);
  TaskList(const TaskList&) = delete;
  TaskList& operator=(const TaskList&) = delete;

  /// Reads the page and the total from one snapshot only inside a transaction.
  TaskPage list(const support::Uuid& owner, const TaskTotals& totals, const TaskQuery& query);
  /// How many tasks match, up to max_counted.
  std::int64_t count(const support::Uuid& owner, const TaskTotals& totals,
                     std::optional<bool> completed, const TaskFilter& filter);

 private:
  /// What matches, by the index that finds the fewest, and how much: with a filter up to one more
  /// than max_counted.
  struct Matches {
    TaskSelection selection;
    std::int64_t count = 0;
  };

  /// How best to find what matches a filter, or of which kind it is. As long as the owner's
  /// revision is the same, so is the answer, here and below.
  struct FilterQuestion {
    support::Uuid owner;
    std::int64_t revision;
    std::optional<bool> completed;
    TaskFilter filter;

    bool operator==(const FilterQuestion&) const = default;
  };
  struct FilterAnswer {
    /// Makes the selection find what matches by this index.
    void drive(TaskSelection& selection) const;

    TaskSelection::Driver driver = TaskSelection::Driver::completion;
    std::string driver_tag = {};  // its key, if a tag drives
    std::int64_t count = 0;       // as that of Matches
  };
  /// What a search looks for in the index of words.
  struct WordsQuestion {
    support::Uuid owner;
    std::int64_t revision;
    std::vector<support::SearchTerm> search;

    bool operator==(const WordsQuestion&) const = default;
  };

  Matches match(const support::Uuid& owner, const TaskTotals& totals, std::optional<bool> completed,
                const TaskFilter& filter);
  FilterAnswer find_out(TaskSelection selection);
  std::string expression(const support::Uuid& owner, const TaskTotals& totals,
                         const std::vector<support::SearchTerm>& search);
  std::int64_t count(const TaskSelection& selection);
  /// Whether all tasks that match are completed, or all are open; nothing if there are both.
  std::optional<bool> only_kind(TaskSelection selection, const TaskTotals& totals);
  void read(const TaskSelection& selection, std::int64_t limit, TaskPage& page, SortValue& value);
  void read_by_number(TaskSelection selection, std::int64_t limit, TaskPage& page,
                      SortValue& value);
  LentStatement lend(const TaskSelection& selection);

  UserNumbers& numbers_;
  WordIndex& words_;
  StatementsByShape statements_;  // by the shapes of the selections
  std::int64_t steps_ = 0;        // of the virtual machine, to count
  RecentAnswers<FilterQuestion, FilterAnswer, 32> answers_;
  RecentAnswers<FilterQuestion, std::optional<bool>, 32> only_kinds_;
  RecentAnswers<WordsQuestion, std::string, 8> expressions_;
};

}  // namespace taskdock::store::sqlite
