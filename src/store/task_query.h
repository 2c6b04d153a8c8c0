#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "store/types.h"
#include "support/words.h"

namespace taskdock::store {

/// A moment that due dates are compared with: for each form of a due date, in the order of
/// support::DateOrTime, the time since 1970-01-01 (in UTC, or on the clock on the wall).
using DueMoment = std::array<std::chrono::microseconds, std::variant_size_v<support::DateOrTime>>;

/// In a set of priorities, a bit for each Priority by its number, and this one for none.
inline constexpr std::uint8_t without_priority = 1U << value_count<Priority>;

/// What the tasks of a list have in common; what is absent or empty does not matter.
struct TaskFilter {
  std::vector<std::string> tags = {};          // each of them, by its key (support::fold)
  std::vector<std::string> without_tags = {};  // none of them
  // Those with one of this set.
  std::optional<std::uint8_t> priorities = {};
  std::optional<bool> has_due_date = {};
  std::optional<DueMoment> due_before = {};
  std::optional<DueMoment> due_from = {};
  std::optional<support::Timestamp> updated_since = {};
  std::vector<support::SearchTerm> search = {};  // each of them occurs in a text or tag
  bool is_nothing = false;                       // none: what is searched for occurs nowhere

  bool operator==(const TaskFilter&) const = default;
};

/// What tasks are sorted by. By creation means by id. By relevance, only with a search, come first
/// those with all of its terms in their title, and then the others; their value is 1, or none.
enum class TaskKey { created_at, updated_at, due_date, priority, title, completed_at, relevance };

/// Ties are sorted by id in the same direction. Tasks that have no such value come last either way.
struct TaskOrder {
  TaskKey key = TaskKey::created_at;
  bool descending = true;
};

/// The value by which a task is sorted: nothing, a number or, for a title, a text.
using SortValue = std::variant<std::monostate, std::int64_t, std::string>;

/// A place in a list: that of a task, which may have been changed or deleted meanwhile.
struct TaskPlace {
  SortValue value = {};  // nothing for a task without one, and if the order is that of the ids
  support::Uuid id = {};
};

/// Which tasks of a user to list.
struct TaskQuery {
  std::int64_t limit = 0;
  std::int64_t offset = 0;
  std::optional<bool> completed = {};  // nothing: both kinds
  TaskFilter filter = {};
  TaskOrder order = {};
  std::optional<TaskPlace> after = {};  // only tasks that come after this place
};

struct TaskPage {
  std::vector<Task> tasks;
  std::int64_t total = 0;  // of the tasks that match, on all pages together
  // Whether that is all; otherwise there are more, and they were not counted.
  bool total_exact = true;
  // The place of the last task of the page, if more follow.
  std::optional<TaskPlace> last = {};
};

/// How many tasks that match a filter are counted.
inline constexpr std::int64_t max_counted = 10'000;

/// The place of a deleted task in the list of them.
struct TrashPlace {
  support::Timestamp deleted_at;
  support::Uuid id;
};

/// Which deleted tasks of a user to list, newest deletion first.
struct TrashQuery {
  std::int64_t limit = 0;
  std::int64_t offset = 0;
  support::Timestamp deleted_since = {};  // what was deleted before is gone
  std::optional<TrashPlace> after = {};   // only tasks that come after this place
};

struct TrashPage {
  std::vector<TrashedTask> tasks;
  std::int64_t total = 0;  // of those that are not gone, on all pages together
  bool has_more = false;   // whether more follow
};

/// What a user's changes after one of them have led to, in the order of their revisions.
struct ChangePage {
  std::vector<Change> changes;  // of each task one, its last
  bool has_more = false;        // whether more follow
  std::int64_t revision = 0;    // the number of the user's changes so far
  // Of the deletions up to this one some are forgotten. What follows an earlier one of the user's
  // changes is not all there any more.
  std::int64_t pruned_revision = 0;
};

/// What is kept of a user's tasks, and need not be counted.
struct TaskTotals {
  std::int64_t total = 0;
  std::int64_t completed = 0;
  std::int64_t trash = 0;
  std::int64_t revision = 0;  // the number of their changes so far
};

}  // namespace taskdock::store
