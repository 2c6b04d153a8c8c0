#include "store/sqlite/background.h"

#include <exception>
#include <utility>

#include "store/sqlite/failure.h"
#include "support/log.h"

namespace taskdock::store::sqlite {

namespace {

// How long a slice waits for other connections that read the log.
constexpr std::chrono::milliseconds log_patience{20};

// Of rows that can have megabytes each, how many are removed before the time is looked at.
constexpr std::int64_t max_large_rows = 4;

void log_failure_of_slice(const std::exception_ptr& error) noexcept {
  support::log(support::LogLevel::warning,
               "what was deleted cannot be removed from the database, or its log cannot be "
               "emptied; this will be tried again; the cause:");
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& cause) {
    support::log(support::LogLevel::warning, cause.what());
  }
}

}  // namespace

void BackgroundWork::take_requests() {
  const auto requested = std::exchange(connection_.requests, {});
  wanted_.remove_leftovers |= requested.remove_leftovers;
  wanted_.empty_log |= requested.empty_log;
  if (requested.prune_trash_before) wanted_.prune_trash_before = requested.prune_trash_before;
  if (requested.prune_tombstones_before) {
    wanted_.prune_tombstones_before = requested.prune_tombstones_before;
  }
  if (requested.prune_answers_before) {
    wanted_.prune_answers_before = requested.prune_answers_before;
  }
}

BackgroundWork::State BackgroundWork::do_slice() noexcept {
  try {
    State state = State::done;
    if (wanted_.remove_leftovers) {
      state = remove_leftovers();
      wanted_.remove_leftovers = state != State::done;
    } else if (wanted_.prune_trash_before) {
      state = prune(connection_.trash, wanted_.prune_trash_before);
    } else if (wanted_.prune_tombstones_before) {
      state = prune(connection_.tombstones, wanted_.prune_tombstones_before);
    } else if (wanted_.prune_answers_before) {
      state = prune(connection_.kept_answers, wanted_.prune_answers_before, max_large_rows);
    } else if (wanted_.empty_log) {
      state = empty_log();
      wanted_.empty_log = state != State::done;
    }
    take_requests();
    has_failed_ = false;
    return state == State::done && !is_done() ? State::more : state;
  } catch (...) {
    const std::exception_ptr error = as_store_error(connection_.database());
    connection_.roll_back();
    connection_.forget_noted();
    connection_.requests = {};
    if (!std::exchange(has_failed_, true)) log_failure_of_slice(error);
    return State::blocked;
  }
}

BackgroundWork::State BackgroundWork::remove_leftovers() {
  if (!connection_.leftovers.any()) return State::done;
  const auto end = std::chrono::steady_clock::now() + slice_length_;
  LeftoverTable::Removed removed;
  connection_.begin_immediate.lend().step();
  do {
    removed = connection_.leftovers.remove_some();
    connection_.write_noted();
    // At a savepoint the index is really changed, so that the time for that is part of the slice.
    connection_.savepoint.lend().step();
    connection_.release.lend().step();
    connection_.requests.empty_log |= removed.last_of_a_user;
  } while (removed.more && std::chrono::steady_clock::now() < end);
  connection_.commit.lend().step();
  return removed.more ? State::more : State::done;
}

/// Removes from `table` what is older than `moment`, `max_at_once` at a time, and resets `moment`
/// once nothing is left.
template <class Table>
BackgroundWork::State BackgroundWork::prune(Table& table, std::optional<support::Timestamp>& moment,
                                            std::int64_t max_at_once) {
  if (!table.any_before(*moment)) {
    moment.reset();
    return State::done;
  }
  const auto end = std::chrono::steady_clock::now() + slice_length_;
  bool more = true;
  connection_.begin_immediate.lend().step();
  do {
    more = table.remove_before(*moment, max_at_once) == max_at_once;
  } while (more && std::chrono::steady_clock::now() < end);
  connection_.requests.empty_log = true;
  connection_.write_noted();
  connection_.commit.lend().step();
  if (!more) moment.reset();
  return more ? State::more : State::done;
}

/// The log still has copies of what was overwritten in the database.
BackgroundWork::State BackgroundWork::empty_log() {
  if (connection_.checkpoint(log_patience)) {
    log_blocked_since_.reset();
    is_log_reported_ = false;
    return State::done;
  }
  // A backup or an export is a long reading as well, and then nothing is wrong.
  constexpr std::chrono::minutes usual_reading{5};
  const auto now = std::chrono::steady_clock::now();
  if (!log_blocked_since_) log_blocked_since_ = now;
  if (now - *log_blocked_since_ > usual_reading && !std::exchange(is_log_reported_, true)) {
    support::log(support::LogLevel::warning,
                 "the database has been read by others for minutes on end, so what was deleted "
                 "stays in its write-ahead log");
  }
  return State::blocked;
}

}  // namespace taskdock::store::sqlite
