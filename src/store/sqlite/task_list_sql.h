#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/task_query.h"

namespace taskdock::store::sqlite {

/// One query about tasks, as it is made of SQL: by its shape alone. No value, and so no text of a
/// client, is part of it.
struct TaskSelection {
  /// What is read: a page along the index of the order; a page of what an index of the filter
  /// finds, sorted; or only how many rows there are, up to the limit.
  enum class Way { walk, sort, count };
  /// Which part of an order is read: all of it, or the tasks that have the value, or those without.
  enum class Part { all, with_value, without_value };
  /// By which index tasks are found where it is not that of the order.
  enum class Driver { completion, tag, due_date, priority, update, words };

  Way way;
  Part part = Part::all;
  Driver driver = Driver::completion;
  const support::Uuid* owner;
  UserNumber owner_number;
  std::optional<bool> completed = {};
  TaskOrder order = {};
  const TaskPlace* after = nullptr;  // null: from the beginning
  const TaskFilter* filter;
  // Of the filter's tags, at most 31; with Driver::tag the first one drives.
  std::vector<std::string> tag_keys = {};
  std::vector<std::string> without_tag_keys = {};
  std::string match = {};      // what WordIndex finds the filter's search by; empty without one
  bool match_is_slow = false;  // whether it costs much wherever it is asked (WordIndex::is_slow)
  std::int64_t limit = 0;
  std::int64_t offset = 0;

  /// The same for all selections that have the same SQL, and for no others.
  std::uint64_t shape() const;
  /// Whether the rows of a walk are not quite in their order, but in that of the numbers that tasks
  /// have in the WordIndex. `limit` and `offset` are then those of the numbers.
  bool is_walk_by_number() const { return way == Way::walk && driver == Driver::words; }
  /// Its rows have the columns of read_task and then the value that they are sorted by; that of
  /// Way::count is the number.
  std::string sql() const;
  /// `statement` is of that SQL. What is bound must outlive it.
  void bind(LentStatement& statement) const;
};

/// Whether a task may be without a value of `key`.
bool may_be_absent(TaskKey key);

}  // namespace taskdock::store::sqlite
