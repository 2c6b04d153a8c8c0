#pragma once

#include <chrono>

#include "store/sqlite/database_connection.h"

namespace taskdock::store::sqlite {

/// What the writer does in the background: in slices between its batches, each bounded in time,
/// begun again after a restart. Every kind of such work is here. Belongs to the writer's thread.
///
/// Nothing is remembered elsewhere than in the database: each kind finds what is left of it there,
/// so that it does not matter who began it, or whether they could finish.
class BackgroundWork {
 public:
  enum class State {
    done,     // nothing is left
    more,     // something is left
    blocked,  // something is left, and cannot be done now
  };

  /// A slice that removes begins nothing new once it has taken `slice_length`.
  explicit BackgroundWork(DatabaseConnection& connection,
                          std::chrono::milliseconds slice_length = std::chrono::milliseconds(10))
      : connection_(connection), slice_length_(slice_length) {}

  /// Takes over what the connection's transaction has asked for.
  void take_requests();

  bool is_done() const { return !wanted_.remove_leftovers && !wanted_.empty_log; }

  /// Does a slice, in a transaction of its own if it needs one, while all changes wait. Does not
  /// fail: an error is logged, and blocks.
  State do_slice() noexcept;

 private:
  State remove_leftovers();
  State empty_log();

  DatabaseConnection& connection_;
  const std::chrono::milliseconds slice_length_;
  // At first everything: a process before this one may have left it undone.
  DatabaseConnection::BackgroundRequests wanted_{.remove_leftovers = true, .empty_log = true};
  bool is_log_blocked_ = false;
  bool has_failed_ = false;
};

}  // namespace taskdock::store::sqlite
