// Every change of a task has a number, by which clients know what they have not seen.

#include <doctest/doctest.h>

#include "http/requests.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// A user of a server.
struct RevisedTasks {
  LocalServer server;
  Client client{server.port};
  json user = sign_up(client);

  json expect(int status, const Answer& answer) {
    CAPTURE(answer.body);
    REQUIRE(answer.status == status);
    return answer.body.empty() ? json() : answer.json();
  }
  json create(const json& members = json::object()) {
    json body = {{"title", "x"}};
    body.update(members);
    return expect(201, client.post("/api/tasks", body));
  }
  json patch(const json& task, const json& body) {
    return expect(200, client.call("PATCH", path_of(task), body.dump()));
  }
  /// The number that the next change gets, found by making one.
  std::int64_t next() { return create()["revision"]; }
};

}  // namespace

TEST_CASE_FIXTURE(
    RevisedTasks,
    "http/revisions: each change of a task gets the next number of its user's, from 1 on") {
  const json task = create();
  CHECK(task["revision"] == 1);
  CHECK(create({{"tags", {"a", "b"}}})["revision"] == 2);
  CHECK(patch(task, {{"title", "y"}})["revision"] == 3);
  CHECK(expect(200, client.call("PUT", path_of(task), R"({"title":"z"})"))["revision"] == 4);
  CHECK(expect(200, client.call("PATCH", path_of(task) + "/complete"))["revision"] == 5);
  CHECK(patch(task, {{"tags", {"c"}}})["revision"] == 6);
  CHECK(expect(204, client.call("DELETE", path_of(task))) == nullptr);  // 7
  CHECK(expect(200, client.call("POST", path_of(task) + "/restore"))["revision"] == 8);
  const Answer answer = client.get(path_of(task));
  CHECK(answer.json()["revision"] == 8);
  CHECK(answer.header("etag") == "\"8\"");
  CHECK(next() == 9);
}

TEST_CASE_FIXTURE(RevisedTasks, "http/revisions: what only asks, or fails, uses no number") {
  const json task = create();
  const std::string path = path_of(task);
  client.get(path);
  client.get("/api/tasks");
  client.get("/api/tasks/trash");
  client.get("/api/tags");
  CHECK(client.call("PATCH", path, "{}").json()["revision"] == 1);
  CHECK(client.call("PATCH", path, R"({"title":""})").status == 422);
  CHECK(client.call("PATCH", path, R"({"recurrence":"FREQ=DAILY"})").status == 422);
  CHECK(client.post("/api/tasks", {{"title", "x"}, {"recurrence", "FREQ=DAILY"}}).status == 422);
  const std::string nobodys = "/api/tasks/019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f";
  CHECK(client.call("DELETE", nobodys).status == 404);
  CHECK(client.call("PATCH", nobodys, R"({"title":"x"})").status == 404);
  CHECK(client.call("POST", nobodys + "/restore").status == 404);
  CHECK(client.get(path).json()["revision"] == 1);
  CHECK(next() == 2);
}

TEST_CASE_FIXTURE(RevisedTasks, "http/revisions: users do not share their numbers") {
  Client bob(server.port);
  sign_up(bob, "bob@example.com");
  create();
  create();
  const json his = bob.create_task("his");
  CHECK(his["revision"] == 1);
  CHECK(bob.call("DELETE", "/api/tasks/trash").status == 204);
  CHECK(next() == 3);
}

TEST_CASE_FIXTURE(RevisedTasks,
                  "http/revisions: a completed task and the one that follows it have two numbers") {
  const json task = create({{"due_date", "2126-08-08"}, {"recurrence", "FREQ=DAILY"}});
  const json completed = expect(200, client.call("PATCH", path_of(task) + "/complete"));
  const json following =
      client.get("/api/tasks/" + completed["next_task_id"].get<std::string>()).json();
  std::vector<std::int64_t> numbers = {completed["revision"], following["revision"]};
  std::sort(numbers.begin(), numbers.end());
  CHECK(numbers == std::vector<std::int64_t>{2, 3});
  CHECK(client.get(path_of(task)).json() == completed);
  CHECK(next() == 4);
}

TEST_CASE_FIXTURE(
    RevisedTasks,
    "http/revisions: a tag that is renamed or deleted gives each of its tasks a number of its own, "
    "and no other") {
  std::vector<json> tagged;
  for (int i = 0; i < 5; ++i) tagged.push_back(create({{"tags", {"a"}}}));
  const json other = create({{"tags", {"b"}}});
  const auto numbers_of_tagged = [&] {
    std::vector<std::int64_t> numbers;
    for (const json& task : tagged) numbers.push_back(client.get(path_of(task)).json()["revision"]);
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  };
  expect(200, client.call("PATCH", "/api/tags/a", R"({"name":"c"})"));
  CHECK(numbers_of_tagged() == std::vector<std::int64_t>{7, 8, 9, 10, 11});
  expect(204, client.call("DELETE", "/api/tags/c"));
  CHECK(numbers_of_tagged() == std::vector<std::int64_t>{12, 13, 14, 15, 16});
  CHECK(client.get(path_of(other)).json() == other);
  CHECK(next() == 17);
}

TEST_CASE_FIXTURE(RevisedTasks,
                  "http/revisions: no number is used twice, though the task that had it is gone") {
  std::int64_t greatest = 0;
  for (int i = 0; i < 5; ++i) {
    const json task = create();
    CHECK(task["revision"] > greatest);
    expect(204, client.call("DELETE", path_of(task)));
    if (i % 2 == 0) {
      expect(204, client.call("DELETE", "/api/tasks/trash"));
    } else {
      expect(204, client.call("DELETE", "/api/tasks/trash/" + task["id"].get<std::string>()));
    }
    greatest = task["revision"].get<std::int64_t>() + 1;  // that of the deletion
  }
  CHECK(next() > greatest);
}

TEST_CASE_FIXTURE(RevisedTasks,
                  "http/revisions: each operation of a batch gets a number, and a batch that fails "
                  "uses none") {
  const json task = create();
  const std::string id = task["id"];
  const auto batch = [&](int status, const std::vector<json>& operations) {
    return expect(status, client.post("/api/tasks/batch", {{"operations", operations}}));
  };
  const json create_one = {{"op", "create"}, {"task", {{"title", "y"}}}};
  const json done = batch(200, {create_one,
                                {{"op", "update"}, {"id", id}, {"task", {{"title", "z"}}}},
                                {{"op", "complete"}, {"id", id}},
                                {{"op", "delete"}, {"id", id}},
                                {{"op", "restore"}, {"id", id}},
                                create_one});
  std::vector<json> numbers;
  for (const json& result : done["results"]) {
    numbers.push_back(result.contains("task") ? result["task"]["revision"] : json());
  }
  CHECK(numbers == std::vector<json>{2, 3, 4, nullptr, 6, 7});

  const json nobodys = {{"op", "delete"}, {"id", "019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f"}};
  batch(404, {create_one, {{"op", "delete"}, {"id", id}}, nobodys});
  batch(422, {create_one, {{"op", "update"}, {"id", id}, {"task", {{"title", ""}}}}});
  CHECK(client.get(path_of(task)).json()["revision"] == 6);
  CHECK(next() == 8);
}

}  // namespace taskdock::testing
