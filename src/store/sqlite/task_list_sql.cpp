#include "store/sqlite/task_list_sql.h"

#include <array>
#include <string_view>

#include "store/sqlite/task_row.h"
#include "store/sqlite/word_index.h"

namespace taskdock::store::sqlite {

namespace {

using Way = TaskSelection::Way;
using Part = TaskSelection::Part;
using Driver = TaskSelection::Driver;

struct KeySql {
  std::string_view column;
  std::string_view index;
  bool may_be_absent;
};

/// In the order of TaskKey.
constexpr std::array<KeySql, 7> keys = {{{"t.id", "tasks_by_completion", false},
                                         {"t.updated_at", "tasks_by_update", false},
                                         {"t.due_date", "tasks_by_due_date", true},
                                         {"t.priority", "tasks_by_priority", true},
                                         {"t.title_key", "tasks_by_title", false},
                                         {"t.completed_at", "tasks_by_completion_time", true},
                                         {"1", "", true}}};

const KeySql& sql_of(TaskKey key) {
  return keys[static_cast<std::size_t>(key)];
}

/// Whether the value of the place matters. That of a relevance says in which part the place is.
bool has_place_value(const TaskSelection& selection) {
  return selection.after->value.index() != 0 && selection.part != Part::without_value &&
         selection.order.key != TaskKey::relevance;
}

/// Gives out the parameters in their order, as TaskSelection::bind binds them.
class Parameters {
 public:
  std::string next() { return '?' + std::to_string(++last_); }

 private:
  int last_ = 0;
};

/// The parameters of a due moment, one for each form, and the one that a task's form needs.
struct DueParameters {
  explicit DueParameters(Parameters& parameters) {
    for (std::string& form : forms) form = parameters.next();
  }
  std::string of_task() const {
    return "CASE t.due_date & 3 WHEN 0 THEN " + forms[0] + " WHEN 1 THEN " + forms[1] + " ELSE " +
           forms[2] + " END";
  }
  std::string each() const { return forms[0] + ", " + forms[1] + ", " + forms[2]; }

  std::array<std::string, std::variant_size_v<support::DateOrTime>> forms;
};

/// Writes the SQL of one selection.
class SelectionText {
 public:
  explicit SelectionText(const TaskSelection& selection)
      : selection_(selection),
        key_(sql_of(selection.order.key)),
        direction_(selection.order.descending ? " DESC" : ""),
        comparison_(selection.order.descending ? " < " : " > "),
        owner_(parameters_.next()) {
    if (selection.completed) completed_ = parameters_.next();
    if (selection.after != nullptr) {
      place_id_ = parameters_.next();
      if (has_place_value(selection)) place_value_ = parameters_.next();
      if (selection.is_walk_by_number()) place_number_ = parameters_.next();
    }
    write_filter();
    limit_ = parameters_.next();
    offset_ = parameters_.next();
  }

  std::string write() const {
    switch (selection_.way) {
      case Way::walk:
        return rows_along_order(selected_task("t.", driver_tag_.empty() ? "t." : "g.") + ", " +
                                std::string(value_column())) +
               order_of_walk() + page();
      case Way::sort:
        return sorted_page();
      default:
        return "SELECT count(*) FROM (" +
               (selection_.part == Part::all ? found_rows("1") : rows_along_order("1")) + page() +
               ')';
    }
  }

 private:
  std::string page() const { return " LIMIT " + limit_ + " OFFSET " + offset_; }

  void write_filter() {
    const TaskFilter& filter = *selection_.filter;
    for (std::size_t i = 0; i < selection_.tag_keys.size(); ++i) {
      const std::string key = parameters_.next();
      if (i == 0 && selection_.driver == Driver::tag) {
        driver_tag_ = key;
      } else {
        filter_ += " AND " + has_tag(key);
      }
    }
    for (std::size_t i = 0; i < selection_.without_tag_keys.size(); ++i) {
      filter_ += " AND NOT " + has_tag(parameters_.next());
    }
    if (filter.priorities && selection_.driver != Driver::priority) {
      filter_ += " AND " + has_priority(*filter.priorities);
    }
    if (filter.has_due_date) {
      filter_ += *filter.has_due_date ? " AND t.due_date IS NOT NULL" : " AND t.due_date IS NULL";
    }
    // The index, whose order is not that of the forms, can use the first comparison. It also
    // excludes most tasks that do not match before the second one is computed.
    if (filter.due_before) {
      const DueParameters end(parameters_);
      filter_ += " AND t.due_date < max(" + end.each() + ") AND t.due_date < " + end.of_task();
    }
    if (filter.due_from) {
      const DueParameters start(parameters_);
      filter_ +=
          " AND t.due_date >= min(" + start.each() + ") AND t.due_date >= " + start.of_task();
    }
    if (filter.updated_since) filter_ += " AND t.updated_at >= " + parameters_.next();
    if (!selection_.match.empty()) {
      match_ = parameters_.next();
      if (selection_.driver != Driver::words && selection_.match_is_slow) {
        // Found once, not asked of each task.
        filter_ +=
            " AND t.search_id IN (SELECT w.rowid FROM task_words AS w WHERE w.task_words MATCH " +
            match_ + ')';
      } else if (selection_.driver != Driver::words) {
        filter_ += " AND EXISTS (SELECT 1 FROM task_words AS w WHERE w.task_words MATCH " + match_ +
                   " AND w.rowid = t.search_id)";
      }
    }
  }

  std::string has_tag(const std::string& key) const {
    return "EXISTS (SELECT 1 FROM task_tags AS g WHERE g.owner = " + owner_ +
           " AND g.key = " + key + " AND g.is_completed = t.is_completed AND g.id = t.id)";
  }

  static std::string has_priority(std::uint8_t wanted) {
    std::string list;
    for (int priority = 0; priority < value_count<Priority>; ++priority) {
      if ((wanted >> priority & 1) != 0) {
        list.append(list.empty() ? "" : ", ").append(std::to_string(priority));
      }
    }
    const bool none = (wanted & without_priority) != 0;
    if (list.empty() && none) return "t.priority IS NULL";
    list = "t.priority IN (" + list + ')';
    return none ? '(' + list + " OR t.priority IS NULL)" : list;
  }

  /// The rows of `from`, which gets a set of priorities. One search of the index finds either tasks
  /// that have a priority or tasks that have none; where both are wanted, there are two.
  template <class From>
  std::string with_priority(From from) const {
    const std::uint8_t wanted = *selection_.filter->priorities;
    const auto given = static_cast<std::uint8_t>(wanted & ~without_priority);
    const auto none = static_cast<std::uint8_t>(wanted & without_priority);
    if (given == 0 || none == 0) return from(wanted);
    return from(given) + " UNION ALL " + from(none);
  }

  /// By what a task is sorted in the part that is read.
  std::string_view value_column() const {
    return selection_.part == Part::without_value ? std::string_view("NULL") : key_.column;
  }

  /// That a task is in the part that is read, and after the place.
  std::string in_part() const {
    const std::string value(key_.column);
    // SQLite does not see that this is the same: it would sort all tasks with the tag, and begin
    // each page at the first of them.
    const std::string after_id = (driver_tag_.empty() ? "t.id" : "g.id") + comparison_ + place_id_;
    if (selection_.part == Part::without_value) {
      return " AND " + value + " IS NULL" + (place_id_.empty() ? "" : " AND " + after_id);
    }
    std::string condition;
    if (selection_.part == Part::with_value) condition = " AND " + value + " IS NOT NULL";
    if (!place_value_.empty()) {
      return condition + " AND (" + value + ", t.id)" + comparison_ + '(' + place_value_ + ", " +
             place_id_ + ')';
    }
    return place_id_.empty() ? condition : condition + " AND " + after_id;
  }

  /// The tasks in the order of its index: those that are open and those that are completed stand
  /// apart in most indexes.
  std::string rows_along_order(const std::string& select) const {
    const TaskKey key = selection_.order.key;
    if (selection_.driver == Driver::words) return rows_with_words(select);
    const bool by_id = key == TaskKey::created_at;
    if (by_id && completed_.empty() && driver_tag_.empty()) return rows(select, "NOT INDEXED", {});
    if (key == TaskKey::completed_at) {
      const std::string kind = completed_.empty() ? "" : " AND t.is_completed = " + completed_;
      if (selection_.part != Part::without_value) {
        return rows(select, "INDEXED BY tasks_by_completion_time", kind);
      }
      return rows(select, "INDEXED BY tasks_by_completion", " AND t.is_completed = 0" + kind);
    }
    const std::string index = "INDEXED BY " + std::string(key_.index);
    if (!completed_.empty()) return rows(select, index, of_kind(completed_));
    return rows(select, index, of_kind("0")) + " UNION ALL " + rows(select, index, of_kind("1"));
  }

  std::string of_kind(const std::string& is_completed) const {
    return (driver_tag_.empty() ? " AND t.is_completed = " : " AND g.is_completed = ") +
           is_completed;
  }

  std::string rows(const std::string& select, const std::string& index,
                   const std::string& kind) const {
    if (!driver_tag_.empty()) return tagged_rows(select, kind + in_part());
    return "SELECT " + select + " FROM tasks AS t " + index + " WHERE t.owner = " + owner_ + kind +
           in_part() + filter_;
  }

  std::string tagged_rows(const std::string& select, const std::string& condition) const {
    // The task itself is not needed to count those with a tag.
    if (selection_.way == Way::count && filter_.empty() && place_id_.empty()) {
      return "SELECT 1 FROM task_tags AS g WHERE g.owner = " + owner_ +
             " AND g.key = " + driver_tag_ + condition;
    }
    return "SELECT " + select +
           " FROM task_tags AS g CROSS JOIN tasks AS t NOT INDEXED"
           " ON t.owner = g.owner AND t.id = g.id WHERE g.owner = " +
           owner_ + " AND g.key = " + driver_tag_ + condition + filter_;
  }

  /// The tasks with the words that are searched for, in the order of their numbers if that is asked
  /// for.
  std::string rows_with_words(const std::string& select) const {
    std::string from = "SELECT " + select + " FROM task_words AS w";
    std::string where = " WHERE w.task_words MATCH " + match_;
    if (!place_number_.empty()) {
      where.append(" AND w.rowid")
          .append(selection_.order.descending ? " <= " : " >= ")
          .append(place_number_);
    }
    const bool is_by_number = selection_.is_walk_by_number();
    std::string of_task = filter_;
    if (!completed_.empty()) of_task += " AND t.is_completed = " + completed_;
    if (!place_id_.empty()) {
      const bool is_by_id = is_by_number || selection_.order.key == TaskKey::relevance;
      of_task += is_by_id ? " AND t.id" + comparison_ + place_id_ : after_place();
    }
    // The task itself is not needed to count those with the words.
    if (selection_.way == Way::count && of_task.empty()) return from + where;
    return from + " CROSS JOIN tasks AS t INDEXED BY tasks_by_search_id ON t.owner = " + owner_ +
           " AND t.search_id = w.rowid" + where + of_task;
  }

  std::string order_of_walk() const {
    if (selection_.is_walk_by_number()) return " ORDER BY w.rowid" + direction_;
    // The columns by their numbers, as the parts of a UNION require.
    const std::string id = std::to_string(selected_id) + direction_;
    if (selection_.part == Part::without_value || selection_.order.key == TaskKey::created_at) {
      return " ORDER BY " + id;
    }
    return " ORDER BY " + std::to_string(selected_count + 1) + direction_ + ", " + id;
  }

  /// What the driver finds, in no particular order.
  std::string found_rows(const std::string& select) const {
    const std::string kind = completed_.empty() ? " AND t.is_completed IN (0, 1)"
                                                : " AND t.is_completed = " + completed_;
    const std::string condition = kind + after_place();
    const auto from = [&](const std::string& index, const std::string& also = {}) {
      return "SELECT " + select + " FROM tasks AS t " + index + " WHERE t.owner = " + owner_ +
             condition + also + filter_;
    };
    switch (selection_.driver) {
      case Driver::tag:
        return tagged_rows(select, (completed_.empty() ? "" : of_kind(completed_)) + after_place());
      case Driver::due_date:
        return from("INDEXED BY tasks_by_due_date");
      case Driver::priority:
        return with_priority([&](std::uint8_t wanted) {
          return from("INDEXED BY tasks_by_priority", " AND " + has_priority(wanted));
        });
      case Driver::update:
        return from("INDEXED BY tasks_by_update");
      case Driver::words:
        return rows_with_words(select);
      default:
        return from("INDEXED BY tasks_by_completion");
    }
  }

  /// That a task is after the place, wherever it is found.
  std::string after_place() const {
    if (place_id_.empty()) return {};
    const std::string value(key_.column);
    const std::string after_id = "t.id" + comparison_ + place_id_;
    if (selection_.order.key == TaskKey::created_at) return " AND " + after_id;
    if (place_value_.empty()) return " AND " + value + " IS NULL AND " + after_id;
    return " AND (" + value + " IS NULL OR " + value + comparison_ + place_value_ + " OR (" +
           value + " = " + place_value_ + " AND " + after_id + "))";
  }

  /// Only ids and values are sorted: whole tasks would need much memory.
  std::string sorted_page() const {
    return "SELECT " + selected_task("t.") + ", page.value FROM (SELECT id, value FROM (" +
           found_rows("t.id AS id, " + std::string(key_.column) + " AS value") +
           ") ORDER BY value IS NULL, value" + direction_ + ", id" + direction_ + page() +
           ") AS page CROSS JOIN tasks AS t NOT INDEXED ON t.owner = " + owner_ +
           " AND t.id = page.id ORDER BY page.value IS NULL, page.value" + direction_ +
           ", page.id" + direction_;
  }

  const TaskSelection& selection_;
  const KeySql& key_;
  const std::string direction_;
  const std::string comparison_;
  Parameters parameters_;
  const std::string owner_;
  std::string completed_;
  std::string place_id_;
  std::string place_value_;
  std::string place_number_;
  std::string match_;
  std::string driver_tag_;
  std::string filter_;
  std::string limit_;
  std::string offset_;
};

}  // namespace

bool may_be_absent(TaskKey key) {
  return sql_of(key).may_be_absent;
}

std::string TaskSelection::sql() const {
  return SelectionText(*this).write();
}

void TaskSelection::bind(LentStatement& statement) const {
  statement.bind(owner_number);
  if (completed) statement.bind(std::int64_t{*completed});
  if (after != nullptr) {
    statement.bind(after->id);
    if (has_place_value(*this)) statement.bind(after->value);
    if (is_walk_by_number()) {
      statement.bind(order.descending ? WordIndex::last_number(after->id)
                                      : WordIndex::first_number(after->id));
    }
  }
  for (const std::string& key : tag_keys) statement.bind(key);
  for (const std::string& key : without_tag_keys) statement.bind(key);
  for (const auto* const moment : {&filter->due_before, &filter->due_from}) {
    if (!*moment) continue;
    for (const std::chrono::microseconds time : **moment) {
      statement.bind(earliest_encoded(time));
    }
  }
  if (filter->updated_since) statement.bind(*filter->updated_since);
  if (!match.empty()) statement.bind(match);
  statement.bind(limit).bind(offset);
}

}  // namespace taskdock::store::sqlite
