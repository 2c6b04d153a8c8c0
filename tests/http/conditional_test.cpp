// Conditional requests (RFC 9110, 13): a client need not be told what it knows, and does not
// overwrite what it has not seen.

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "http/requests.h"
#include "http/timed_user.h"
#include "testing/answers.h"
#include "testing/database.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

constexpr const char* own_id = "019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f";

Client::Headers if_match(const std::string& tags) {
  return {{"If-Match", tags}};
}
Client::Headers if_none_match(const std::string& tags) {
  return {{"If-None-Match", tags}};
}

std::string tag_of(const json& task) {
  return '"' + std::to_string(task["revision"].get<std::int64_t>()) + '"';
}

struct ConditionalTasks : TimedUser {
  json create(const json& members = json::object()) {
    json body = {{"title", "x"}};
    body.update(members);
    const Answer created = client.post("/api/tasks", body);
    REQUIRE(created.status == 201);
    return created.json();
  }
  json now(const json& task) { return client.get(path_of(task)).json(); }
  Answer get(const std::string& target, const std::string& tags) {
    return client.call("GET", target, "", if_none_match(tags));
  }
  std::string tag_at(const std::string& target) {
    const Answer answer = client.get(target);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    return answer.header("etag");
  }
};

/// A call that changes the task at `path`.
struct TaskWrite {
  std::string method;
  std::string suffix;
  std::string body;
};

const std::vector<TaskWrite> task_writes = {{"PUT", "", R"({"title":"y"})"},
                                            {"PATCH", "", R"({"title":"y"})"},
                                            {"PATCH", "/complete", ""},
                                            {"DELETE", "", ""}};

void check_not_modified(const Answer& answer, const std::string& etag) {
  CHECK(answer.status == 304);
  CHECK(answer.body.empty());
  CHECK(answer.header("etag") == etag);
  CHECK(answer.header("cache-control") == "no-store");
  CHECK(answer.header("content-type").empty());
  CHECK_FALSE(answer.header("x-request-id").empty());
}

/// That nothing was done, since the task at that moment was another than the client had seen.
void check_task_has_changed(const Answer& answer, const json& task) {
  check_error(answer, 412, "The task has changed");
  CHECK(answer.header("etag") == tag_of(task));
}

}  // namespace

TEST_CASE_FIXTURE(ConditionalTasks,
                  "http/conditional: who has a task as it is gets 304 with its ETag and no body") {
  const json task = create();
  for (const std::string& path : {path_of(task), "/api/" + user_id + path_of(task).substr(4)}) {
    for (const char* tags : {R"("1")", R"(W/"1")", R"("0" , "1")", "*"}) {
      CAPTURE(tags);
      check_not_modified(get(path, tags), "\"1\"");
      check_not_modified(client.call("HEAD", path, "", if_none_match(tags)), "\"1\"");
    }
    // What is another tag, or none, is answered with the task.
    for (const char* tags : {R"("2")", R"(W/"11")", "1", "\"1", "", "**", R"("1" "1")"}) {
      CAPTURE(tags);
      const Answer answer = get(path, tags);
      CHECK(answer.status == 200);
      CHECK(answer.json() == task);
      CHECK(answer.header("etag") == "\"1\"");
    }
  }
  check_error(get("/api/tasks/" + std::string(own_id), "*"), 404, "Task not found");
  client.call("PATCH", path_of(task), R"({"title":"y"})");
  CHECK(get(path_of(task), "\"1\"").json()["title"] == "y");
}

TEST_CASE_FIXTURE(
    ConditionalTasks,
    "http/conditional: a change is made if the task has one of the tags of If-Match") {
  for (const TaskWrite& write : task_writes) {
    for (const std::string tags : {"%", "*", R"("0", %, "1000000")", R"(W/"0",%)"}) {
      const json task = create();
      const std::string list = std::string(tags).replace(std::min(tags.find('%'), tags.size() - 1),
                                                         1, tags == "*" ? "*" : tag_of(task));
      CAPTURE(write.method);
      CAPTURE(list);
      const Answer answer =
          client.call(write.method, path_of(task) + write.suffix, write.body, if_match(list));
      CHECK(answer.status == (write.method == "DELETE" ? 204 : 200));
      if (write.method != "DELETE") CHECK(answer.header("etag") == tag_of(now(task)));
    }
  }
}

TEST_CASE_FIXTURE(ConditionalTasks,
                  "http/conditional: otherwise the answer is 412 with the task's ETag, and nothing "
                  "is done, at both addresses") {
  const json task = create({{"due_date", "2126-08-08"}, {"recurrence", "FREQ=DAILY"}});
  for (const std::string& path : {path_of(task), "/api/" + user_id + path_of(task).substr(4)}) {
    for (const TaskWrite& write : task_writes) {
      // A weak tag says that two versions are alike, and not that they are the same.
      for (const char* tags : {R"("0")", R"(W/"1")", R"("0", "2", W/"1")", R"("")"}) {
        CAPTURE(write.method);
        CAPTURE(tags);
        check_task_has_changed(
            client.call(write.method, path + write.suffix, write.body, if_match(tags)), task);
      }
    }
    check_task_has_changed(client.call("PATCH", path, "{}", if_match("\"0\"")), task);
    CHECK(client.call("PATCH", path, "{}", if_match("\"1\"")).json() == task);
  }
  CHECK(now(task) == task);
  CHECK(client.get("/api/tasks").json()["total"] == 1);
  CHECK(create()["revision"] == 2);
}

TEST_CASE_FIXTURE(
    ConditionalTasks,
    "http/conditional: what a request asks for is checked first, then its condition, then whether "
    "it can be done") {
  const json task = create();
  Client bob(server.port);
  sign_up(bob, "bob@example.com");
  const auto patch = [&](Client& who, const std::string& path, const std::string& body) {
    return who.call("PATCH", path, body, if_match("\"0\""));
  };
  check_error(patch(bob, path_of(task), R"({"title":"y"})"), 403,
              "Not authorized to access this task");
  check_error(patch(client, "/api/tasks/" + std::string(own_id), R"({"title":"y"})"), 404,
              "Task not found");
  CHECK(patch(client, "/api/tasks/one", R"({"title":"y"})").status == 422);
  CHECK(patch(client, path_of(task), R"({"title":""})").status == 422);
  // That it needs a due date follows from the task, which the client has not seen.
  check_task_has_changed(patch(client, path_of(task), R"({"recurrence":"FREQ=DAILY"})"), task);
  CHECK(client.call("DELETE", path_of(task)).status == 204);
  check_error(client.call("DELETE", path_of(task), "", if_match("*")), 404, "Task not found");
  client.token.clear();
  CHECK(patch(client, path_of(task), R"({"title":"y"})").status == 401);
}

TEST_CASE_FIXTURE(
    ConditionalTasks,
    "http/conditional: a condition that cannot be understood lets no change through") {
  const json task = create();
  for (const std::string name : {"If-Match", "If-None-Match"}) {
    const std::string message =
        name + " must be * or a list of ETags with their quotation marks, such as \"7\"";
    for (const char* tags : {"1", "", "\"1", "'1'", R"("1" "2")", R"(*, "1")", "w/\"1\"", ","}) {
      CAPTURE(tags);
      for (const TaskWrite& write : task_writes) {
        check_error(
            client.call(write.method, path_of(task) + write.suffix, write.body, {{name, tags}}),
            400, message);
      }
      check_error(client.call("PATCH", path_of(task), "{}", {{name, tags}}), 400, message);
      check_error(client.call("POST", "/api/tasks", one_task, {{name, tags}}), 400, message);
    }
  }
  CHECK(now(task) == task);
  CHECK(client.get("/api/tasks").json()["total"] == 1);
}

TEST_CASE_FIXTURE(ConditionalTasks, "http/conditional: a header that is sent twice is one list") {
  const json task = create();
  CHECK(client
            .call("PATCH", path_of(task), R"({"title":"y"})",
                  {{"If-Match", "\"0\""}, {"If-Match", "\"1\""}})
            .status == 200);
  check_not_modified(client.call("GET", path_of(task), "",
                                 {{"If-None-Match", "\"1\""}, {"If-None-Match", "\"2\""}}),
                     "\"2\"");
}

TEST_CASE_FIXTURE(ConditionalTasks,
                  "http/conditional: If-None-Match forbids a change of a task that has the tag") {
  const json task = create();
  for (const TaskWrite& write : task_writes) {
    for (const char* tags : {"*", "\"1\"", "W/\"1\""}) {
      const Answer answer =
          client.call(write.method, path_of(task) + write.suffix, write.body, if_none_match(tags));
      check_error(answer, 412, "The task exists");
      CHECK(answer.header("etag") == "\"1\"");
    }
  }
  CHECK(client.call("PATCH", path_of(task), R"({"title":"y"})", if_none_match("\"0\"")).status ==
        200);
}

TEST_CASE_FIXTURE(
    ConditionalTasks,
    "http/conditional: If-None-Match: * creates a task only if there is none with its "
    "id, not even the same") {
  const std::string body = json{{"title", "x"}, {"id", own_id}}.dump();
  const auto create_new = [&] {
    return client.call("POST", "/api/tasks", body, if_none_match("*"));
  };
  CHECK(create_new().status == 201);
  const Answer again = create_new();
  check_error(again, 412, "The task exists");
  CHECK(again.header("etag") == "\"1\"");
  CHECK(client.call("POST", "/api/tasks", body).status == 200);
  // With other content, too: it exists.
  CHECK(client
            .call("POST", "/api/tasks", json{{"title", "y"}, {"id", own_id}}.dump(),
                  if_none_match("*"))
            .status == 412);
  // Without an id of the client's there cannot be one.
  CHECK(client.call("POST", "/api/tasks", one_task, if_none_match("*")).status == 201);
  CHECK(client.call("DELETE", "/api/tasks/" + std::string(own_id)).status == 204);
  check_error(create_new(), 409, "The task with this id is in your trash; restore it");
  Client bob(server.port);
  sign_up(bob, "bob@example.com");
  check_error(bob.call("POST", "/api/tasks", body, if_none_match("*")), 409,
              "This id is taken; make another one");
}

TEST_CASE_FIXTURE(
    ConditionalTasks,
    "http/conditional: a task in the trash is restored if it is as the client saw it") {
  const json task = create();
  REQUIRE(client.call("DELETE", path_of(task)).status == 204);
  const auto restore = [&](const std::string& tags) {
    return client.call("POST", path_of(task) + "/restore", "", if_match(tags));
  };
  const json shown = client.get("/api/tasks/trash").json()["tasks"][0];
  check_task_has_changed(restore("\"1\""), shown);
  const Answer restored = restore(tag_of(shown));
  CHECK(restored.status == 200);
  CHECK(restored.json() == now(task));
  // It is where it should be, but not what was seen.
  check_task_has_changed(restore(tag_of(shown)), restored.json());
  CHECK(restore(tag_of(restored.json())).json() == restored.json());
  CHECK(client.call("POST", "/api/tasks/" + std::string(own_id) + "/restore", "", if_match("*"))
            .status == 404);
}

TEST_CASE_FIXTURE(ConditionalTasks,
                  "http/conditional: of twenty changes at once of what all have seen one is made") {
  for (int round = 0; round < 5; ++round) {
    const json task = create();
    std::atomic<int> made{0};
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 20; ++i) {
      threads.emplace_back([&, i] {
        Client one(server.port);
        one.token = client.token;
        const TaskWrite& write = task_writes[static_cast<std::size_t>(i) % 3];
        const int status =
            one.call(write.method, path_of(task) + write.suffix, write.body, if_match(tag_of(task)))
                .status;
        ++(status == 412 ? refused : made);
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(made == 1);
    CHECK(refused == 19);
    CHECK(now(task)["revision"] == task["revision"].get<std::int64_t>() + 1);
  }
}

namespace {

const std::vector<std::string> versioned_lists = {"/api/tasks",
                                                  "/api/tasks?limit=1&offset=1",
                                                  "/api/tasks?completed=false",
                                                  "/api/tasks?due=today&utc_offset=%2B05:30",
                                                  "/api/tasks?due=overdue",
                                                  "/api/tasks?q=milk",
                                                  "/api/tags",
                                                  "/api/tasks/summary",
                                                  "/api/tasks/trash"};

}  // namespace

TEST_CASE_FIXTURE(ConditionalTasks,
                  "http/conditional: who has a list as it is gets 304, until any task changes") {
  std::vector<std::string> targets = versioned_lists;
  for (const std::string& list : versioned_lists) {
    if (list.starts_with("/api/tasks")) targets.push_back("/api/" + user_id + list.substr(4));
  }
  const json task = create({{"title", "Buy milk"}, {"tags", {"home"}}});
  const json other = create();
  std::map<std::string, std::string> known;
  const std::vector<TaskWrite> writes = {{"PATCH", path_of(task), R"({"title":"milk"})"},
                                         {"PATCH", path_of(task) + "/complete", ""},
                                         {"PATCH", "/api/tags/home", R"({"name":"house"})"},
                                         {"DELETE", "/api/tags/house", ""},
                                         {"DELETE", path_of(other), ""},
                                         {"POST", path_of(other) + "/restore", ""},
                                         {"DELETE", path_of(other), ""}};
  for (const TaskWrite& write : writes) {
    for (const std::string& target : targets) {
      CAPTURE(target);
      const std::string etag = tag_at(target);
      CHECK(etag.starts_with("W/\""));
      CHECK(known[target] != etag);
      known[target] = etag;
      check_not_modified(get(target, etag), etag);
      check_not_modified(get(target, "\"x\", " + etag.substr(2)), etag);
      check_not_modified(client.call("HEAD", target, "", if_none_match(etag)), etag);
      CHECK(get(target, "W/\"1\"").status == 200);
    }
    std::set<std::string> tags;
    for (const auto& [target, etag] : known) tags.insert(etag);
    CHECK(tags.size() == targets.size());
    CHECK(client.call(write.method, write.suffix, write.body).status < 300);
    for (const auto& [target, etag] : known) {
      const std::string& its_target = target;
      CAPTURE(its_target);
      CHECK(get(target, etag).status == 200);
    }
  }
}

TEST_CASE_FIXTURE(ConditionalTasks, "http/conditional: nobody's tag is that of another user") {
  Client bob(server.port);
  sign_up(bob, "bob@example.com");
  for (const std::string& target : versioned_lists) {
    CAPTURE(target);
    const std::string etag = tag_at(target);
    const Answer his = bob.call("GET", target, "", if_none_match(etag));
    CHECK(his.status == 200);
    CHECK(his.header("etag") != etag);
  }
}

TEST_CASE_FIXTURE(ConditionalTasks,
                  "http/conditional: a query with a fault is 422, whatever is known") {
  CHECK(get("/api/tasks?limit=0", "*").status == 422);
  CHECK(get("/api/tasks?cursor=x", "*").status == 422);
  CHECK(get("/api/tasks/trash?cursor=x", "*").status == 422);
}

TEST_CASE_FIXTURE(
    ConditionalTasks,
    "http/conditional: whenever the passing of time changes a list, its tag changes, and a list "
    "that does not depend on time keeps it") {
  // 2026-01-06T10:30:00.123456Z is now. Each is due within a few minutes, or at a midnight.
  for (const char* due : {"2026-01-06", "2026-01-05", "2026-01-06T10:31:30", "2026-01-06T16:01:07",
                          "2026-01-06T10:32:00Z", "2026-01-06T10:32:59.999999Z",
                          "2026-01-06T10:30:00.123457Z", "2026-01-06T18:30:00Z"}) {
    create({{"due_date", due}});
  }
  const std::vector<std::string> timed = {
      "/api/tasks?due=overdue", "/api/tasks?due=overdue&utc_offset=%2B05:30",
      "/api/tasks?due=today",   "/api/tasks?due=today&utc_offset=%2B05:30",
      "/api/tasks/summary",     "/api/tasks/summary?utc_offset=%2B05:30"};
  std::map<std::string, std::map<std::string, std::string>> seen;  // by target and tag
  const std::string untimed = tag_at("/api/tasks?due=any");
  const auto look = [&] {
    for (const std::string& target : timed) {
      CAPTURE(target);
      const Answer answer = client.get(target);
      REQUIRE(answer.status == 200);
      const auto [known, is_new] = seen[target].try_emplace(answer.header("etag"), answer.body);
      CHECK(known->second == answer.body);
      CHECK(get(target, answer.header("etag")).status == 304);
    }
    CHECK(get("/api/tasks?due=any", untimed).status == 304);
  };
  for (int step = 0; step < 40; ++step) {
    look();
    pass(std::chrono::microseconds(7'310'977));
  }
  server.backend.clock.advance(-std::chrono::seconds(250));  // set back
  look();
  for (int step = 0; step < 20; ++step) {
    pass(std::chrono::hours(2));
    look();
  }
  for (const std::string& target : timed) {
    CAPTURE(target);
    std::set<std::string> bodies;
    for (const auto& [etag, body] : seen[target]) bodies.insert(body);
    CHECK(bodies.size() > 1);
    // That of a day is the same all day: there were three.
    if (target.find("due=today") != std::string::npos) CHECK(seen[target].size() == 3);
  }
}

TEST_CASE_FIXTURE(ConditionalTasks,
                  "http/conditional: the trash has another tag once a task is gone from it") {
  const std::vector<std::string> targets = {"/api/tasks/trash", "/api/tasks/summary"};
  std::vector<json> tasks;
  for (int i = 0; i < 4; ++i) {
    tasks.push_back(create());
    REQUIRE(client.call("DELETE", path_of(tasks.back())).status == 204);
  }
  const auto check_another = [&](const std::function<void()>& change) {
    std::vector<std::string> tags;
    for (const std::string& target : targets) {
      tags.push_back(tag_at(target));
      CHECK(get(target, tags.back()).status == 304);
    }
    change();
    for (std::size_t i = 0; i < targets.size(); ++i) CHECK(get(targets[i], tags[i]).status == 200);
  };
  check_another(
      [&] { client.call("DELETE", "/api/tasks/trash/" + tasks[0]["id"].get<std::string>()); });
  check_another([&] { client.call("DELETE", "/api/tasks/trash"); });
  const json late = create();
  pass(std::chrono::seconds(10));
  REQUIRE(client.call("DELETE", path_of(late)).status == 204);
  // It can be restored for thirty days, and until the end of that minute.
  pass(std::chrono::hours(30 * 24) + std::chrono::seconds(49));
  const auto total = [&] { return client.get("/api/tasks/trash").json()["total"].get<int>(); };
  CHECK(total() == 1);
  check_another([&] { pass(std::chrono::seconds(1)); });
  CHECK(total() == 0);
  check_error(client.call("POST", path_of(late) + "/restore"), 404, "Task not found");
}

TEST_CASE_FIXTURE(ConditionalTasks, "http/conditional: the 304 of a list reads no task") {
  create({{"tags", {"home"}}});
  std::map<std::string, std::string> known;
  for (const std::string& target : versioned_lists) known[target] = tag_at(target);
  for (const char* table : {"tasks", "trash", "tags"}) {
    const std::string name = table;
    std::string rename = "ALTER TABLE ";
    rename.append(name).append(" RENAME TO hidden_").append(name);
    open_database(server.backend.file).exec(rename);
  }
  for (const auto& [target, etag] : known) {
    const std::string& its_target = target;
    CAPTURE(its_target);
    check_not_modified(get(target, etag), etag);
  }
  CHECK(client.get("/api/tasks").status == 500);
}

}  // namespace taskdock::testing
