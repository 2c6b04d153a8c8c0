#include <doctest/doctest.h>
#include <signal.h>

#include "cli/outcome.h"
#include "testing/client.h"
#include "testing/database.h"

namespace taskdock::testing {

namespace {

Finished compact(const std::filesystem::path& data) {
  return run({"compact", "--data", data.string()});
}

}  // namespace

TEST_CASE("cli/compact: what was deleted gives its room back, and the rest is kept") {
  const TemporaryDirectory data;
  std::string token;
  {
    ServerProcess server(data.path());
    Client client(server.port());
    client.sign_up("bob@example.com");
    for (int i = 0; i < 200; ++i) {
      client.post("/api/tasks", {{"title", "gone"}, {"description", std::string(2000, 'x')}});
    }
    client.sign_up();
    client.create_task("kept");
    token = client.token;
  }
  REQUIRE(run({"user", "delete", "bob@example.com", "--data", data.path().string()}).status == 0);
  const auto size = std::filesystem::file_size(data.path() / "taskdock.db");
  const Finished finished = compact(data.path());
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK(finished.output.empty());
  CHECK(finished.errors.empty());
  CHECK(std::filesystem::file_size(data.path() / "taskdock.db") < size / 2);
  CHECK(mode_of(data.path() / "taskdock.db") == 0600);
  ServerProcess server(data.path());
  Client client(server.port());
  client.token = token;
  CHECK(client.get("/api/tasks").json()["tasks"][0]["title"] == "kept");
}

TEST_CASE("cli/compact: beside a running server it is refused, and says what to do") {
  const TemporaryDirectory data;
  ServerProcess server(data.path());
  const Finished finished = compact(data.path());
  CHECK(finished.status == 3);
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, "http://127.0.0.1:" + std::to_string(server.port())));
  CHECK(contains(finished.errors, "taskdock compact needs it alone: stop the other first"));
  CHECK(Client(server.port()).get("/health").status == 200);
}

TEST_CASE("cli/compact: one that is interrupted says so, and the database stays whole") {
  const TemporaryDirectory data;
  make_data(data.path());
  const auto file = data.path() / "taskdock.db";
  open_database(file).exec(
      "CREATE TABLE filler (x); INSERT INTO filler VALUES (randomblob(50000000))");
  bool is_interrupted = false;
  for (int tries = 0; tries < 20 && !is_interrupted; ++tries) {
    Process process({"compact", "--data", data.path().string()});
    becomes_true([&] { return content_of(data.path() / "taskdock.lock") != ""; });
    process.signal(SIGTERM);
    const Finished finished = process.wait();
    is_interrupted = finished.status == 1;
    if (is_interrupted) CHECK(contains(finished.errors, "taskdock: interrupted"));
  }
  CHECK(is_interrupted);
  CHECK(open_database(file).execAndGet("PRAGMA integrity_check").getString() == "ok");
}

TEST_CASE("cli/compact: what a killed restore has left is removed") {
  const TemporaryDirectory data;
  make_data(data.path());
  for (const char* left : {"taskdock.db.restoring", "taskdock.db.restoring-wal"}) {
    write_file(data.path() / left, "half");
  }
  CHECK(compact(data.path()).status == 0);
  CHECK_FALSE(std::filesystem::exists(data.path() / "taskdock.db.restoring"));
  CHECK_FALSE(std::filesystem::exists(data.path() / "taskdock.db.restoring-wal"));
}

TEST_CASE("cli/compact: without a database, or with one that is none, it is refused") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  CHECK(compact(data).status == 5);
  CHECK_FALSE(std::filesystem::exists(data));
  std::filesystem::create_directory(data);
  write_file(data / "taskdock.db", std::string(5000, 'x'));
  const Finished finished = compact(data);
  CHECK(finished.status == 5);
  CHECK(is_one_complaint(finished.errors));
  CHECK(content_of(data / "taskdock.db") == std::string(5000, 'x'));
}

}  // namespace taskdock::testing
