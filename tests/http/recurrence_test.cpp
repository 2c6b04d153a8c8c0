#include <doctest/doctest.h>

#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/process.h"
#include "testing/temporary_directory.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// A server with a user who is logged in.
struct RecurringTasks {
  ServerProcess server;
  Client client{server.port()};
  json user = client.sign_up();

  std::string path_of(const json& task) { return "/api/tasks/" + task["id"].get<std::string>(); }
  json find(const json& id) { return client.get("/api/tasks/" + id.get<std::string>()).json(); }
  json create(const json& members) {
    json body = {{"title", "Water the plants"}, {"due_date", "2126-08-08"}};
    body.update(members);
    const Answer created = client.post("/api/tasks", body);
    REQUIRE(created.status == 201);
    return created.json();
  }
  Answer complete(const json& task, const std::string& body = R"({"completed":true})") {
    return client.call("PATCH", path_of(task) + "/complete", body);
  }
  int total() { return client.get("/api/tasks").json()["total"]; }
};

const json weekly = {{"recurrence", "FREQ=WEEKLY;BYDAY=SA"}};

}  // namespace

TEST_CASE_FIXTURE(RecurringTasks,
                  "http/recurrence: completing a task that recurs creates the next one, which the "
                  "answer names, at both addresses") {
  for (const std::string& tasks : task_addresses(user)) {
    CAPTURE(tasks);
    for (const char* way : {"", "/complete"}) {
      CAPTURE(way);
      const json task = create({{"description", "All"},
                                {"due_date", "2126-08-08T17:00"},
                                {"remind_at", "2126-08-08T12:00Z"},
                                {"priority", "low"},
                                {"recurrence", "FREQ=DAILY;COUNT=3"}});
      CHECK(task["next_task_id"].is_null());
      CHECK(task["recurrence_from"] == "due");
      const Answer answer = client.call("PATCH", tasks + '/' + task["id"].get<std::string>() + way,
                                        R"({"is_completed":true})");
      REQUIRE(answer.status == 200);
      const json completed = answer.json();
      CHECK(completed["id"] == task["id"]);
      CHECK(completed["is_completed"] == true);
      const std::string next_path = tasks + '/' + completed["next_task_id"].get<std::string>();
      CHECK(answer.header("link") == '<' + next_path + ">; rel=\"next-occurrence\"");
      CHECK(find(task["id"]) == completed);

      const json next = client.get(next_path).json();
      json expected = task;
      expected.update({{"id", completed["next_task_id"]},
                       {"due_date", "2126-08-09T17:00"},
                       {"remind_at", "2126-08-09T12:00:00.000000Z"},
                       {"recurrence", "FREQ=DAILY;COUNT=2"},
                       {"parent_task_id", task["id"]},
                       {"created_at", next["created_at"]},
                       {"updated_at", next["created_at"]},
                       {"revision", completed["revision"].get<int>() + 1}});
      CHECK(next == expected);
      CHECK(next["id"] > task["id"]);
    }
  }
}

TEST_CASE_FIXTURE(RecurringTasks,
                  "http/recurrence: completing it again, or after it was opened, makes no second "
                  "one") {
  const json task = create(weekly);
  const json next = complete(task).json()["next_task_id"];
  REQUIRE(next.is_string());
  CHECK(total() == 2);
  for (const char* body :
       {R"({"completed":true})", R"({"completed":false})", R"({"completed":true})", "{}", "{}"}) {
    CHECK(complete(task, body).json()["next_task_id"] == next);
    CHECK(total() == 2);
  }
  CHECK(complete(find(next)).json()["next_task_id"] != next);
  CHECK(total() == 3);
}

TEST_CASE_FIXTURE(RecurringTasks,
                  "http/recurrence: what does not recur has no next one, and no Link") {
  const std::vector<json> others = {
      create(json::object()), create({{"recurrence", "FREQ=DAILY;COUNT=1"}}),
      create({{"recurrence", "FREQ=DAILY;UNTIL=20260101"}}),
      create({{"recurrence", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}})};
  for (const json& task : others) {
    const Answer answer = complete(task);
    CHECK(answer.status == 200);
    CHECK(answer.json()["next_task_id"].is_null());
    CHECK(answer.header("link").empty());
  }
  CHECK(total() == 4);
}

TEST_CASE_FIXTURE(
    RecurringTasks,
    "http/recurrence: a change of the date keeps the rule, and clearing the rule ends "
    "the series") {
  const json task = create(weekly);
  const json moved = client.call("PATCH", path_of(task), R"({"due_date":"2126-08-11"})").json();
  CHECK(moved["recurrence"] == task["recurrence"]);
  const json next = find(complete(task).json()["next_task_id"]);
  CHECK(next["due_date"] == "2126-08-17");
  CHECK(client.call("PATCH", path_of(next), R"({"recurrence":null})").json()["recurrence"] ==
        nullptr);
  CHECK(complete(next).json()["next_task_id"].is_null());
  CHECK(total() == 2);
}

TEST_CASE_FIXTURE(RecurringTasks, "http/recurrence: deleting the open task ends its series") {
  const json task = create(weekly);
  CHECK(client.call("DELETE", path_of(task)).status == 204);
  CHECK(total() == 0);
}

TEST_CASE_FIXTURE(RecurringTasks, "http/recurrence: a rule needs a date, at every verb") {
  const json rule = fault({"body", "recurrence"}, "value_error",
                          "Value error, a task that recurs needs a due_date");
  check_faults(client.post("/api/tasks", {{"title", "x"}, {"recurrence", "FREQ=DAILY"}}), {rule});
  const json plain = create({{"due_date", nullptr}});
  const std::string path = path_of(plain);
  check_faults(client.call("PATCH", path, R"({"recurrence":"FREQ=DAILY"})"), {rule});
  check_faults(client.call("PUT", path, R"({"title":"x","recurrence":"FREQ=DAILY"})"), {rule});
  CHECK(client.get(path).json() == plain);

  const json task = create(weekly);
  const json date =
      fault({"body", "due_date"}, "value_error",
            "Value error, a task that recurs needs a due_date; clear its recurrence, too");
  check_faults(client.call("PATCH", path_of(task), R"({"due_date":null})"), {date});
  check_faults(client.call("PUT", path_of(task), R"({"title":"x","due_date":""})"), {date});
  CHECK(client.get(path_of(task)).json() == task);
  CHECK(client.call("PATCH", path_of(task), R"({"due_date":null,"recurrence":null})").status ==
        200);
}

TEST_CASE_FIXTURE(
    RecurringTasks,
    "http/recurrence: PUT leaves the rule that it does not name, and null clears it") {
  const json task = create({{"recurrence", "FREQ=DAILY"}, {"recurrence_from", "completion"}});
  CHECK(task["recurrence_from"] == "completion");
  const auto put = [&](const json& members) {
    json body = {{"title", "x"}};
    body.update(members);
    const Answer answer = client.call("PUT", path_of(task), body.dump());
    REQUIRE(answer.status == 200);
    return answer.json();
  };
  CHECK(put(json::object())["recurrence"] == "FREQ=DAILY");
  CHECK(put(json::object())["recurrence_from"] == "completion");
  CHECK(put({{"recurrence_from", nullptr}})["recurrence_from"] == "completion");
  CHECK(put({{"recurrence_from", "due"}})["recurrence_from"] == "due");
  CHECK(put({{"recurrence", nullptr}})["recurrence"].is_null());
  CHECK(create({{"recurrence_from", nullptr}})["recurrence_from"] == "due");
  check_faults(
      client.call("PATCH", path_of(task), R"({"recurrence_from":null})"),
      {fault({"body", "recurrence_from"}, "string_type", "Input should be a valid string")});
  check_faults(
      client.call("PATCH", path_of(task), R"({"recurrence_from":"today"})"),
      {fault({"body", "recurrence_from"}, "enum", "Input should be 'due' or 'completion'")});
}

TEST_CASE_FIXTURE(RecurringTasks,
                  "http/recurrence: what is wrong with a rule is named with its part") {
  for (const auto& [rule, message] : std::vector<std::pair<std::string, std::string>>{
           {"FREQ=DAILY;BYHOUR=9",
            "'BYHOUR' is not supported; the parts are FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, "
            "BYSETPOS, WKST, and COUNT or UNTIL"},
           {"FREQ=SECONDLY", "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY, not 'SECONDLY'"},
           {"FREQ=WEEKLY;BYDAY=1MO",
            "BYDAY may have numbers only with FREQ=MONTHLY or FREQ=YEARLY"},
       }) {
    check_faults(client.post("/api/tasks",
                             {{"title", "x"}, {"due_date", "2126-08-08"}, {"recurrence", rule}}),
                 {fault({"body", "recurrence"}, "value_error", "Value error, " + message)});
  }
  const std::string longest = "FREQ=DAILY;BYMONTH=" + std::string(480, '1');
  check_faults(client.post("/api/tasks", {{"title", "x"},
                                          {"due_date", "2126-08-08"},
                                          {"recurrence", longest + std::string(2, '1')}}),
               {fault({"body", "recurrence"}, "string_too_long",
                      "String should have at most 500 characters")});
}

TEST_CASE("http/recurrence: where there is no room for the next task, completing changes nothing") {
  ServerProcess server(Process::Strings{"--max-tasks-per-user", "1"});
  Client client(server.port());
  client.sign_up();
  const json task =
      client
          .post("/api/tasks",
                {{"title", "x"}, {"due_date", "2126-08-08"}, {"recurrence", "FREQ=DAILY"}})
          .json();
  const std::string path = "/api/tasks/" + task["id"].get<std::string>();
  CHECK(client.call("PATCH", path + "/complete").status == 409);
  CHECK(client.get(path).json() == task);
  CHECK(client.call("PATCH", path, R"({"recurrence":null,"is_completed":true})").status == 200);
}

TEST_CASE(
    "http/recurrence: the next task is still there after a restart, and no second one comes") {
  TemporaryDirectory data;
  std::string path;
  std::string token;
  json next;
  {
    ServerProcess server(data.path());
    Client client(server.port());
    client.sign_up();
    token = client.token;
    const json task =
        client
            .post("/api/tasks",
                  {{"title", "x"}, {"due_date", "2126-08-08"}, {"recurrence", "FREQ=DAILY"}})
            .json();
    path = "/api/tasks/" + task["id"].get<std::string>();
    next = client.call("PATCH", path + "/complete").json()["next_task_id"];
  }
  ServerProcess server(data.path());
  Client client(server.port());
  client.token = token;
  client.call("PATCH", path + "/complete");
  CHECK(client.call("PATCH", path + "/complete").json()["next_task_id"] == next);
  CHECK(client.get("/api/tasks").json()["total"] == 2);
}

TEST_CASE(
    "http/recurrence: a change that completes nothing creates no task, whatever its times are") {
  LocalServer server;
  Client client(server.port);
  sign_up(client);
  const json created =
      client.post("/api/tasks", {{"title", "x"}, {"due_date", "2126-08-08"}}).json();
  // As an import may bring it, from a device whose clock is ahead.
  server.backend.store.change([&](store::Changes& changes) {
    const support::Uuid id = *support::Uuid::parse(created["id"].get<std::string>());
    const support::Uuid owner = *support::Uuid::parse(created["user_id"].get<std::string>());
    store::Task copy = changes.find_task(owner, id);
    changes.remove_task(owner, id, copy.updated_at);
    changes.purge_task(owner, id);
    copy.recurrence = "FREQ=DAILY";
    copy.is_completed = true;
    copy.updated_at += std::chrono::hours(1);
    copy.completed_at = copy.updated_at + std::chrono::microseconds(1);
    changes.add_task(copy);
  });
  const json changed =
      client.call("PATCH", "/api/tasks/" + created["id"].get<std::string>(), R"({"title":"y"})")
          .json();
  CHECK(changed["completed_at"] == changed["updated_at"]);
  CHECK(changed["next_task_id"].is_null());
  CHECK(client.get("/api/tasks").json()["total"] == 1);
}

}  // namespace taskdock::testing
