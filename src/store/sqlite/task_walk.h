#pragma once

#include <optional>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/task_walk.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL that walks all tasks of a user, or all in the trash, in the order of their ids; and
/// that finds whose an id is, as an import asks for each task. On one connection; belongs to one
/// thread at a time, like the connection.
class TaskWalk {
 public:
  /// `numbers` are of the same connection, and outlive this.
  TaskWalk(SQLite::Database& database, UserNumbers& numbers);

  void walk(const support::Uuid& owner, const std::optional<support::Uuid>& after,
            const TaskVisitor& visit);
  void walk_trash(const support::Uuid& owner, const std::optional<support::Uuid>& after,
                  support::Timestamp deleted_since, const TrashVisitor& visit);
  IdHolder holder_of(const support::Uuid& owner, const support::Uuid& id);

 private:
  UserNumbers& numbers_;
  PreparedStatement tasks_;
  PreparedStatement trash_;
  PreparedStatement holder_;
};

}  // namespace taskdock::store::sqlite
