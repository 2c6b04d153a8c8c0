#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "store/types.h"
#include "support/clock.h"
#include "support/mutex.h"

namespace taskdock::api {

/// What the streams of a user are to send.
struct Event {
  std::int64_t revision = 0;  // of the change that it tells of; 0: of none, it is a reminder
  std::string text = {};
};

/// What all streams of one user have in common: the events that not all of them have taken, and who
/// of them finds the next ones. So each event is read and written once, however many they are. Any
/// thread may call it.
///
/// It touches neither the database nor a socket: wait() tells the thread of a stream what to do
/// next, be it for all of them.
class EventChannel {
 public:
  using Clock = std::chrono::steady_clock;

  /// How much may wait for a stream whose client does not receive anything.
  static constexpr std::size_t max_bytes = std::size_t{256} * 1024;

  /// Where one stream is. Once it was added to a channel, only that uses it.
  struct Place {
    store::Grant grant = {};    // what lets the stream be there: a session, or a token for scripts
    std::int64_t revision = 0;  // all changes up to this one are in what it has taken
    std::uint64_t next = 0;     // the number of the next event of the queue
    std::uint64_t first = 0;    // that of the first event since it was added
    // When that expires; nothing: whether it is still there is to be checked.
    std::optional<support::Timestamp> grant_end = {};
    bool grant_may_have_ended = false;  // since its check began
    bool is_ended = false;
    bool is_surplus = false;      // it was ended by end_surplus()
    bool is_waiting = false;      // its thread is in wait()
    Clock::time_point left = {};  // when that returned last
  };

  /// What the stream's thread is to do.
  enum class Next {
    end,           // end the stream
    send,          // send the text
    send_nothing,  // send a comment, since there is nothing else
    check_grant,   // see whether the grant is still there: set_grant_end()
    catch_up,      // read what it has missed, which the queue does not have any more: caught_up()
    read,          // read, for all streams, the changes after revision(): add() or give_up()
    remind,  // take, for all streams, the reminders that are due: add_reminders() or give_up()
  };

  /// `revision`: the number of the user's changes so far, or a few changes ago. `clock` must
  /// outlive the channel.
  EventChannel(const support::Clock& clock, std::int64_t revision)
      : clock_(clock), base_(revision), revision_(revision) {}

  /// Adds a place, which must not move until it is removed.
  void add(Place& place);
  /// Whether it was in the number of streams until now: end_surplus() has not ended it.
  bool remove(const Place& place);
  bool is_empty();

  /// Ends the streams by this grant that were added first, so that less than `max` of them are
  /// left; returns how many.
  std::size_t end_surplus(const store::Grant& grant, std::size_t max);

  /// Ends one stream. Must not block.
  void end(Place& place) noexcept;
  bool is_ended(const Place& place);

  /// Waits until there is something to do, or until `deadline`. What is to be sent is appended to
  /// the empty `text`.
  Next wait(Place& place, Clock::time_point deadline, std::string& text);

  /// Whether the grant must be checked now, for a stream that is not in wait(). Its check begins,
  /// as it does with Next::check_grant.
  bool begins_grant_check(Place& place);
  /// Ends the check: the grant is there until `end`. If it may have ended since the check began, it
  /// will have to be checked again.
  void set_grant_end(Place& place, support::Timestamp end);

  void caught_up(Place& place, std::int64_t revision);

  /// After which change the next Next::read begins; the thread that was told to read may ask.
  std::int64_t revision();
  /// Adds the events of the changes up to `revision`, in their order. `more`: there are further
  /// ones. `next_reminder`: when the next one is due.
  void add(std::vector<Event> events, std::int64_t revision, bool more,
           std::optional<support::Timestamp> next_reminder);
  void add_reminders(std::vector<Event> events, std::optional<support::Timestamp> next_reminder);
  /// What was to be done for all has failed; another stream will be told to do it.
  void give_up();

  /// The user's tasks have changed.
  void on_change();
  /// The user's sessions or tokens may have ended.
  void on_grant_change();
  /// A second has passed. `others_wrote`: another process may have changed anything.
  void on_second(bool others_wrote);

 private:
  static void distrust_grant(Place& place);
  bool take(Place& place, std::string& text) REQUIRES(mutex_);
  bool has_room(Clock::time_point now) REQUIRES(mutex_);
  void drop_taken() REQUIRES(mutex_);
  bool is_following(const Place& place) const REQUIRES(mutex_);
  std::uint64_t queue_end() const REQUIRES(mutex_) { return first_ + queue_.size(); }
  void append(std::vector<Event>& events) REQUIRES(mutex_);
  Clock::time_point reminder_moment(Clock::time_point now) const REQUIRES(mutex_);

  const support::Clock& clock_;
  support::Mutex mutex_;
  std::condition_variable changed_;
  std::vector<Place*> places_ GUARDED_BY(mutex_);  // in the order they came
  std::deque<Event> queue_ GUARDED_BY(mutex_);
  std::uint64_t first_ GUARDED_BY(mutex_) = 0;  // the number of the first event of the queue
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
  std::int64_t base_ GUARDED_BY(mutex_);         // the queue has all changes after this one
  std::int64_t revision_ GUARDED_BY(mutex_);     // up to this one
  bool has_changed_ GUARDED_BY(mutex_) = false;  // there may be later ones
  bool is_busy_ GUARDED_BY(mutex_) = false;      // a stream reads, or takes reminders
  std::optional<support::Timestamp> next_reminder_ GUARDED_BY(mutex_);
};

}  // namespace taskdock::api
