#include <doctest/doctest.h>

#include "cli/outcome.h"
#include "http/launch_token.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/database.h"
#include "testing/process.h"

namespace taskdock::testing {

TEST_CASE("http/stop: whoever has the launch token stops the server, and gets an answer first") {
  TemporaryDirectory data;
  ServerProcess server(data.path(), {}, launch_environment);
  Client client(server.port());
  client.get("/health");  // the connection has been in use
  const Answer answer =
      client.call("POST", "/api/server/stop", {}, {{"X-Taskdock-Launch", launch_token}});
  CHECK(answer.status == 202);
  CHECK(answer.body == R"({"status":"stopping"})");
  const Finished finished = server.process().wait();
  CHECK(finished.status == 0);
  CHECK(contains(finished.errors, "stopping (request)"));
  CHECK_FALSE(std::filesystem::exists(data.path() / "server.json"));
  CHECK_FALSE(std::filesystem::exists(data.path() / "taskdock.db-wal"));
}

TEST_CASE("http/stop: requests in progress are finished, and what was acknowledged is kept") {
  TemporaryDirectory data;
  {
    ServerProcess server(data.path(), {}, launch_environment);
    Client client(server.port());
    const Answer session = client.call("POST", "/api/auth/signup", account().dump(),
                                       {{"X-Taskdock-Launch", launch_token}});
    REQUIRE(session.status == 201);
    // What is in progress is short work: it has five seconds from the stop on.
    const std::string body = R"({"title":"x"})";
    RawSocket slow(server.port());
    slow.send("POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nX-Taskdock-Launch: " + launch_token +
              "\r\nAuthorization: Bearer " + session.json()["access_token"].get<std::string>() +
              "\r\nContent-Type: application/json\r\nExpect: 100-continue" +
              "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    std::string received;
    while (!contains(received, "100 Continue")) REQUIRE(slow.receive(received));
    CHECK(
        client.call("POST", "/api/server/stop", {}, {{"X-Taskdock-Launch", launch_token}}).status ==
        202);
    slow.send(body);
    CHECK(contains(slow.receive_all(), "201 Created"));
    CHECK(server.process().wait().status == 0);
  }
  SQLite::Database database = open_database(data.path() / "taskdock.db");
  CHECK(database.execAndGet("SELECT count(*) FROM tasks").getInt() == 1);
}

TEST_CASE("http/stop: nobody else can stop it, and without a launch token there is no such call") {
  ServerProcess server(Process::Strings{}, launch_environment);
  Client client(server.port());
  check_error(client.call("POST", "/api/server/stop"), 403, "Launch token required");
  check_error(client.call("POST", "/api/server/stop", {}, {{"X-Taskdock-Launch", "wrong"}}), 403);
  check_error(client.call("GET", "/api/server/stop", {}, {{"X-Taskdock-Launch", launch_token}}),
              405);
  ServerProcess plain;
  Client stranger(plain.port());
  check_error(stranger.call("POST", "/api/server/stop"), 404, "Not Found");
  check_error(stranger.call("POST", "/api/server/stop", {}, {{"X-Taskdock-Launch", launch_token}}),
              404);
  check_alive(server.port());
  check_alive(plain.port());
}

}  // namespace taskdock::testing
