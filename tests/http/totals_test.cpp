// How many tasks a list has, where they are too many to be counted at every request.

#include <doctest/doctest.h>

#include "testing/account.h"
#include "testing/backend.h"

namespace taskdock::testing {

using nlohmann::json;

TEST_CASE(
    "http/totals: what is kept is told exactly, and what must be counted up to 10,000, with "
    "whether that is all") {
  LocalServer server;
  Client client(server.port);
  const support::Uuid user =
      *support::Uuid::parse(sign_up(client)["user"]["id"].get<std::string>());
  // All of them are of high priority, all but one have a due date, and half are completed.
  server.backend.store.change([&](store::Changes& changes) {
    for (int i = 0; i <= 10'000; ++i) {
      store::Task task;
      task.title = "x";
      task.id = server.backend.ids.next();
      task.user_id = user;
      task.created_at = task.updated_at = server.backend.clock.now();
      task.priority = store::Priority::high;
      if (i > 0) task.due_date = support::Date(std::chrono::days(i));
      task.is_completed = i % 2 == 1;
      if (task.is_completed) task.completed_at = task.updated_at;
      changes.add_task(task);
    }
  });
  struct Expected {
    std::string query;
    int total;
    bool exact;
  };
  for (const auto& [query, total, exact] : std::vector<Expected>{
           {"", 10'001, true},
           {"&completed=true", 5'000, true},
           {"&sort=due_date", 10'001, true},
           {"&priority=high", 10'000, false},
           {"&priority=high&offset=10000", 10'000, false},
           {"&due=any", 10'000, true},
           {"&due=any&sort=title", 10'000, true},
           {"&due=none", 1, true},
           {"&priority=high&completed=false", 5'001, true},
           {"&priority=low", 0, true},
           {"&priority=low,high", 10'000, false},
       }) {
    const std::string& asked = query;
    CAPTURE(asked);
    const Answer answer = client.get("/api/tasks?limit=1" + query);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    const json page = answer.json();
    CHECK(page["total"] == total);
    CHECK(page["total_exact"] == exact);
    CHECK(page["tasks"].size() == (total > 0 ? 1 : 0));
  }
  // The one that was not counted is listed all the same.
  const json last = client.get("/api/tasks?limit=10&offset=10000&priority=high").json();
  CHECK(last["tasks"].size() == 1);
  CHECK(last["next_cursor"].is_null());
}

}  // namespace taskdock::testing
