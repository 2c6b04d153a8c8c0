#include <doctest/doctest.h>

#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// The ids of all tasks `query` finds, read page by page.
std::vector<std::string> walk(Client& client, const std::string& tasks, const std::string& query,
                              int limit, int total) {
  std::vector<std::string> ids;
  for (int offset = 0; offset <= total; offset += limit) {
    const Answer answer = client.get(tasks + "?limit=" + std::to_string(limit) +
                                     "&offset=" + std::to_string(offset) + query);
    REQUIRE(answer.status == 200);
    const json page = answer.json();
    CHECK(page.size() == 6);
    CHECK(page["total_exact"] == true);
    CHECK(page["total"] == total);
    CHECK(page["limit"] == limit);
    CHECK(page["offset"] == offset);
    CHECK(page["tasks"].size() ==
          static_cast<std::size_t>(std::min(limit, std::max(0, total - offset))));
    for (const json& task : page["tasks"]) ids.push_back(task["id"]);
  }
  return ids;
}

/// The same, each page after the one before.
std::vector<std::string> walk_by_cursor(Client& client, const std::string& tasks,
                                        const std::string& query) {
  std::vector<std::string> ids;
  std::string after;
  for (;;) {
    const Answer answer = client.get(tasks + '?' + query + after);
    REQUIRE(answer.status == 200);
    const json page = answer.json();
    for (const json& task : page["tasks"]) ids.push_back(task["id"]);
    if (page["next_cursor"].is_null()) return ids;
    after = "&cursor=" + page["next_cursor"].get<std::string>();
  }
}

}  // namespace

TEST_CASE("http/lists: a thousand tasks come page by page, newest first, none twice, none missed") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  Client bob(server.port());
  bob.sign_up("bob@example.com");
  bob.create_task("Not Ann's");

  std::vector<std::string> all;
  std::vector<std::string> done;
  std::vector<std::string> open;
  for (int i = 0; i < 1000; ++i) {
    const json task = client.create_task("Task " + std::to_string(i));
    const std::string id = task["id"];
    if (!all.empty()) CHECK(id > all.front());
    all.insert(all.begin(), id);
    if (i % 3 == 0) {
      CHECK(client.call("PATCH", "/api/tasks/" + id + "/complete").status == 200);
      done.insert(done.begin(), id);
    } else {
      open.insert(open.begin(), id);
    }
  }
  for (const std::string& tasks : task_addresses(user)) {
    CAPTURE(tasks);
    for (const int limit : {100, 33}) {
      CHECK(walk(client, tasks, "", limit, 1000) == all);
      CHECK(walk(client, tasks, "&completed=true", limit, 334) == done);
      CHECK(walk(client, tasks, "&completed=false", limit, 666) == open);
    }
    // The last page of a hundred is full, and still the last.
    CHECK(walk_by_cursor(client, tasks, "limit=100") == all);
    CHECK(walk_by_cursor(client, tasks, "limit=33&completed=true") == done);
    CHECK(walk_by_cursor(client, tasks, "completed=false") == open);
    const json first = client.get(tasks).json();
    CHECK(first["limit"] == 50);
    CHECK(first["offset"] == 0);
    CHECK(first["tasks"].size() == 50);
    CHECK(first["tasks"][0]["id"] == all.front());
    CHECK(first["tasks"][0] == client.get("/api/tasks/" + all.front()).json());
    CHECK(client.get(tasks + "?limit=1&offset=999").json()["tasks"][0]["id"] == all.back());
    for (const char* past : {"1000", "1001", "9223372036854775807"}) {
      const Answer answer = client.get(tasks + "?offset=" + past);
      CHECK(answer.status == 200);
      CHECK(answer.json() == json{{"tasks", json::array()},
                                  {"total", 1000},
                                  {"total_exact", true},
                                  {"limit", 50},
                                  {"offset", json::parse(past)},
                                  {"next_cursor", nullptr}});
    }
  }
}

TEST_CASE("http/lists: totals follow every change") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const auto check_totals = [&](int total, int done) {
    CHECK(client.get("/api/tasks").json()["total"] == total);
    CHECK(client.get("/api/tasks?completed=true").json()["total"] == done);
    CHECK(client.get("/api/tasks?completed=false").json()["total"] == total - done);
  };
  check_totals(0, 0);
  std::vector<std::string> paths;
  paths.reserve(3);
  for (int i = 0; i < 3; ++i) {
    paths.push_back("/api/tasks/" + client.create_task("x")["id"].get<std::string>());
  }
  check_totals(3, 0);
  client.call("PATCH", paths[0] + "/complete");
  client.call("PATCH", paths[1], R"({"is_completed":true})");
  check_totals(3, 2);
  client.call("PATCH", paths[1], R"({"is_completed":true})");
  client.call("PUT", paths[0], R"({"title":"y"})");
  check_totals(3, 2);
  client.call("DELETE", paths[0]);
  check_totals(2, 1);
  client.call("PATCH", paths[1] + "/complete");
  client.call("DELETE", paths[2]);
  check_totals(1, 0);
  client.call("DELETE", paths[1]);
  check_totals(0, 0);
}

TEST_CASE(
    "http/lists: parameters are percent-decoded, a plus is a space, and the last one counts") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  client.create_task("x");
  struct Given {
    std::string query;
    int limit;
    int offset;
  };
  for (const auto& [query, limit, offset] : std::vector<Given>{
           {"", 50, 0},
           {"?", 50, 0},
           {"?&&", 50, 0},
           {"?limit=7", 7, 0},
           {"?limit=+7", 7, 0},
           {"?limit=%2B7", 7, 0},
           {"?limit=%20%37", 7, 0},
           {"?%6Cimit=7", 7, 0},
           {"?LIMIT=7&unknown=x&limitx=8", 50, 0},
           {"?limit=1&limit=2", 2, 0},
           {"?limit=1&limit=2&limit=1", 1, 0},
           {"?limit=2&offset=1&limit=1&limit=2", 2, 1},
           {"?limit=x&limit=3", 3, 0},
           {"?completed=0&limit=9&completed=True", 9, 0},
       }) {
    const auto& shown_query = query;
    CAPTURE(shown_query);
    const Answer answer = client.get("/api/tasks" + query);
    CHECK(answer.status == 200);
    CHECK(answer.json()["limit"] == limit);
    CHECK(answer.json()["offset"] == offset);
  }
  for (const char* word : {"1", "yes", "on", "TRUE", "t", "Y"}) {
    CHECK(client.get("/api/tasks?completed=" + std::string(word)).json()["total"] == 0);
  }
  for (const char* word : {"0", "no", "off", "False", "f", "N"}) {
    CHECK(client.get("/api/tasks?completed=" + std::string(word)).json()["total"] == 1);
  }
}

TEST_CASE(
    "http/lists: who follows the cursor misses nothing and sees nothing twice, come what may") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(client.create_task("x")["id"]);
  const auto ids_of = [](const json& page) {
    std::vector<std::string> listed;
    for (const json& task : page["tasks"]) listed.push_back(task["id"]);
    return listed;
  };
  const json first = client.get("/api/tasks?limit=2").json();
  CHECK(ids_of(first) == std::vector{ids[5], ids[4]});
  // With an offset the next page would begin with the task before last again.
  client.create_task("new");
  CHECK(client.call("DELETE", "/api/tasks/" + ids[4]).status == 204);
  CHECK(client.call("DELETE", "/api/tasks/" + ids[3]).status == 204);
  const std::string cursor = first["next_cursor"];
  const json second = client.get("/api/tasks?limit=2&cursor=" + cursor).json();
  CHECK(ids_of(second) == std::vector{ids[2], ids[1]});
  CHECK(second["total"] == 5);
  CHECK(second["offset"] == 0);
  // From there an offset passes over some, as it does from the start.
  const json last = client.get("/api/tasks?limit=2&offset=2&cursor=" + cursor).json();
  CHECK(ids_of(last) == std::vector{ids[0]});
  CHECK(last["next_cursor"].is_null());
}

TEST_CASE("http/lists: a cursor leads on in its own list only, one of an earlier version in any") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(client.create_task("x")["id"]);
  const std::string cursor = client.get("/api/tasks?limit=2").json()["next_cursor"];
  CHECK_FALSE(is_uuid(cursor));
  for (const std::string& own : {"limit=3&cursor=" + cursor, "cursor=" + cursor + "&unknown=1"}) {
    CHECK(client.get("/api/tasks?" + own).json()["tasks"].size() == 2);
  }
  const json not_of_this_list =
      fault({"query", "cursor"}, "value_error", "Value error, must be a cursor of this list");
  const Answer foreign = client.get("/api/tasks?completed=false&cursor=" + cursor);
  check_faults(foreign, {not_of_this_list});
  CHECK(foreign.json()["message"] == "Cursor must be a cursor of this list");
  check_faults(client.get("/api/tasks?cursor=" + cursor.substr(1)), {not_of_this_list});
  for (const char* filter : {"", "&completed=false"}) {
    const json page = client.get("/api/tasks?cursor=" + ids[2] + filter).json();
    REQUIRE(page["tasks"].size() == 2);
    CHECK(page["tasks"][0]["id"] == ids[1]);
  }
}

TEST_CASE("http/lists: parameters out of their rules are told, all of them") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  const json too_few =
      fault({"query", "limit"}, "greater_than_equal", "Input should be greater than or equal to 1");
  const json too_many =
      fault({"query", "limit"}, "less_than_equal", "Input should be less than or equal to 100");
  const json negative = fault({"query", "offset"}, "greater_than_equal",
                              "Input should be greater than or equal to 0");
  const json no_flag = fault({"query", "completed"}, "bool_parsing",
                             "Input should be a valid boolean, unable to interpret input");
  const json no_cursor =
      fault({"query", "cursor"}, "value_error", "Value error, must be a cursor of this list");
  const auto no_number = [](const char* name) {
    return fault({"query", name}, "int_parsing",
                 "Input should be a valid integer, unable to parse string as an integer");
  };
  const std::vector<std::pair<std::string, std::vector<json>>> table = {
      {"limit=0", {too_few}},
      {"limit=-5", {too_few}},
      {"limit=101", {too_many}},
      {"limit=99999999999999999999", {too_many}},
      {"limit=", {no_number("limit")}},
      {"limit", {no_number("limit")}},
      {"limit=ten", {no_number("limit")}},
      {"limit=1%00", {no_number("limit")}},
      {"offset=-1", {negative}},
      {"offset=x", {no_number("offset")}},
      {"offset=99999999999999999999",
       {fault({"query", "offset"}, "less_than_equal",
              "Input should be less than or equal to 9223372036854775807")}},
      {"completed=", {no_flag}},
      {"completed=maybe", {no_flag}},
      {"cursor=",
       {fault({"query", "cursor"}, "string_too_short", "String should have at least 1 character")}},
      {"cursor=%ff",
       {fault({"query", "cursor"}, "string_unicode",
              "Input should be a valid string, unable to parse raw data as a unicode string")}},
      {"cursor=2", {no_cursor}},
      {"completed=null", {no_flag}},
      {"completed=2&offset=-1&limit=0", {too_few, negative, no_flag}},
  };
  for (const std::string& tasks : task_addresses(user)) {
    for (const auto& [query, faults] : table) {
      const auto& shown_query = query;
      CAPTURE(shown_query);
      check_error(client.get(tasks + '?' + query), 422, faults);
    }
  }
}

}  // namespace taskdock::testing
