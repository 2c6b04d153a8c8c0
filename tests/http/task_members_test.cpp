#include <doctest/doctest.h>

#include "http/requests.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// A server with a user who is logged in.
struct MembersServer {
  ServerProcess server;
  Client client{server.port()};
  json user = client.sign_up();

  json create(const json& members = json::object()) {
    json body = {{"title", "Buy milk"}};
    body.update(members);
    const Answer created = client.post("/api/tasks", body);
    REQUIRE(created.status == 201);
    CHECK(client.get(path_of(created.json())).json() == created.json());
    return created.json();
  }
  json change(const std::string& method, const json& task, const json& body) {
    const Answer changed = client.call(method, path_of(task), body.dump());
    REQUIRE(changed.status == 200);
    CHECK(client.get(path_of(task)).json() == changed.json());
    return changed.json();
  }
};

/// The members of `task` that were added to the API later.
json added_members(const json& task) {
  return {{"due_date", task["due_date"]},
          {"remind_at", task["remind_at"]},
          {"priority", task["priority"]}};
}

const json all_set = {{"due_date", "2026-08-08T17:00"},
                      {"remind_at", "2026-08-08T15:30:00.000000Z"},
                      {"priority", "high"}};
const json none_set = {{"due_date", nullptr}, {"remind_at", nullptr}, {"priority", nullptr}};

}  // namespace

TEST_CASE_FIXTURE(MembersServer,
                  "http/task_members: a task has all members, null where it was given none") {
  CHECK(added_members(create()) == none_set);
  CHECK(added_members(create(none_set)) == none_set);
  CHECK(added_members(create({{"due_date", ""}})) == none_set);
  CHECK(added_members(create({{"due_date", " "}})) == none_set);
  const json task = create(all_set);
  CHECK(added_members(task) == all_set);
  CHECK(task["completed_at"].is_null());
  CHECK(client.get("/api/tasks?limit=1").json()["tasks"][0] == task);
}

TEST_CASE_FIXTURE(MembersServer,
                  "http/task_members: each form of a due date comes back as it was") {
  for (const auto& [sent, kept] : std::vector<std::pair<std::string, std::string>>{
           {"2026-08-08", "2026-08-08"},
           {"2024-02-29", "2024-02-29"},
           {"0001-01-01", "0001-01-01"},
           {"2026-08-08T17:00", "2026-08-08T17:00"},
           {"2026-08-08T17:00:00", "2026-08-08T17:00"},
           {"2026-08-08T17:00:30", "2026-08-08T17:00:30"},
           {"2026-08-08T17:00Z", "2026-08-08T17:00:00.000000Z"},
           {"2026-08-08T01:00:00.5+05:30", "2026-08-07T19:30:00.500000Z"},
           {"1969-12-31T20:00-12:00", "1970-01-01T08:00:00.000000Z"},
       }) {
    const auto& shown = sent;
    CAPTURE(shown);
    const json task = create({{"due_date", sent}});
    CHECK(task["due_date"] == kept);
    CHECK(change("PATCH", task, {{"title", "New"}})["due_date"] == kept);
    CHECK(change("PUT", task, {{"title", "New"}})["due_date"] == kept);
    CHECK(change("PATCH", task, {{"due_date", kept}})["due_date"] == kept);
    CHECK(change("PUT", task, {{"title", "New"}, {"due_date", sent}})["due_date"] == kept);
    CHECK(change("PATCH", task, {{"due_date", ""}})["due_date"].is_null());
  }
}

TEST_CASE_FIXTURE(MembersServer,
                  "http/task_members: PUT leaves the added members that it does not name, and null "
                  "clears them") {
  const json task = create(all_set);
  json kept = change("PUT", task, {{"title", "Buy oat milk"}});
  CHECK(kept["title"] == "Buy oat milk");
  CHECK(added_members(kept) == all_set);
  json expected = all_set;
  for (const auto& [name, value] : all_set.items()) {
    const auto& shown = name;
    CAPTURE(shown);
    expected[name] = nullptr;
    CHECK(added_members(change("PUT", task, {{"title", "x"}, {name, nullptr}})) == expected);
  }
  for (const auto& [name, value] : all_set.items()) {
    expected[name] = value;
    CHECK(added_members(change("PUT", task, {{"title", "x"}, {name, value}})) == expected);
  }
  CHECK(added_members(change("PUT", task, {{"title", "x"}, {"due_date", ""}}))["due_date"] ==
        nullptr);
}

TEST_CASE_FIXTURE(MembersServer,
                  "http/task_members: PATCH changes each of them alone, and null clears it") {
  const json task = create({{"description", "2 l"}});
  json expected = none_set;
  for (const auto& [name, value] : all_set.items()) {
    const auto& shown = name;
    CAPTURE(shown);
    expected[name] = value;
    const json changed = change("PATCH", task, {{name, value}});
    CHECK(added_members(changed) == expected);
    CHECK(changed["title"] == "Buy milk");
    CHECK(changed["description"] == "2 l");
  }
  CHECK(added_members(change("PATCH", task, {{"title", "x"}})) == all_set);
  for (const auto& [name, value] : all_set.items()) {
    expected[name] = nullptr;
    CHECK(added_members(change("PATCH", task, {{name, nullptr}})) == expected);
  }
}

TEST_CASE_FIXTURE(MembersServer,
                  "http/task_members: every priority is kept, and no other word is one") {
  for (const char* priority : {"low", "medium", "high", "urgent"}) {
    CHECK(create({{"priority", priority}})["priority"] == priority);
  }
  for (const char* priority : {"", "High", "none", "high "}) {
    check_faults(client.post("/api/tasks", {{"title", "x"}, {"priority", priority}}),
                 {fault({"body", "priority"}, "enum",
                        "Input should be 'low', 'medium', 'high' or 'urgent'")});
  }
}

TEST_CASE_FIXTURE(MembersServer,
                  "http/task_members: a reminder needs to be an instant, and comes back in UTC") {
  CHECK(create({{"remind_at", "2026-08-08T17:00+02:00"}})["remind_at"] ==
        "2026-08-08T15:00:00.000000Z");
  for (const char* local : {"2026-08-08", "2026-08-08T17:00", "2026-08-08T17:00:00"}) {
    check_faults(
        client.post("/api/tasks", {{"title", "x"}, {"remind_at", local}}),
        {fault({"body", "remind_at"}, "timezone_aware", "Input should have timezone info")});
  }
}

TEST_CASE_FIXTURE(MembersServer,
                  "http/task_members: every fault is told, at every verb, and nothing is kept") {
  const json task = create(all_set);
  const std::string body =
      R"({"title":"x","due_date":"2026-02-29","remind_at":"soon","priority":7})";
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
           {"POST", "/api/tasks"}, {"PUT", path_of(task)}, {"PATCH", path_of(task)}}) {
    const auto& shown = method;
    CAPTURE(shown);
    check_faults(
        client.call(method, path, body),
        {fault({"body", "due_date"}, "datetime_parsing",
               "Input should be a valid date or datetime"),
         fault({"body", "remind_at"}, "datetime_parsing", "Input should be a valid datetime"),
         fault({"body", "priority"}, "string_type", "Input should be a valid string")});
  }
  CHECK(client.get(path_of(task)).json() == task);
  CHECK(client.get("/api/tasks").json()["total"] == 1);
}

TEST_CASE_FIXTURE(
    MembersServer,
    "http/task_members: the server says when a task was completed, and nobody else can") {
  const json task = create({{"completed_at", "2026-01-01T00:00:00Z"}});
  CHECK(task["completed_at"].is_null());
  const std::string complete = path_of(task) + "/complete";
  const json completed = client.call("PATCH", complete, R"({"completed":true})").json();
  CHECK(completed["completed_at"] == completed["updated_at"]);
  const json again = client.call("PATCH", complete, R"({"completed":true})").json();
  CHECK(again["completed_at"] == completed["completed_at"]);
  const json edited = change("PUT", task, {{"title", "x"}, {"completed_at", nullptr}});
  CHECK(edited["completed_at"] == completed["completed_at"]);
  CHECK(client.call("PATCH", complete).json()["completed_at"].is_null());
  CHECK(is_moment(change("PATCH", task, {{"is_completed", true}})["completed_at"]));
  CHECK(change("PATCH", task, {{"is_completed", false}})["completed_at"].is_null());
}

}  // namespace taskdock::testing
