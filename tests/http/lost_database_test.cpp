#include <doctest/doctest.h>

#include <filesystem>
#include <functional>

#include "testing/answers.h"
#include "testing/process.h"

// A data directory that is no longer what it was when the server started.
namespace taskdock::testing {

namespace {

namespace fs = std::filesystem;

/// A server with a user and a task, and a directory in which its data directory is "data".
struct LosingServer {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  const fs::path away = directory.path() / "away";
  ServerProcess server{data};
  Client client{server.port()};
  std::string task;

  LosingServer() {
    client.sign_up();
    task = "/api/tasks/" + client.create_task("x")["id"].get<std::string>();
  }

  /// CHECKs that nothing is acknowledged, and that the server says that it is not well.
  void check_nothing_is_acknowledged() {
    for (int times = 0; times < 2; ++times) {
      check_error(client.post("/api/tasks", {{"title", "lost"}}), 503);
      check_error(client.call("PATCH", task + "/complete"), 503);
      check_error(client.call("DELETE", task), 503);
      check_error(Client(server.port())
                      .post("/api/auth/signup",
                            {{"email", "bob@example.com"}, {"password", "correct horse"}}),
                  503);
      check_error(client.get("/health"), 503);
    }
  }
};

}  // namespace

TEST_CASE_FIXTURE(LosingServer,
                  "http/lost_database: nothing is acknowledged once the file is removed") {
  fs::remove(data / "taskdock.db");
  check_nothing_is_acknowledged();
}

TEST_CASE_FIXTURE(LosingServer,
                  "http/lost_database: nothing is acknowledged once the directory is removed") {
  fs::remove_all(data);
  check_nothing_is_acknowledged();
}

TEST_CASE_FIXTURE(LosingServer,
                  "http/lost_database: a truncated database is unavailable, not our bug") {
  std::vector<std::string> tasks;
  for (int i = 0; i < 200; ++i) {
    tasks.push_back(
        client.post("/api/tasks", {{"title", "x"}, {"description", std::string(2000, 'x')}})
            .header("location"));
  }
  REQUIRE(server.stop().status == 0);  // so that all of it is in the file
  ServerProcess next(data);
  Client again(next.port());
  again.token = client.token;
  REQUIRE(again.get("/health").status == 200);
  fs::resize_file(data / "taskdock.db", 4096 * 20);
  check_error(again.get("/health"), 503);
  check_error(again.post("/api/tasks", {{"title", "lost"}}), 503);
  for (const std::string& path : tasks) {
    const int status = again.get(path).status;
    CHECK((status == 200 || status == 503));
  }
  check_error(again.get("/api/tasks?limit=100"), 503);
}

TEST_CASE_FIXTURE(
    LosingServer,
    "http/lost_database: nothing is acknowledged while a copy stands in the directory's place") {
  fs::rename(data, away);
  fs::copy(away, data);
  check_nothing_is_acknowledged();
  fs::remove_all(data);
  fs::rename(away, data);
  CHECK(client.get("/health").status == 200);
  CHECK(client.post("/api/tasks", {{"title", "kept"}}).status == 201);
  CHECK(server.stop().status == 0);
  ServerProcess next(data);
  Client again(next.port());
  again.token = client.token;
  const nlohmann::json list = again.get("/api/tasks").json();
  CHECK(list["total"] == 2);
  CHECK(list["tasks"][0]["title"] == "kept");
}

}  // namespace taskdock::testing
