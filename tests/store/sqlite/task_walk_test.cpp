#include "store/sqlite/task_walk.h"

#include <doctest/doctest.h>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

TEST_CASE_FIXTURE(OpenDatabase, "store/task_walk: each way searches, and sorts nothing") {
  const User ann = add_user("ann@example.com");
  connection.task_walk.walk(ann.id, {}, [](Task&&) { return true; });
  connection.task_walk.walk_trash(ann.id, {}, clock.now(), [](TrashedTask&&) { return true; });
  CHECK(connection.task_walk.holder_of(ann.id, ann.id) == IdHolder::nobody);
  std::size_t walks = 0;
  for (const auto& [sql, plan] : plans()) {
    if (sql.find("id > ?") == std::string::npos && sql.find("(SELECT owner") == std::string::npos) {
      continue;
    }
    ++walks;
    CAPTURE(sql);
    CAPTURE(plan);
    CHECK(plan.find("SEARCH") != std::string::npos);
    const std::size_t scan = plan.find("SCAN");
    CHECK((scan == std::string::npos || plan.compare(scan, 17, "SCAN CONSTANT ROW") == 0));
    CHECK(plan.find("B-TREE") == std::string::npos);
  }
  CHECK(walks == 3);
}

}  // namespace taskdock::store::sqlite
