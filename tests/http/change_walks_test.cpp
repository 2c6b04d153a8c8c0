// Random writers, and copies that follow them.

#include <doctest/doctest.h>

#include <array>

#include "testing/backend.h"
#include "testing/process.h"
#include "testing/random_writer.h"
#include "testing/synced_copy.h"

namespace taskdock::testing {

namespace {

constexpr std::uint64_t follow_seed = 12;
constexpr int follow_steps = memory_is_real ? 3000 : 600;  // sanitizers take their time

}  // namespace

TEST_CASE(
    "http/change_walks: copies that follow the changes end in exactly the server's state, "
    "whatever is written, forgotten and begun again between two pages") {
  CAPTURE(follow_seed);
  LocalServer server;
  Client client(server.port);
  client.sign_up();
  model::Dice dice(follow_seed);
  RandomWriter writer(client, dice);
  std::array<SyncedCopy, 3> copies;
  int complete = 0;
  int too_old = 0;
  int first_sync_pages = 0;
  for (int step = 0; step < follow_steps; ++step) {
    CAPTURE(step);
    server.backend.clock.advance(std::chrono::milliseconds(dice.number(0, 100)));
    // A clock that is set back must do no harm.
    if (dice.one_in(200)) server.backend.clock.advance(-std::chrono::seconds(3));
    writer.write();
    if (dice.one_in(60)) {
      server.backend.store.prune_tombstones(server.backend.clock.now() -
                                            std::chrono::milliseconds(dice.number(0, 3000)));
      server.backend.store.change([](store::Changes&) {});  // comes after it
      REQUIRE(server.backend.store.finish_background_work(std::chrono::seconds(60)));
    }
    for (SyncedCopy& copy : copies) {
      if (dice.one_in(300)) copy.forget();
      if (!dice.one_in(3)) continue;
      const int status = copy.take_page(client, dice.one_in(10) ? 1000 : dice.number(1, 12));
      first_sync_pages += copy.since() >= (std::int64_t{1} << 52) ? 1 : 0;
      too_old += status == 410 ? 1 : 0;
      if (status != 410) CHECK(status == 200);
      if (status == 200 && !copy.has_more() && dice.one_in(8)) {
        CHECK(copy.tasks() == tasks_on_server(client));
        ++complete;
      }
    }
  }
  const TasksById expected = tasks_on_server(client);
  CHECK(expected.size() > 50);
  for (SyncedCopy& copy : copies) {
    REQUIRE(copy.take_all(client, dice.number(1, 20)));
    CHECK(copy.tasks() == expected);
  }
  // Everything that is difficult has happened.
  if (!memory_is_real) return;
  CHECK(complete > 50);
  CHECK(too_old > 5);
  CHECK(first_sync_pages > 20);
}

}  // namespace taskdock::testing
