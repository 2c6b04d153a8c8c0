#pragma once

#include "store/sqlite/statements_by_shape.h"
#include "store/sqlite/tag_table.h"
#include "store/sqlite/total_table.h"
#include "store/sqlite/user_numbers.h"
#include "store/sqlite/word_index.h"
#include "store/task_query.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL that finds and changes one task, on one connection. Belongs to one thread at a time,
/// like the connection.
class TaskTable {
 public:
  /// The others are of the same connection, and outlive this.
  TaskTable(SQLite::Database& database, UserNumbers& numbers, TotalTable& totals, TagTable& tags,
            WordIndex& words);

  /// Returns the task with its revision, and with its tags as they are spelled. Throws
  /// UserNotFound, TooManyTags.
  Task add(Task task);
  /// The same for several tasks of one owner, in less time: one statement inserts them all.
  void add_all(std::vector<Task>& tasks);
  /// Nothing if the owner has no such task.
  std::optional<Task> find_own(const support::Uuid& owner, const support::Uuid& id);
  /// Whether a task of anybody has the id, including leftovers (LeftoverTable).
  bool has_id(const support::Uuid& id);
  /// Throws TaskNotFound, NotTheOwner; so do the next two. `change` throws TooManyTags, too.
  Task find(const support::Uuid& owner, const support::Uuid& id);
  /// A task before a change, and after it.
  struct Changed {
    Task before;
    Task after;
  };
  Changed change(const support::Uuid& owner, const support::Uuid& id, const TaskChange& change,
                 support::Timestamp now);
  /// Returns the task that was removed, with the revision of its removal.
  Task remove(const support::Uuid& owner, const support::Uuid& id);
  /// Notes which task continues `task`: its `next_task_id`.
  void set_next(const Task& task);
  /// Of the tasks of all users, including leftovers (LeftoverTable).
  std::optional<support::Uuid> largest_id();

 private:
  /// A task, and its number in the index of words.
  struct Numbered {
    Task task;
    std::int64_t number = 0;
  };

  std::optional<Numbered> find_numbered(const support::Uuid& owner, const support::Uuid& id);
  Numbered require_numbered(const support::Uuid& owner, const support::Uuid& id);
  [[noreturn]] void throw_missing(const support::Uuid& id);

  UserNumbers& numbers_;
  TotalTable& totals_;
  TagTable& tags_;
  WordIndex& words_;
  PreparedStatement insert_;
  PreparedStatement insert_all_;
  PreparedStatement find_;
  PreparedStatement exists_;
  PreparedStatement has_id_;
  StatementsByShape changes_;  // by the columns that change
  PreparedStatement set_next_;
  PreparedStatement remove_;
  PreparedStatement largest_id_;
};

}  // namespace taskdock::store::sqlite
