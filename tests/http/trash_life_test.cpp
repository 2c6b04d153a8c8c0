// What is deleted is in the trash for some days, and comes back from there as it was.

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <tuple>

#include "http/requests.h"
#include "http/timed_user.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

const json all_members = {{"title", "Water the plants"},
                          {"description", "All of them"},
                          {"due_date", "2126-08-08T17:00"},
                          {"remind_at", "2126-08-08T15:30:00.000000Z"},
                          {"priority", "high"},
                          {"tags", {"Home", "Büro"}},
                          {"recurrence", "FREQ=WEEKLY;COUNT=5"},
                          {"recurrence_from", "due"}};

std::string trash_path_of(const json& task) {
  return "/api/tasks/trash/" + task["id"].get<std::string>();
}

json without_change(json task) {
  task.erase("updated_at");
  task.erase("revision");
  return task;
}

struct TrashedTasks : TimedUser {
  /// What serve does now and then.
  void prune();
  json create(const json& members = json::object()) {
    json body = {{"title", "x"}};
    body.update(members);
    const Answer created = client.post("/api/tasks", body);
    REQUIRE(created.status == 201);
    return created.json();
  }
  void remove(const json& task) { REQUIRE(client.call("DELETE", path_of(task)).status == 204); }
  Answer restore(const json& task) { return client.call("POST", path_of(task) + "/restore"); }
  std::vector<std::string> titles_in(const std::string& list) {
    const Answer answer = client.get(list);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    const json page = answer.json();
    std::vector<std::string> titles;
    for (const json& task : page["tasks"]) titles.push_back(task["title"]);
    return titles;
  }
  std::vector<std::string> trash() { return titles_in("/api/tasks/trash"); }
};

using Titles = std::vector<std::string>;

constexpr std::chrono::hours trash_time(30 * 24);

void TrashedTasks::prune() {
  server.backend.store.prune_trash(server.backend.clock.now() - trash_time);
  server.backend.store.change([](store::Changes&) {});  // comes after it
}

}  // namespace

TEST_CASE_FIXTURE(
    TrashedTasks,
    "http/trash_life: a task in the trash is gone everywhere but there, and comes back whole") {
  const json before = create(all_members);
  const json completed = create({{"title", "Done"}, {"tags", {"Home"}}});
  const json done = client.call("PATCH", path_of(completed) + "/complete").json();
  for (const json& task : {before, done}) {
    CAPTURE(task.dump());
    pass(std::chrono::seconds(1));
    remove(task);
    for (const char* method : {"GET", "PUT", "PATCH", "DELETE"}) {
      CAPTURE(method);
      check_error(client.call(method, path_of(task), R"({"title":"y"})"), 404, "Task not found");
    }
    CHECK(client.call("PATCH", path_of(task) + "/complete").status == 404);
    CHECK(client.get("/api/tasks").json()["total"] == 1);
    CHECK(client.get("/api/tasks?tag=home").json()["total"] == 1);
    const json trashed = client.get("/api/tasks/trash").json();
    CHECK(trashed["total"] == 1);
    json expected = without_change(task);
    const json shown = trashed["tasks"][0];
    CHECK(is_moment(shown["deleted_at"]));
    expected["deleted_at"] = shown["deleted_at"];
    CHECK(without_change(shown) == expected);

    pass(std::chrono::seconds(1));
    const Answer answer = restore(task);
    CHECK(answer.status == 200);
    const json restored = answer.json();
    CHECK(without_change(restored) == without_change(task));
    CHECK(restored["revision"] > task["revision"]);
    CHECK(restored["updated_at"] > task["updated_at"]);
    CHECK(client.get(path_of(task)).json() == restored);
    CHECK(client.get("/api/tasks").json()["total"] == 2);
    CHECK(trash().empty());
    // Who asks again, since the answer was lost, gets it.
    const Answer again = restore(task);
    CHECK(again.status == 200);
    CHECK(again.json() == restored);
  }
  CHECK(client.get("/api/tasks?completed=true").json()["total"] == 1);
  CHECK(client.get("/api/tasks?tag=home").json()["total"] == 2);
}

TEST_CASE_FIXTURE(TrashedTasks,
                  "http/trash_life: the trash shows the newest deletion first, page by page") {
  std::vector<json> tasks;
  for (int i = 0; i < 7; ++i) tasks.push_back(create({{"title", std::to_string(i)}}));
  // Not in the order of their ids.
  for (const int i : {3, 0, 6, 1, 5, 2}) {
    server.backend.clock.advance(std::chrono::seconds(1));
    remove(tasks[static_cast<std::size_t>(i)]);
  }
  const Titles expected = {"2", "5", "1", "6", "0", "3"};
  CHECK(trash() == expected);
  CHECK(titles_in("/api/" + user["user"]["id"].get<std::string>() + "/tasks/trash") == expected);
  Titles walked;
  std::string cursor;
  do {
    const json page = client.get("/api/tasks/trash?limit=4" + cursor).json();
    CHECK(page["total"] == 6);
    CHECK(page["limit"] == 4);
    for (const json& task : page["tasks"]) walked.push_back(task["title"]);
    const json& next = page["next_cursor"];
    cursor = next.is_null() ? "" : "&cursor=" + next.get<std::string>();
    REQUIRE(walked.size() < 20);
  } while (!cursor.empty());
  CHECK(walked == expected);
  CHECK(titles_in("/api/tasks/trash?limit=2&offset=3") == Titles{"6", "0"});
  CHECK(titles_in("/api/tasks/trash?offset=6").empty());
}

TEST_CASE_FIXTURE(TrashedTasks,
                  "http/trash_life: after thirty days a task in the trash is gone, not before") {
  const json old = create({{"title", "old"}});
  const json young = create({{"title", "young"}});
  remove(old);
  pass(std::chrono::hours(1));
  remove(young);
  pass(trash_time - std::chrono::hours(1) - std::chrono::seconds(1));
  CHECK(trash() == Titles{"young", "old"});
  CHECK(restore(old).status == 200);
  remove(old);
  pass(std::chrono::hours(1));
  CHECK(trash() == Titles{"old", "young"});

  pass(std::chrono::seconds(61));  // it can be restored until the end of the minute
  // Whether or not it has been overwritten.
  CHECK(trash() == Titles{"old"});
  CHECK(client.get("/api/tasks/trash").json()["total"] == 1);
  check_error(restore(young), 404);
  prune();
  REQUIRE(server.backend.store.finish_background_work(std::chrono::seconds(60)));
  CHECK(trash() == Titles{"old"});
  check_error(restore(young), 404);
  CHECK(client.get("/api/tasks").json()["total"] == 0);

  pass(trash_time);
  CHECK(trash().empty());
  check_error(restore(old), 404);
}

TEST_CASE_FIXTURE(TrashedTasks,
                  "http/trash_life: one task or all of them can be removed for good") {
  std::vector<json> tasks;
  for (const char* title : {"a", "b", "c", "kept"}) tasks.push_back(create({{"title", title}}));
  check_error(client.call("DELETE", trash_path_of(tasks[0])), 404);
  for (int i = 0; i < 3; ++i) {
    server.backend.clock.advance(std::chrono::seconds(1));
    remove(tasks[static_cast<std::size_t>(i)]);
  }
  const Answer removed = client.call("DELETE", trash_path_of(tasks[1]));
  CHECK(removed.status == 204);
  CHECK(removed.body.empty());
  CHECK(trash() == Titles{"c", "a"});
  check_error(client.call("DELETE", trash_path_of(tasks[1])), 404);
  check_error(restore(tasks[1]), 404);

  CHECK(client.call("DELETE", "/api/tasks/trash").status == 204);
  CHECK(trash().empty());
  CHECK(client.get("/api/tasks/trash").json()["total"] == 0);
  check_error(restore(tasks[0]), 404);
  CHECK(titles_in("/api/tasks") == Titles{"kept"});
  CHECK(client.call("DELETE", "/api/tasks/trash").status == 204);  // of nothing
}

TEST_CASE_FIXTURE(TrashedTasks,
                  "http/trash_life: somebody else's trash is neither seen, nor restored, nor "
                  "emptied") {
  const json task = create();
  remove(task);
  Client bob(server.port);
  const json his = sign_up(bob, "bob@example.com");
  CHECK(bob.get("/api/tasks/trash").json()["total"] == 0);
  // In the trash it is somebody else's; elsewhere it is as gone as for its owner.
  for (const auto& [method, path, status] : std::vector<std::tuple<std::string, std::string, int>>{
           {"POST", path_of(task) + "/restore", 403},
           {"DELETE", trash_path_of(task), 403},
           {"GET", path_of(task), 404},
           {"DELETE", path_of(task), 404}}) {
    CAPTURE(method);
    CAPTURE(path);
    check_error(bob.call(method, path), status);
  }
  CHECK(bob.call("DELETE", "/api/tasks/trash").status == 204);
  const std::string hers = "/api/" + user["user"]["id"].get<std::string>() + "/tasks/";
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
           {"GET", hers + "trash"},
           {"DELETE", hers + "trash"},
           {"DELETE", hers + "trash/" + task["id"].get<std::string>()},
           {"POST", hers + task["id"].get<std::string>() + "/restore"}}) {
    CAPTURE(method);
    CAPTURE(path);
    check_error(bob.call(method, path), 403);
  }
  CHECK(restore(task).status == 200);
}

TEST_CASE_FIXTURE(TrashedTasks, "http/trash_life: a recurring task that is restored recurs again") {
  const json task = create(all_members);
  remove(task);
  REQUIRE(restore(task).status == 200);
  const json completed = client.call("PATCH", path_of(task) + "/complete").json();
  REQUIRE(completed["next_task_id"].is_string());
  const json next = client.get("/api/tasks/" + completed["next_task_id"].get<std::string>()).json();
  CHECK(next["due_date"] == "2126-08-15T17:00");
  CHECK(next["recurrence"] == "FREQ=WEEKLY;COUNT=4");
  CHECK(next["tags"] == all_members["tags"]);
  CHECK(next["parent_task_id"] == task["id"]);

  // Nor does a completed one that was away make a second one.
  remove(completed);
  REQUIRE(restore(completed).status == 200);
  for (int i = 0; i < 2; ++i) client.call("PATCH", path_of(completed) + "/complete");
  CHECK(client.get(path_of(completed)).json()["next_task_id"] == completed["next_task_id"]);
  CHECK(client.get("/api/tasks").json()["total"] == 2);
}

TEST_CASE_FIXTURE(TrashedTasks,
                  "http/trash_life: what is removed for good leaves nothing in the database") {
  const std::string secret = "Zanzibar";
  const json task = create({{"title", secret}, {"description", secret}, {"tags", {secret}}});
  remove(task);
  bool account_is_gone = false;
  SUBCASE("one by one") {
    CHECK(client.call("DELETE", trash_path_of(task)).status == 204);
  }
  SUBCASE("with all others") {
    CHECK(client.call("DELETE", "/api/tasks/trash").status == 204);
  }
  SUBCASE("after its time") {
    pass(trash_time + std::chrono::seconds(1));
    prune();
  }
  SUBCASE("with its owner") {
    account_is_gone = true;
    const json password = {{"current_password", account_password}};
    CHECK(client.call("DELETE", "/api/auth/me", password.dump()).status == 204);
  }
  REQUIRE(server.backend.store.finish_background_work(std::chrono::seconds(60)));
  for (const char* suffix : {"", "-wal"}) {
    std::ifstream file(server.backend.file.string() + suffix, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    CHECK(content.str().find("anzibar") == std::string::npos);
  }
  if (account_is_gone) sign_up(client);
  CHECK(client.get("/api/tasks/trash").json()["total"] == 0);
  check_error(restore(task), 404);
}

TEST_CASE("http/trash_life: without a trash a deleted task is gone at once") {
  ServerProcess server(Process::Strings{"--trash-days", "0"});
  Client client(server.port());
  client.sign_up();
  const json task = client.create_task("x");
  CHECK(client.call("DELETE", path_of(task)).status == 204);
  CHECK(client.get("/api/tasks/trash").json()["total"] == 0);
  check_error(client.call("POST", path_of(task) + "/restore"), 404);
}

}  // namespace taskdock::testing
