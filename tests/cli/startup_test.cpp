#include "cli/startup.h"

#include <doctest/doctest.h>

#include "cli/failure.h"
#include "store/fixtures.h"

namespace taskdock::cli {

using namespace std::chrono_literals;

TEST_CASE_FIXTURE(store::OpenStore,
                  "cli/startup: with the clock set back over a restart new tasks come before old "
                  "ones in the list all the same") {
  const store::User ann = add_user();
  for (const char* title : {"1", "2", "3"}) add_task(ann, title);
  store.reset();

  clock.advance(-2h);
  const auto again = open_store(DataDirectory(file.parent_path()), {});
  support::UuidGenerator new_ids(clock, random);
  start_ids(new_ids, *again);
  for (const char* title : {"4", "5"}) {
    store::Task task = new_task(ann, title);
    task.id = new_ids.next();
    again->change([&](store::Changes& changes) { changes.add_task(task); });
  }
  CHECK(store::titles_of(again->snapshot().list_tasks(ann.id, {10, 0, {}})) == "5 4 3 2 1");
}

TEST_CASE_FIXTURE(store::Workshop, "cli/startup: what cannot be opened is named with the reason") {
  std::ofstream(file) << "no database";
  CHECK_THROWS_WITH_AS(
      open_store(DataDirectory(file.parent_path()), {}),
      (file.string() + ": this file is not a database; move it away, or name another one").c_str(),
      Failure);
}

}  // namespace taskdock::cli
