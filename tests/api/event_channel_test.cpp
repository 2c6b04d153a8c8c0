#include "api/event_channel.h"

#include <doctest/doctest.h>

#include <memory>
#include <thread>

#include "testing/fakes.h"

namespace taskdock::api {

namespace {

using namespace std::chrono_literals;
using Next = EventChannel::Next;
using Place = EventChannel::Place;

constexpr std::int64_t first_revision = 10;

struct Channel {
  testing::FakeClock clock;
  EventChannel channel{clock, first_revision};

  /// A place whose session is known to exist, and for which nothing is to be read.
  std::unique_ptr<Place> new_place(std::int64_t revision = first_revision) {
    auto place = std::make_unique<Place>();
    place->revision = revision;
    channel.add(*place);
    channel.set_grant_end(*place, support::Timestamp::max());
    return place;
  }

  /// What the stream is to do now, with what it is to send in `text`.
  Next next(Place& place) {
    text.clear();
    return channel.wait(place, EventChannel::Clock::now(), text);
  }

  /// Does what one stream is told to do for all: adds these events.
  void read(Place& place, std::vector<Event> events, bool more = false) {
    REQUIRE(next(place) == Next::read);
    const std::int64_t revision = events.empty() ? channel.revision() : events.back().revision;
    channel.add(std::move(events), revision, more, std::nullopt);
  }

  std::string text;
};

}  // namespace

TEST_CASE_FIXTURE(Channel, "api/event_channel: one stream reads for all, and each sends all") {
  const auto one = new_place();
  const auto two = new_place();
  CHECK(next(*one) == Next::read);  // what was changed before they came
  CHECK(next(*two) == Next::send_nothing);
  channel.add({}, first_revision, false, std::nullopt);
  channel.on_change();
  CHECK(next(*two) == Next::read);
  CHECK(next(*one) == Next::send_nothing);
  channel.add({{11, "a"}, {12, "b"}}, 12, false, std::nullopt);
  for (const auto* place : {&one, &two}) {
    CHECK(next(**place) == Next::send);
    CHECK(text == "ab");
    CHECK((*place)->revision == 12);
    CHECK(next(**place) == Next::send_nothing);
  }
  CHECK(channel.revision() == 12);
}

TEST_CASE_FIXTURE(Channel, "api/event_channel: a change during a read makes another one") {
  const auto place = new_place();
  REQUIRE(next(*place) == Next::read);
  channel.on_change();
  channel.add({{11, "a"}}, 11, false, std::nullopt);
  CHECK(next(*place) == Next::send);
  CHECK(next(*place) == Next::read);
}

TEST_CASE_FIXTURE(Channel, "api/event_channel: a read that fails is done by another stream") {
  const auto one = new_place();
  const auto two = new_place();
  REQUIRE(next(*one) == Next::read);
  channel.give_up();
  CHECK(next(*two) == Next::read);
}

TEST_CASE_FIXTURE(Channel, "api/event_channel: what a stream has read itself is not sent twice") {
  const auto one = new_place();
  read(*one, {{11, "a"}, {12, "b"}, {13, "c"}});
  const auto ahead = new_place(12);
  CHECK(next(*ahead) == Next::send);
  CHECK(text == "c");
}

TEST_CASE_FIXTURE(Channel, "api/event_channel: what the queue has no more a stream catches up") {
  const auto one = new_place();
  read(*one, {{11, "a"}});
  CHECK(next(*one) == Next::send);
  channel.on_change();
  read(*one, {{12, "b"}});  // drops what all have taken
  const auto behind = new_place(9);
  CHECK(next(*behind) == Next::catch_up);
  channel.caught_up(*behind, 11);
  CHECK(next(*behind) == Next::send);
  CHECK(text == "b");
}

TEST_CASE_FIXTURE(Channel,
                  "api/event_channel: reminders are taken by one, and not told to later streams") {
  const auto one = new_place();
  REQUIRE(next(*one) == Next::read);
  channel.add({}, first_revision, false, clock.now() + 1h);
  CHECK(next(*one) == Next::send_nothing);
  clock.advance(1h);
  CHECK(next(*one) == Next::remind);
  CHECK(next(*one) == Next::send_nothing);
  channel.add_reminders({{0, "r"}}, std::nullopt);
  const auto two = new_place();
  CHECK(next(*one) == Next::send);
  CHECK(text == "r");
  CHECK(next(*two) == Next::read);
  channel.add({}, first_revision, false, std::nullopt);
  CHECK(next(*two) == Next::send_nothing);
}

TEST_CASE_FIXTURE(
    Channel, "api/event_channel: a session is checked at first, when told to, and at its end") {
  Place place;
  place.revision = first_revision;
  channel.add(place);
  CHECK(next(place) == Next::check_grant);
  channel.set_grant_end(place, clock.now() + 1h);
  read(place, {});
  CHECK(next(place) == Next::send_nothing);
  channel.on_grant_change();
  CHECK(next(place) == Next::check_grant);
  channel.set_grant_end(place, clock.now() + 1h);
  channel.on_second(false);
  CHECK(next(place) == Next::send_nothing);
  clock.advance(1h);
  channel.on_second(false);
  CHECK(channel.begins_grant_check(place));
  CHECK(next(place) == Next::check_grant);
  channel.set_grant_end(place, clock.now() + 1h);
  channel.on_second(true);  // another process may have ended it
  CHECK(next(place) == Next::check_grant);
  channel.set_grant_end(place, clock.now() + 1h);
  CHECK(next(place) == Next::read);
}

TEST_CASE_FIXTURE(Channel,
                  "api/event_channel: a session that may have ended while it was being checked is "
                  "checked again") {
  Place place;
  place.revision = first_revision;
  channel.add(place);
  CHECK(next(place) == Next::check_grant);
  channel.on_grant_change();
  channel.set_grant_end(place, clock.now() + 1h);  // as it was read before
  CHECK(next(place) == Next::check_grant);
  channel.on_second(true);
  channel.set_grant_end(place, clock.now() + 1h);
  REQUIRE(channel.begins_grant_check(place));
  channel.on_grant_change();
  channel.set_grant_end(place, clock.now() + 1h);
  CHECK(channel.begins_grant_check(place));
  channel.set_grant_end(place, clock.now() + 1h);
  CHECK_FALSE(channel.begins_grant_check(place));
  read(place, {});
  CHECK(next(place) == Next::send_nothing);
}

TEST_CASE_FIXTURE(Channel, "api/event_channel: of the streams of one session the oldest end") {
  const auto one = new_place();
  const auto two = new_place();
  const auto three = new_place();
  three->grant.id.bytes[0] = 1;
  CHECK(channel.end_surplus({}, 3) == 0);
  CHECK(channel.end_surplus({}, 2) == 1);
  CHECK(channel.is_ended(*one));
  CHECK_FALSE(channel.is_ended(*two));
  CHECK(next(*one) == Next::end);
  CHECK(channel.end_surplus({}, 2) == 0);
  CHECK_FALSE(channel.remove(*one));
  CHECK(channel.remove(*two));
  CHECK_FALSE(channel.is_empty());
  CHECK(channel.remove(*three));
  CHECK(channel.is_empty());
}

TEST_CASE_FIXTURE(Channel, "api/event_channel: no more is read than may wait for a stream") {
  const auto begin = EventChannel::Clock::now();
  const auto fast = new_place();
  const auto slow = new_place();
  const std::string page(60'000, 'x');
  std::int64_t revision = first_revision;
  std::size_t waiting = 0;
  // The slow one takes nothing, but has not been stuck for long yet, unless this thread is slow.
  for (Next step; (step = next(*fast)) != Next::send_nothing && !channel.is_ended(*slow);) {
    if (step == Next::send) continue;
    REQUIRE(step == Next::read);
    channel.add({{++revision, page}}, revision, true, std::nullopt);
    waiting += page.size();
    REQUIRE(waiting <= EventChannel::max_bytes);
  }
  if (EventChannel::Clock::now() - begin < 1s) CHECK_FALSE(channel.is_ended(*slow));
  for (int i = 0; i < 3000 && !channel.is_ended(*slow); ++i) {
    std::this_thread::sleep_for(10ms);
    if (next(*fast) == Next::read) channel.add({}, revision, false, std::nullopt);
  }
  CHECK(channel.is_ended(*slow));
  CHECK_FALSE(channel.is_ended(*fast));
}

TEST_CASE_FIXTURE(Channel,
                  "api/event_channel: the end of a stream wakes it, and another for its work") {
  const auto one = new_place();
  const auto two = new_place();
  read(*one, {});
  const auto wait = [this](Place& place) {
    std::string sent;
    return channel.wait(place, EventChannel::Clock::now() + 30s, sent);
  };
  std::thread ended([&] { CHECK(wait(*one) == Next::end); });
  channel.end(*one);
  ended.join();
  channel.on_change();
  channel.remove(*one);
  CHECK(wait(*two) == Next::read);
}

}  // namespace taskdock::api
