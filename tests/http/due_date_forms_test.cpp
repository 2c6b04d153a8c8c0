// A due date keeps its form and its day, wherever the server and those who ask it are.

#include <doctest/doctest.h>

#include "http/requests.h"
#include "testing/answers.h"
#include "testing/process.h"
#include "testing/task_model.h"

namespace taskdock::testing::model {

using nlohmann::json;

namespace {

constexpr std::uint64_t zone_seed = 13;
constexpr std::int64_t microseconds_per_day = 86'400'000'000;

/// The variable TZ of a time zone by its offset in minutes, whose sign is the other one there
/// (POSIX.1-2017, 8.3).
std::string zone_variable(int offset) {
  const std::string name = offset_text(offset);
  const std::string digits = name.substr(1);
  return "TZ=<" + name.substr(0, 3) + name.substr(4) + '>' + (offset < 0 ? '+' : '-') + digits;
}

/// A day and perhaps a time between 2100 and 2199: what recurs is then never behind today.
Due future_due(Dice& dice) {
  const auto form = static_cast<Form>(dice.number(0, 2));
  const std::int64_t day = dice.number(47'482, 84'005) * microseconds_per_day;
  // Often the first or last moments of a day, which another zone would move to the next one.
  const std::int64_t seconds = dice.one_in(3)   ? 0
                               : dice.one_in(2) ? 86'399
                                                : dice.number(0, 86'399);
  return {form, day + (form == Form::day ? 0 : seconds * 1'000'000)};
}

/// A user of a server in a time zone.
struct InZone {
  explicit InZone(int its_offset) : offset(its_offset) { client.sign_up(); }

  const int offset;
  ServerProcess server{Process::Strings{}, Process::Strings{zone_variable(offset)}};
  Client client{server.port()};

  json expect(const Answer& answer, int status) {
    CAPTURE(answer.body);
    REQUIRE(answer.status == status);
    return answer.json();
  }

  /// Makes a task that is due at `due`, written with this zone's offset if it is an instant.
  json create(const Due& due, const json& members = json::object()) {
    json body = {
        {"title", "x"},
        {"due_date", due.form == Form::instant ? text_at_offset(due.at, offset) : text_of(due)}};
    body.update(members);
    return expect(client.post("/api/tasks", body), 201);
  }
};

}  // namespace

TEST_CASE(
    "http/due_date_forms: no change of another member, no list, no trash and no time zone from "
    "-12:00 to +14:00 changes a date's form or day") {
  CAPTURE(zone_seed);
  Dice dice(zone_seed);
  for (int hours = -12; hours <= 14; ++hours) {
    const int minutes = hours == 14 ? 0 : dice.number(0, 3) * 15;
    InZone zone(hours * 60 + minutes);
    CAPTURE(zone.offset);
    Client& client = zone.client;
    const std::string as_asked_here = "&utc_offset=" + encoded(offset_text(zone.offset));
    for (int i = 0; i < 3; ++i) {
      const Due due = future_due(dice);
      const std::string text = text_of(due);
      CAPTURE(text);
      const json task = zone.create(due);
      const std::string path = path_of(task);
      CHECK(task["due_date"] == text);
      CHECK(client.get(path).json()["due_date"] == text);
      for (const char* body :
           {R"({"title":"y"})", R"({"description":"z"})", R"({"priority":"low"})",
            R"({"tags":["a"]})", R"({"remind_at":"2100-01-01T00:00:00+05:30"})",
            R"({"recurrence":"FREQ=DAILY"})", R"({"recurrence":null})", R"({"is_completed":true})",
            R"({"is_completed":false})", "{}"}) {
        CHECK(zone.expect(client.call("PATCH", path, body), 200)["due_date"] == text);
      }
      CHECK(zone.expect(client.call("PATCH", path + "/complete"), 200)["due_date"] == text);
      CHECK(zone.expect(client.call("PUT", path, R"({"title":"y"})"), 200)["due_date"] == text);
      CHECK(zone.expect(client.call("PATCH", path, json{{"due_date", text}}.dump()),
                        200)["due_date"] == text);
      for (const std::string& query :
           {"due=any" + as_asked_here, "sort=due_date" + as_asked_here,
            "sort=-due_date&due_after=" + encoded(text) + as_asked_here}) {
        CAPTURE(query);
        const json page = zone.expect(client.get("/api/tasks?" + query), 200);
        REQUIRE(page["tasks"].size() == 1);
        CHECK(page["tasks"][0]["due_date"] == text);
      }
      const json& id = task["id"];
      const std::vector<json> operations = {
          {{"op", "create"}, {"task", {{"title", "x"}, {"due_date", text}}}},
          {{"op", "update"}, {"id", id}, {"task", {{"title", "x"}}}},
          {{"op", "complete"}, {"id", id}},
          {{"op", "delete"}, {"id", id}},
          {{"op", "restore"}, {"id", id}}};
      const json results = zone.expect(
          client.post("/api/tasks/batch", {{"operations", operations}}), 200)["results"];
      for (const json& result : results) {
        if (result["status"] != 204) CHECK(result["task"]["due_date"] == text);
      }
      CHECK(client.call("DELETE", path_of(results[0]["task"])).status == 204);
      CHECK(client.call("DELETE", path).status == 204);
      CHECK(client.get("/api/tasks/trash").json()["tasks"][0]["due_date"] == text);
      CHECK(zone.expect(client.call("POST", path + "/restore"), 200)["due_date"] == text);
      CHECK(client.get(path).json()["due_date"] == text);
      CHECK(client.call("DELETE", path).status == 204);
    }
  }
}

TEST_CASE(
    "http/due_date_forms: what recurs moves by whole days and keeps its form and time of day, in "
    "every time zone") {
  CAPTURE(zone_seed);
  Dice dice(zone_seed);
  for (int hours = -12; hours <= 14; ++hours) {
    InZone zone(hours * 60);
    CAPTURE(zone.offset);
    for (int i = 0; i < 3; ++i) {
      Due due = future_due(dice);
      CAPTURE(text_of(due));
      const int days = dice.number(1, 30);
      json task = zone.create(due, {{"recurrence", "FREQ=DAILY;INTERVAL=" + std::to_string(days)}});
      for (int times = 0; times < 3; ++times) {
        const json completed =
            zone.expect(zone.client.call("PATCH", path_of(task) + "/complete"), 200);
        CHECK(completed["due_date"] == text_of(due));
        task = zone.client.get("/api/tasks/" + completed["next_task_id"].get<std::string>()).json();
        due.at += days * microseconds_per_day;
        CHECK(task["due_date"] == text_of(due));
      }
    }
  }
}

}  // namespace taskdock::testing::model
