// Random tasks and random lists of them, against a plain model.

#include <doctest/doctest.h>

#include "testing/modelled_user.h"

namespace taskdock::testing::model {

namespace {

constexpr std::uint64_t task_seed = 11;

/// Time goes on between two changes, mostly. An access token outlives all of them.
void pass_time(LocalServer& server, Dice& dice) {
  server.backend.clock.advance(std::chrono::milliseconds(dice.one_in(4) ? 0 : dice.number(1, 900)));
}

}  // namespace

TEST_CASE(
    "http/task_model: every filter, search, sort, page and walk by cursor finds what a plain model "
    "finds, "
    "whatever was done to the tasks before") {
  CAPTURE(task_seed);
  LocalServer server;
  Dice dice(task_seed);
  ModelledUser ann(server, dice);
  ModelledUser bob(server, dice, "bob@example.com");
  for (int i = 0; i < 150; ++i) {
    pass_time(server, dice);
    ann.create();
    if (i % 10 == 0) bob.create();
  }
  for (int round = 0; round < 4; ++round) {
    CAPTURE(round);
    for (int i = 0; i < 50; ++i) {
      pass_time(server, dice);
      ann.change();
      if (i % 5 == 0) bob.change();
    }
    for (int i = 0; i < 35; ++i) ann.check(random_query(dice, ann.tasks, ann.now()));
    for (int i = 0; i < 25; ++i) ann.check(random_search(dice, ann.tasks, ann.now()));
    bob.check(random_query(dice, bob.tasks, bob.now()));
    ann.check_whole();
    bob.check_whole();
  }
}

}  // namespace taskdock::testing::model
