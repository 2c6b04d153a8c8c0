#include "api/event_tickets.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "testing/fakes.h"

namespace taskdock::api {

namespace {

using namespace std::chrono_literals;

struct Tickets {
  testing::FakeClock clock;
  support::SystemRandom random;
  EventTickets tickets{clock, random};

  static EventTickets::Holder holder(std::uint8_t number) {
    EventTickets::Holder holder;
    holder.user_id.bytes[0] = number;
    holder.session_id.bytes[15] = number;
    return holder;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Tickets, "api/event_tickets: each is for its holder, once") {
  const auto of_one = tickets.issue(holder(1));
  const auto of_two = tickets.issue(holder(2));
  CHECK(of_one.text != of_two.text);
  CHECK(of_one.expires_at == clock.now() + 30s);
  const auto found = tickets.use(of_two.text);
  REQUIRE(found);
  CHECK(found->user_id == holder(2).user_id);
  CHECK(found->session_id == holder(2).session_id);
  CHECK_FALSE(tickets.use(of_two.text));
  CHECK(tickets.use(of_one.text));
}

TEST_CASE_FIXTURE(Tickets, "api/event_tickets: one that was never issued is none") {
  for (const char* text : {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    CHECK_FALSE(tickets.use(text));
  }
}

TEST_CASE_FIXTURE(Tickets, "api/event_tickets: it expires, also if the clock is set back") {
  const auto late = tickets.issue(holder(1));
  clock.advance(30s);
  CHECK_FALSE(tickets.use(late.text));
  const auto early = tickets.issue(holder(1));
  clock.advance(-1s);
  CHECK_FALSE(tickets.use(early.text));
}

TEST_CASE_FIXTURE(Tickets, "api/event_tickets: of more than a session may have the oldest goes") {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i <= EventTickets::max_of_session; ++i) {
    texts.push_back(tickets.issue(holder(1)).text);
  }
  const auto of_other = tickets.issue(holder(2));
  CHECK_FALSE(tickets.use(texts.front()));
  for (std::size_t i = 1; i < texts.size(); ++i) CHECK(tickets.use(texts[i]));
  CHECK(tickets.use(of_other.text));
}

TEST_CASE_FIXTURE(Tickets,
                  "api/event_tickets: their number is bounded, and expired ones make room") {
  const auto fill = [&] {
    for (std::size_t i = 0; i < EventTickets::max_in_all; ++i) {
      EventTickets::Holder each;
      each.session_id.bytes = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8U),
                               static_cast<std::uint8_t>(i >> 16U)};
      tickets.issue(each);
    }
  };
  fill();
  CHECK_THROWS_AS(tickets.issue(holder(1)), TooManyTickets);
  clock.advance(31s);
  CHECK(tickets.use(tickets.issue(holder(1)).text));
  fill();
}

}  // namespace taskdock::api
