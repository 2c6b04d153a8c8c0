// GET /api/tasks/changes over a socket.

#include <doctest/doctest.h>

#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/client.h"
#include "testing/database.h"
#include "testing/process.h"
#include "testing/synced_copy.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

constexpr const char* too_old = "Too old: sync again from 0";
constexpr std::int64_t above_all_revisions = std::int64_t{1} << 52;

/// A server whose clock the test owns, with a user who is logged in.
struct ChangedTasks {
  LocalServer server;
  Client client{server.port};
  json user = client.sign_up();

  json create(const std::string& title) { return client.create_task(title); }
  static std::string path_of(const json& task) {
    return "/api/tasks/" + task["id"].get<std::string>();
  }
  void remove(const json& task) { REQUIRE(client.call("DELETE", path_of(task)).status == 204); }
  /// Makes the server forget the deletions that were made so far.
  void forget_deletions() {
    server.backend.clock.advance(std::chrono::seconds(1));
    server.backend.store.prune_tombstones(server.backend.clock.now());
    server.backend.store.change([](store::Changes&) {});  // comes after it
    REQUIRE(server.backend.store.finish_background_work(std::chrono::seconds(60)));
  }
  Answer ask(const std::string& query) { return client.get("/api/tasks/changes" + query); }
  json changes(const std::string& query = {}) {
    const Answer answer = ask(query);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    return answer.json();
  }
};

}  // namespace

TEST_CASE_FIXTURE(ChangedTasks,
                  "http/changes: what has changed since comes in the order of the revisions, each "
                  "task once and as it is now") {
  const json milk = create("Buy milk");                                                 // 1
  const json dog = create("Walk the dog");                                              // 2
  remove(milk);                                                                         // 3
  REQUIRE(client.call("PATCH", path_of(dog), R"({"priority":"high"})").status == 200);  // 4
  const json dog_now = client.get(path_of(dog)).json();
  for (const std::string& tasks : task_addresses(user)) {
    CAPTURE(tasks);
    const Answer answer = client.get(tasks + "/changes");
    REQUIRE(answer.status == 200);
    const json page = answer.json();
    const json expected = {{{"revision", 3}, {"deleted", page["changes"][0]["deleted"]}},
                           {{"revision", 4}, {"task", dog_now}}};
    CHECK(page["changes"] == expected);
    CHECK(page["changes"][0]["deleted"]["id"] == milk["id"]);
    CHECK(is_moment(page["changes"][0]["deleted"]["deleted_at"]));
    CHECK(page["revision"] == 4);
    CHECK(page["has_more"] == false);
    CHECK(page["epoch"].get<std::string>().size() == 36);
    CHECK(page.size() == 4);
  }
  const json first = changes("?limit=1");
  CHECK(first["changes"].size() == 1);
  CHECK(first["revision"] == 3);
  CHECK(first["has_more"] == true);
  CHECK(changes("?since=3")["changes"].size() == 1);
  const json nothing = changes("?since=4&epoch=" + first["epoch"].get<std::string>());
  CHECK(nothing["changes"] == json::array());
  CHECK(nothing["revision"] == 4);
  CHECK(client.call("HEAD", "/api/tasks/changes").status == 200);
}

TEST_CASE_FIXTURE(ChangedTasks, "http/changes: who has nothing is told so") {
  const json page = changes();
  CHECK(page["changes"] == json::array());
  CHECK(page["revision"] == 0);
  CHECK(page["has_more"] == false);
}

TEST_CASE_FIXTURE(ChangedTasks, "http/changes: nobody sees what others change") {
  create("Ann's");
  Client bob(server.port);
  bob.sign_up("bob@example.com");
  CHECK(bob.get("/api/tasks/changes").json()["changes"] == json::array());
  check_error(bob.get("/api/" + user["id"].get<std::string>() + "/tasks/changes"), 403);
  bob.token.clear();
  check_error(bob.get("/api/tasks/changes"), 401);
}

TEST_CASE_FIXTURE(ChangedTasks, "http/changes: it is never taken for a task's id") {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    CAPTURE(method);
    const Answer answer = client.call(method, "/api/tasks/changes", R"({"title":"x"})");
    check_error(answer, 405);
    CHECK(answer.header("allow") == "GET, HEAD, OPTIONS");
  }
}

TEST_CASE_FIXTURE(ChangedTasks,
                  "http/changes: parameters that are no values are told, all of them") {
  const std::string limit_message = "Input should be less than or equal to 1000";
  check_faults(ask("?limit=1001"), {fault({"query", "limit"}, "less_than_equal", limit_message)});
  for (const char* query :
       {"limit=0", "since=-1", "since=1.5", "since=9223372036854775808", "epoch=none", "epoch="}) {
    CAPTURE(query);
    CHECK(ask('?' + std::string(query)).status == 422);
  }
  const json faults = ask("?limit=0&since=x&epoch=y").json();
  CHECK(faults["detail"].size() == 3);
  CHECK(ask("?limit=1000&unknown=1").status == 200);
  const Client::Headers strict = {{"Prefer", "handling=strict"}};
  CHECK(client.call("GET", "/api/tasks/changes?unknown=1", {}, strict).status == 422);
  CHECK(client.call("GET", "/api/tasks/changes?since=0", {}, strict).status == 200);
}

TEST_CASE_FIXTURE(ChangedTasks,
                  "http/changes: a deletion is told until it is forgotten, wherever its task is") {
  const json purged = create("purged");      // 1
  const json restored = create("restored");  // 2
  remove(purged);                            // 3
  remove(restored);                          // 4
  REQUIRE(client.call("DELETE", "/api/tasks/trash/" + purged["id"].get<std::string>()).status ==
          204);
  CHECK(changes("?since=2")["changes"].size() == 2);
  REQUIRE(client.call("POST", path_of(restored) + "/restore").status == 200);  // 5
  const json page = changes("?since=2");
  REQUIRE(page["changes"].size() == 2);
  CHECK(page["changes"][0]["deleted"]["id"] == purged["id"]);
  CHECK(page["changes"][1]["task"]["id"] == restored["id"]);

  // A client that sends its new task again must not bring it back.
  const json again = {{"title", "purged"}, {"id", purged["id"]}};
  check_error(client.post("/api/tasks", again), 409, "This id is taken; make another one");
  const json batch = {{"operations", {{{"op", "create"}, {"task", again}}}}};
  check_error(client.post("/api/tasks/batch", batch), 409);
  forget_deletions();
  CHECK(client.post("/api/tasks", again).status == 201);
}

TEST_CASE_FIXTURE(ChangedTasks, "http/changes: what is not known any more is 410, never a gap") {
  const json first = create("first");  // 1
  create("second");                    // 2
  remove(first);                       // 3
  create("third");                     // 4
  forget_deletions();
  for (const char* since : {"1", "2"})
    check_error(ask("?since=" + std::string(since)), 410, too_old);
  CHECK(changes("?since=3")["changes"].size() == 1);
  CHECK(changes("?since=0")["changes"].size() == 2);
  for (const char* since :
       {"5", "4294967296", "4503599627370495", "9007199254740992", "9223372036854775807"}) {
    CAPTURE(since);
    check_error(ask("?since=" + std::string(since)), 410, too_old);
  }
  const std::string epoch = changes()["epoch"];
  CHECK(ask("?since=4&epoch=" + epoch).status == 200);
  check_error(ask("?since=4&epoch=00000000-0000-0000-0000-000000000000"), 410, too_old);
  check_error(ask("?epoch=00000000-0000-0000-0000-000000000000"), 410, too_old);
}

TEST_CASE_FIXTURE(ChangedTasks,
                  "http/changes: a first sync passes the deletions that were forgotten before it, "
                  "page by page") {
  for (int i = 0; i < 6; ++i) create("before");
  remove(create("gone"));  // 7, 8
  create("after");         // 9
  forget_deletions();
  SyncedCopy copy;
  int above = 0;
  int pages = 0;
  do {
    REQUIRE(copy.take_page(client, 1) == 200);
    above += copy.since() > above_all_revisions ? 1 : 0;
    ++pages;
    if (pages == 2) create("meanwhile");  // 10
  } while (copy.has_more());
  CHECK(pages == 8);
  CHECK(above == 6);
  CHECK(copy.since() == 10);
  CHECK(copy.tasks() == tasks_on_server(client));
}

TEST_CASE_FIXTURE(ChangedTasks,
                  "http/changes: a first sync begins again if a deletion is forgotten of which it "
                  "had to be told") {
  const json told = create("told");  // 1
  create("second");                  // 2
  create("third");                   // 3
  remove(create("gone"));            // 4, 5
  forget_deletions();
  SyncedCopy copy;
  REQUIRE(copy.take_page(client, 1) == 200);
  REQUIRE(copy.since() > above_all_revisions);
  SUBCASE("of a task that it knows") {
    remove(told);
    forget_deletions();
    CHECK(copy.take_page(client, 1) == 410);
  }
  SUBCASE("or not, if there was none") {
    create("more");
    CHECK(copy.take_page(client, 1) == 200);
  }
  REQUIRE(copy.take_all(client, 2));
  CHECK(copy.tasks() == tasks_on_server(client));
}

TEST_CASE_FIXTURE(ChangedTasks,
                  "http/changes: a page of very long tasks ends early, and says that more follow") {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "🥛";
  const json creation = {{"op", "create"}, {"task", {{"title", "long"}, {"description", text}}}};
  const json batch = {{"operations", std::vector<json>(100, creation)}};
  for (int i = 0; i < 2; ++i) REQUIRE(client.post("/api/tasks/batch", batch).status == 200);
  const json page = changes("?limit=1000");
  CHECK(page["changes"].size() < 200);
  CHECK(page["changes"].size() > 100);
  CHECK(page["has_more"] == true);
  SyncedCopy copy;
  REQUIRE(copy.take_all(client, 1000));
  CHECK(copy.tasks().size() == 200);
}

TEST_CASE(
    "http/changes: deletions are forgotten after --tombstone-days, also from before a start") {
  const TemporaryDirectory data;
  std::string token;
  const auto start = [&](const char* days) {
    return std::make_unique<ServerProcess>(data.path(), Process::Strings{"--tombstone-days", days});
  };
  {
    const auto server = start("1");
    Client client(server->port());
    client.sign_up();
    token = client.token;
    client.create_task("kept");
    const json task = client.create_task("deleted");
    REQUIRE(client.call("DELETE", ChangedTasks::path_of(task)).status == 204);
    CHECK(client.get("/api/tasks/changes?since=1").json()["changes"].size() == 1);
  }
  {
    SQLite::Database database = open_database(data.path() / "taskdock.db");
    database.exec("UPDATE tombstones SET deleted_at = deleted_at - 2 * 86400 * 1000000");
  }
  for (const auto& [days, status] : {std::pair{"3", 200}, std::pair{"1", 410}}) {
    CAPTURE(days);
    const auto server = start(days);
    Client client(server->port());
    client.token = token;
    int seen = 0;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    do {
      seen = client.get("/api/tasks/changes?since=1").status;
    } while (seen != status && std::chrono::steady_clock::now() < deadline);
    CHECK(seen == status);
    CHECK(client.get("/api/tasks/changes").json()["revision"] == 3);
  }
}

}  // namespace taskdock::testing
