// What a list cannot be asked for, and which cursors lead on in which list.

#include <doctest/doctest.h>

#include <set>

#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/task_model.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// The names of the parameters that `answer` complains of.
std::set<std::string> refused_parameters(const Answer& answer) {
  const json faults = answer.json()["detail"];
  check_error(answer, 422, faults);
  std::set<std::string> names;
  for (const json& each : faults) {
    CHECK(each["loc"][0] == "query");
    names.insert(each["loc"][1]);
  }
  return names;
}

}  // namespace

TEST_CASE("http/list_faults: a filter or a sort that means nothing is refused by its name") {
  LocalServer server;
  Client client(server.port);
  const json user = sign_up(client)["user"];
  client.create_task("x");
  const std::vector<std::pair<std::string, std::vector<std::string>>> bad = {
      {"priority", {"", "foo", "low,foo", "low,,high", "High", "0"}},
      {"due", {"", "tomorrow", "Today", "none,any"}},
      {"due_before", {"", "x", "2026-02-30", "2026-13-01", "2026-01-01T25:00", "01.02.2026", "7"}},
      {"due_after", {"", "x", "2026-02-30", "2026-01-01T00:00+25:00", "today"}},
      {"utc_offset", {"", "x", "5", "+15:00", "-15:00", "+05:60", "+0530x", "2026-01-01"}},
      {"updated_since", {"", "x", "2026-01-01", "2026-01-01T00:00:00", "0"}},
      {"sort", {"", "-", "foo", "--title", "Title", "title,priority", "id", "relevance"}},
      {"tag", {"", " "}},
  };
  for (const std::string& tasks : task_addresses(user)) {
    for (const auto& [name, values] : bad) {
      for (const std::string& value : values) {
        const std::string query = name + '=' + model::encoded(value);
        CAPTURE(query);
        const Answer answer = client.get(tasks + '?' + query);
        CAPTURE(answer.body);
        CHECK(answer.status == 422);
        if (answer.status != 422) continue;
        CHECK(refused_parameters(answer) == std::set{name});
      }
    }
    CHECK(refused_parameters(client.get(
              tasks + "?limit=0&offset=-1&completed=x&priority=x&due=x&due_before=x&due_after=x"
                      "&utc_offset=x&updated_since=x&sort=x&cursor=x")) ==
          std::set<std::string>{"limit", "offset", "completed", "priority", "due", "due_before",
                                "due_after", "utc_offset", "updated_since", "sort", "cursor"});
  }
}

TEST_CASE("http/list_faults: a cursor leads on in the list that gave it out, and in no other") {
  LocalServer server;
  Client client(server.port);
  sign_up(client);
  for (int i = 0; i < 3; ++i) {
    client.post(
        "/api/tasks",
        {{"title", "x"}, {"tags", {"a", "b"}}, {"priority", "low"}, {"due_date", "2026-01-01"}});
  }
  const std::vector<std::string> lists = {"",
                                          "completed=false",
                                          "tag=a",
                                          "tag=b",
                                          "tag=!c",
                                          "priority=low",
                                          "priority=low,high",
                                          "due=any",
                                          "due_before=2027-01-01",
                                          "due_after=2025-01-01",
                                          "updated_since=2020-01-01T00:00:00Z",
                                          "sort=created_at",
                                          "sort=title",
                                          "sort=-title",
                                          "sort=due_date",
                                          "sort=priority",
                                          "sort=updated_at"};
  for (const std::string& from : lists) {
    const json page = client.get("/api/tasks?limit=1&" + from).json();
    CAPTURE(from);
    REQUIRE(page["next_cursor"].is_string());
    for (const std::string& to : lists) {
      CAPTURE(to);
      const Answer answer =
          client.get("/api/tasks?" + to + "&cursor=" + page["next_cursor"].get<std::string>());
      if (from == to) {
        CHECK(answer.status == 200);
        CHECK(answer.json()["tasks"].size() == 2);
      } else {
        CHECK(refused_parameters(answer) == std::set<std::string>{"cursor"});
      }
    }
  }
}

}  // namespace taskdock::testing
