#include <doctest/doctest.h>

#include "testing/client.h"
#include "testing/process.h"

namespace taskdock::testing {

TEST_CASE("http/tasks: a task is kept, and is there for its owner") {
  ServerProcess server;
  Client client(server.port());
  const auto user = client.sign_up();
  const auto task = client.create_task("Buy milk \xf0\x9f\xa5\x9b");
  CHECK(task["title"] == "Buy milk \xf0\x9f\xa5\x9b");
  CHECK(task["user_id"] == user["id"]);
  const Answer answer = client.get("/api/tasks/" + task["id"].get<std::string>());
  CHECK(answer.status == 200);
  CHECK(answer.json() == task);
  CHECK(server.stop().status == 0);
}

}  // namespace taskdock::testing
