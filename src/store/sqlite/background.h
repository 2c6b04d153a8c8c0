#pragma once

#include <chrono>
#include <optional>

#include "store/sqlite/database_connection.h"

namespace taskdock::store::sqlite {

/// The background work of the writer: it is done in slices between batches, each bounded in time,
/// and continues after a restart. Every kind of such work is here. Belongs to the writer's thread.
///
/// What is left to do is found in the database alone, so that it does not matter which process
/// began it; but how old the trash, tombstones and kept answers may become is what the last calls
/// of Store::prune_trash, Store::prune_tombstones and Store::prune_answers said.
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

  /// Takes over the requests of the connection's last transaction.
  void take_requests();

  bool is_done() const {
    return !wanted_.remove_leftovers && !wanted_.empty_log && !wanted_.prune_trash_before &&
           !wanted_.prune_tombstones_before && !wanted_.prune_answers_before;
  }

  /// Does one slice, in a transaction of its own if it needs one, while all changes wait. An error
  /// is logged, and reported as State::blocked: the slice is tried again later.
  State do_slice() noexcept;

 private:
  State remove_leftovers();
  template <class Table>
  State prune(Table& table, std::optional<support::Timestamp>& moment,
              std::int64_t max_at_once = 100);
  State empty_log();

  DatabaseConnection& connection_;
  const std::chrono::milliseconds slice_length_;
  // At first everything: an earlier process may not have finished.
  DatabaseConnection::BackgroundRequests wanted_{.remove_leftovers = true, .empty_log = true};
  std::optional<std::chrono::steady_clock::time_point> log_blocked_since_;
  bool is_log_reported_ = false;
  bool has_failed_ = false;
};

}  // namespace taskdock::store::sqlite
