#include <doctest/doctest.h>

#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/client.h"

namespace taskdock::testing {

TEST_CASE(
    "http/limits: beyond the tasks that a user may have the answer is 409, until one is deleted") {
  LocalServer server(Backend::Options{.store_limits = {.tasks_per_user = 2}});
  Client client(server.port);
  client.sign_up();
  const Answer first = client.post("/api/tasks", {{"title", "1"}});
  CHECK(first.status == 201);
  CHECK(client.post("/api/tasks", {{"title", "2"}}).status == 201);
  const Answer refused = client.post("/api/tasks", {{"title", "3"}});
  CHECK(refused.status == 409);
  CHECK(refused.json()["detail"] ==
        "You have as many tasks as this server allows; delete some first");
  CHECK(client.get("/api/tasks").json()["total"] == 2);
  CHECK(client.call("DELETE", first.header("location")).status == 204);
  CHECK(client.post("/api/tasks", {{"title", "3"}}).status == 201);
}

TEST_CASE("http/limits: beyond the users that a server takes a sign-up is 409") {
  LocalServer server(Backend::Options{.store_limits = {.users = 1}});
  Client(server.port).sign_up();
  Client other(server.port);
  const Answer refused = other.post(
      "/api/auth/signup", {{"email", "other@example.com"}, {"password", "correct horse"}});
  CHECK(refused.status == 409);
  CHECK(refused.json()["detail"] == "This server takes no more users");
}

}  // namespace taskdock::testing
