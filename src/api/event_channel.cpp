#include "api/event_channel.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace taskdock::api {

namespace {

// How much a stream sends at once, unless one event has more.
constexpr std::size_t piece_bytes = std::size_t{16} * 1024;

// How long the others wait, once much waits to be taken, for a stream that takes nothing.
constexpr std::chrono::seconds max_stall{1};
constexpr std::chrono::milliseconds room_pause{50};

// How long a wait for a moment of the clock lasts at most: it may be set meanwhile.
constexpr std::chrono::minutes max_clock_wait{1};
constexpr std::chrono::milliseconds min_clock_wait{1};

}  // namespace

void EventChannel::add(Place& place) {
  const support::MutexLock lock(mutex_);
  places_.push_back(&place);
  place.next = first_;
  place.first = queue_end();
  place.left = Clock::now();
  // What was changed before the place was added, and after the snapshot from which its revision is,
  // was not told to anybody.
  has_changed_ = true;
}

bool EventChannel::remove(const Place& place) {
  const support::MutexLock lock(mutex_);
  std::erase(places_, &place);
  // It may have been woken for what another must do now.
  changed_.notify_one();
  return !place.is_surplus;
}

bool EventChannel::is_empty() {
  const support::MutexLock lock(mutex_);
  return places_.empty();
}

std::size_t EventChannel::end_surplus(const store::Grant& grant, std::size_t max) {
  const support::MutexLock lock(mutex_);
  std::vector<Place*> open;
  std::ranges::copy_if(places_, std::back_inserter(open), [&](const Place* place) {
    return !place->is_ended && place->grant == grant;
  });
  const std::size_t surplus = open.size() < max ? 0 : open.size() - max + 1;
  for (std::size_t i = 0; i < surplus; ++i) open[i]->is_ended = open[i]->is_surplus = true;
  if (surplus > 0) changed_.notify_all();
  return surplus;
}

void EventChannel::end(Place& place) noexcept {
  const support::MutexLock lock(mutex_);
  place.is_ended = true;
  changed_.notify_all();
}

bool EventChannel::is_ended(const Place& place) {
  const support::MutexLock lock(mutex_);
  return place.is_ended;
}

EventChannel::Next EventChannel::wait(Place& place, Clock::time_point deadline, std::string& text) {
  support::MutexLock lock(mutex_);
  place.is_waiting = true;
  Next next = Next::send_nothing;
  for (;;) {
    if (place.is_ended) {
      next = Next::end;
      break;
    }
    if (!place.grant_end) {
      place.grant_may_have_ended = false;
      next = Next::check_grant;
      break;
    }
    if (place.revision < base_) {
      next = Next::catch_up;
      break;
    }
    if (take(place, text)) {
      next = Next::send;
      break;
    }
    const auto now = Clock::now();
    auto until = deadline;
    if (!is_busy_) {
      const auto reminder = reminder_moment(now);
      const bool has_work = has_changed_ || reminder <= now;
      if (has_work && has_room(now)) {
        is_busy_ = true;
        next = std::exchange(has_changed_, false) ? Next::read : Next::remind;
        break;
      }
      until = std::min(until, has_work ? now + room_pause : reminder);
    }
    if (now >= deadline) break;
    lock.wait_until(changed_, until);
  }
  place.is_waiting = false;
  place.left = Clock::now();
  return next;
}

bool EventChannel::begins_grant_check(Place& place) {
  const support::MutexLock lock(mutex_);
  if (place.grant_end) return false;
  place.grant_may_have_ended = false;
  return true;
}

void EventChannel::set_grant_end(Place& place, support::Timestamp end) {
  const support::MutexLock lock(mutex_);
  if (!place.grant_may_have_ended) place.grant_end = end;
}

void EventChannel::caught_up(Place& place, std::int64_t revision) {
  const support::MutexLock lock(mutex_);
  place.revision = std::max(place.revision, revision);
}

std::int64_t EventChannel::revision() {
  const support::MutexLock lock(mutex_);
  return revision_;
}

void EventChannel::add(std::vector<Event> events, std::int64_t revision, bool more,
                       std::optional<support::Timestamp> next_reminder) {
  const support::MutexLock lock(mutex_);
  drop_taken();
  append(events);
  revision_ = std::max(revision_, revision);
  next_reminder_ = next_reminder;
  has_changed_ |= more;
  is_busy_ = false;
  changed_.notify_all();
}

void EventChannel::add_reminders(std::vector<Event> events,
                                 std::optional<support::Timestamp> next_reminder) {
  const support::MutexLock lock(mutex_);
  append(events);
  next_reminder_ = next_reminder;
  is_busy_ = false;
  changed_.notify_all();
}

void EventChannel::give_up() {
  const support::MutexLock lock(mutex_);
  has_changed_ = true;
  is_busy_ = false;
  changed_.notify_one();
}

void EventChannel::on_change() {
  const support::MutexLock lock(mutex_);
  has_changed_ = true;
  changed_.notify_one();
}

void EventChannel::on_grant_change() {
  const support::MutexLock lock(mutex_);
  for (Place* place : places_) distrust_grant(*place);
  changed_.notify_all();
}

void EventChannel::on_second(bool others_wrote) {
  const support::Timestamp now = clock_.now();
  const support::MutexLock lock(mutex_);
  // A clock that was set forward may have made a reminder due.
  bool wakes = others_wrote || (next_reminder_ && *next_reminder_ <= now);
  has_changed_ |= others_wrote;
  for (Place* place : places_) {
    if (others_wrote || (place->grant_end && *place->grant_end <= now)) {
      distrust_grant(*place);
      wakes = true;
    }
  }
  if (wakes) changed_.notify_all();
}

void EventChannel::distrust_grant(Place& place) {
  place.grant_end.reset();
  place.grant_may_have_ended = true;
}

/// Appends to `text` the next events that the stream is to send; false if there are none.
bool EventChannel::take(Place& place, std::string& text) {
  place.next = std::max(place.next, first_);
  for (; place.next < queue_end() && text.size() < piece_bytes; ++place.next) {
    const Event& event = queue_[place.next - first_];
    // What it has read itself, or was reminded of before, is not sent twice.
    const bool is_new =
        event.revision > 0 ? event.revision > place.revision : place.next >= place.first;
    if (!is_new) continue;
    text += event.text;
    place.revision = std::max(place.revision, event.revision);
  }
  return !text.empty();
}

/// Whether more may be read. Where much waits already, that is once the streams have taken it; one
/// that takes nothing is ended after a while.
bool EventChannel::has_room(Clock::time_point now) {
  drop_taken();
  if (bytes_ <= max_bytes / 2) return true;
  for (Place* place : places_) {
    const bool is_stalled = !place->is_waiting && now - place->left >= max_stall;
    if (is_stalled && is_following(*place) && place->next < queue_end()) place->is_ended = true;
  }
  drop_taken();
  return bytes_ <= max_bytes / 2;
}

void EventChannel::drop_taken() {
  std::uint64_t needed = queue_end();
  for (const Place* place : places_) {
    if (is_following(*place)) needed = std::min(needed, place->next);
  }
  for (; first_ < needed; ++first_) {
    base_ = std::max(base_, queue_.front().revision);
    bytes_ -= queue_.front().text.size();
    queue_.pop_front();
  }
}

/// Whether the stream gets all it needs from the queue.
bool EventChannel::is_following(const Place& place) const {
  return !place.is_ended && place.revision >= base_;
}

void EventChannel::append(std::vector<Event>& events) {
  for (Event& event : events) {
    bytes_ += event.text.size();
    queue_.push_back(std::move(event));
  }
}

/// When the next reminder is due, or when to look at the clock again.
EventChannel::Clock::time_point EventChannel::reminder_moment(Clock::time_point now) const {
  if (!next_reminder_) return Clock::time_point::max();
  const auto left = *next_reminder_ - clock_.now();
  if (left <= left.zero()) return now;
  return now + std::clamp<support::Timestamp::duration>(left, min_clock_wait, max_clock_wait);
}

}  // namespace taskdock::api
