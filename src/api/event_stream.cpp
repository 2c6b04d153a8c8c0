#include "api/event_stream.h"

#include <utility>
#include <vector>

#include "api/event_hub.h"
#include "api/event_text.h"
#include "store/store.h"
#include "support/log.h"

namespace taskdock::api {

namespace {

// How many changes are read at once, and how much of them is kept: a page is a small part of what
// may wait for a stream.
constexpr std::int64_t page_changes = 100;
constexpr std::size_t page_bytes = std::size_t{64} * 1024;

// How long reminders wait if the database cannot be changed.
constexpr std::chrono::seconds reminder_pause{10};

// Between two pieces a stream keeps no more memory than this.
constexpr std::size_t kept_bytes = std::size_t{4} * 1024;

struct EventPage {
  std::vector<Event> events;
  std::int64_t revision = 0;  // all changes up to this one are in the events
  bool has_more = false;
};

/// The events of the user's changes after `since`.
EventPage read_events(store::Snapshot& snapshot, const support::Uuid& user_id, std::int64_t since) {
  EventPage page;
  const store::ChangePage changes = snapshot.list_changes(user_id, since, page_changes);
  if (since < changes.pruned_revision) {
    page.events.push_back(resync_event(changes.revision));
    page.revision = changes.revision;
    return page;
  }
  std::size_t bytes = 0;
  for (const store::Change& change : changes.changes) {
    page.has_more = bytes >= page_bytes;
    if (page.has_more) break;
    page.events.push_back(event_of(change));
    bytes += page.events.back().text.size();
  }
  page.has_more |= changes.has_more;
  page.revision = page.has_more ? page.events.back().revision : changes.revision;
  return page;
}

}  // namespace

EventStream::EventStream(EventHub& hub, EventChannel& channel, const support::Uuid& user_id,
                         const store::Grant& grant, std::string beginning, std::int64_t revision)
    : hub_(hub), channel_(channel), user_id_(user_id), beginning_(std::move(beginning)) {
  place_.grant = grant;
  place_.revision = revision;
}

EventStream::~EventStream() {
  if (is_open_) hub_.close(*this);
}

std::string_view EventStream::next() {
  using Next = EventChannel::Next;
  if (!beginning_.empty()) {
    text_ = std::exchange(beginning_, {});
    return text_;
  }
  text_.clear();
  if (text_.capacity() > kept_bytes) text_.shrink_to_fit();
  const auto deadline = EventChannel::Clock::now() + hub_.options().keep_alive;
  while (!is_finished_ && text_.empty()) {
    switch (channel_.wait(place_, deadline, text_)) {
      case Next::end:
        is_finished_ = true;
        break;
      case Next::send:
        break;
      case Next::send_nothing:
        text_ = keep_alive_text;
        break;
      case Next::check_grant:
        if (has_grant()) break;
        is_finished_ = true;
        text_ = event_text("session-ended", "{}");
        break;
      case Next::catch_up:
        catch_up();
        break;
      case Next::read:
        read_for_all();
        break;
      case Next::remind:
        remind_all();
        break;
    }
  }
  return text_;
}

void EventStream::interrupt() noexcept {
  channel_.end(place_);
}

bool EventStream::is_given_up() noexcept {
  try {
    return channel_.is_ended(place_) || (channel_.begins_grant_check(place_) && !has_grant());
  } catch (const std::exception&) {
    return true;  // its client will come back
  }
}

bool EventStream::has_grant() {
  const auto end = hub_.store().snapshot().find_expiry(place_.grant, user_id_, hub_.clock().now());
  if (end) channel_.set_grant_end(place_, *end);
  return end.has_value();
}

void EventStream::catch_up() {
  store::Snapshot snapshot = hub_.store().snapshot();
  const EventPage page = read_events(snapshot, user_id_, place_.revision);
  for (const Event& event : page.events) text_ += event.text;
  channel_.caught_up(place_, page.revision);
}

void EventStream::read_for_all() {
  try {
    store::Snapshot snapshot = hub_.store().snapshot();
    EventPage page = read_events(snapshot, user_id_, channel_.revision());
    channel_.add(std::move(page.events), page.revision, page.has_more,
                 snapshot.find_next_reminder(user_id_));
  } catch (...) {
    channel_.give_up();
    throw;
  }
}

/// Takes the reminders that are due out of the database, and only then hands them out: so each goes
/// out once at most.
void EventStream::remind_all() {
  const support::Timestamp now = hub_.clock().now();
  try {
    const store::DueReminders due = hub_.store().change(
        [&](store::Changes& changes) { return changes.take_reminders(user_id_, now); });
    std::vector<Event> events;
    for (const store::Task& task : due.tasks) events.push_back(reminder_event(task));
    channel_.add_reminders(std::move(events), due.next);
  } catch (const std::exception& error) {
    support::log(support::LogLevel::error,
                 std::string("reminders cannot be taken from the database now: ") + error.what());
    channel_.add_reminders({}, now + reminder_pause);
  }
}

}  // namespace taskdock::api
