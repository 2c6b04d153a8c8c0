#include <doctest/doctest.h>

#include "testing/answers.h"
#include "testing/process.h"
#include "testing/text.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

std::string path_among(const std::string& tasks, const json& task) {
  return tasks + '/' + task["id"].get<std::string>();
}

/// `task` with some members changed and a later updated_at, as `changed` should be.
void check_changed(const json& changed, const json& task, const json& members) {
  json expected = task;
  expected.update(members);
  CHECK(changed["updated_at"] > task["updated_at"]);
  expected["updated_at"] = changed["updated_at"];
  CHECK(changed["revision"] > task["revision"]);
  expected["revision"] = changed["revision"];
  if (!expected["is_completed"]) {
    expected["completed_at"] = nullptr;
  } else if (!task["is_completed"]) {
    expected["completed_at"] = changed["updated_at"];
  }
  CHECK(changed == expected);
}

}  // namespace

TEST_CASE("http/tasks: a task is created, and is where its Location says, at both addresses") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  for (const std::string& tasks : task_addresses(user)) {
    CAPTURE(tasks);
    const Answer created = client.post(tasks, {{"title", "Buy milk"}, {"description", "2 l"}});
    CHECK(created.status == 201);
    CHECK(created.header("content-type") == "application/json");
    const json task = created.json();
    CHECK(task.size() == 17);
    CHECK(is_uuid(task["id"]));
    CHECK(task["title"] == "Buy milk");
    CHECK(task["description"] == "2 l");
    CHECK(task["is_completed"] == false);
    CHECK(task["user_id"] == user["id"]);
    CHECK(is_moment(task["created_at"]));
    CHECK(task["updated_at"] == task["created_at"]);
    CHECK(created.header("location") == path_among(tasks, task));

    const Answer found = client.get(created.header("location"));
    CHECK(found.status == 200);
    CHECK(found.json() == task);
    for (const std::string& other : task_addresses(user)) {
      CHECK(client.get(path_among(other, task)).json() == task);
    }
    CHECK(client.post(tasks, {{"title", "No more to say"}}).json()["description"].is_null());
    CHECK(client.post(tasks, {{"title", "x"}, {"description", nullptr}}).status == 201);
  }
}

TEST_CASE("http/tasks: PUT writes a task anew, and a description it does not name is gone") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  for (const std::string& tasks : task_addresses(user)) {
    CAPTURE(tasks);
    json task = client.post(tasks, {{"title", "Old"}, {"description", "old"}}).json();
    const std::string path = path_among(tasks, task);
    task = client.call("PATCH", path, R"({"is_completed":true})").json();
    const std::vector<std::pair<json, json>> writings = {
        {{{"title", "New"}, {"description", "new"}}, {{"title", "New"}, {"description", "new"}}},
        {{{"title", "New"}, {"description", ""}}, {{"description", ""}}},
        {{{"title", "Bare"}}, {{"title", "Bare"}, {"description", nullptr}}},
        {{{"title", "Bare"}, {"is_completed", false}}, json::object()},  // not PUT's to change
    };
    for (const auto& [body, members] : writings) {
      const auto& shown_body = body;
      CAPTURE(shown_body);
      const Answer answer = client.call("PUT", path, body.dump());
      CHECK(answer.status == 200);
      check_changed(answer.json(), task, members);
      task = answer.json();
      CHECK(client.get(path).json() == task);
    }
  }
}

TEST_CASE("http/tasks: PATCH changes what it names and leaves the rest") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  for (const std::string& tasks : task_addresses(user)) {
    CAPTURE(tasks);
    json task = client.post(tasks, {{"title", "Old"}, {"description", "old"}}).json();
    const std::string path = path_among(tasks, task);
    for (const json& body :
         {json{{"title", "New"}}, json{{"description", "new"}}, json{{"is_completed", true}},
          json{{"description", nullptr}}, json{{"description", ""}},
          json{{"title", "All"}, {"description", "all"}, {"is_completed", false}}}) {
      CAPTURE(body);
      const Answer answer = client.call("PATCH", path, body.dump());
      CHECK(answer.status == 200);
      check_changed(answer.json(), task, body);
      task = answer.json();
      CHECK(client.get(path).json() == task);
    }
    // Nothing named, nothing changed: not even updated_at.
    for (const char* body : {"{}", R"({"id":"x"})", R"({"x":1e400})"}) {
      CAPTURE(body);
      const Answer answer = client.call("PATCH", path, body);
      CHECK(answer.status == 200);
      CHECK(answer.json() == task);
    }
  }
}

TEST_CASE("http/tasks: a task is marked done by either name, or toggled without one") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  for (const std::string& tasks : task_addresses(user)) {
    CAPTURE(tasks);
    json task = client.post(tasks, {{"title", "Toggle me"}}).json();
    const std::string path = path_among(tasks, task);
    const std::vector<std::pair<std::string, bool>> table = {
        {"", true},
        {"", false},
        {"{}", true},
        {"{}", false},
        {R"({"x":null})", true},
        {R"({"is_completed":true})", true},
        {R"({"is_completed":false})", false},
        {R"({"completed":true})", true},
        {R"({"completed":true})", true},
        {R"({"completed":false})", false},
        {R"({"is_completed":true,"completed":true})", true},
        {R"({"completed":false})", false},
    };
    for (const auto& [body, completed] : table) {
      const auto& shown_body = body;
      CAPTURE(shown_body);
      const Answer answer = client.call("PATCH", path + "/complete", body);
      CHECK(answer.status == 200);
      check_changed(answer.json(), task, {{"is_completed", completed}});
      task = answer.json();
    }
    CHECK(client.get(path).json() == task);
    check_faults(
        client.call("PATCH", path + "/complete", R"({"is_completed":true,"completed":false})"),
        {fault({"body", "completed"}, "value_error",
               "Value error, is_completed and completed contradict each other")});
    check_faults(
        client.call("PATCH", path + "/complete", R"({"is_completed":1,"completed":"yes"})"),
        {fault({"body", "is_completed"}, "bool_type", "Input should be a valid boolean"),
         fault({"body", "completed"}, "bool_type", "Input should be a valid boolean")});
    CHECK(client.get(path).json() == task);
  }
}

TEST_CASE("http/tasks: a deleted task is gone, and nothing is said about it") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  for (const std::string& tasks : task_addresses(user)) {
    CAPTURE(tasks);
    const std::string path = path_among(tasks, client.create_task("Away with it"));
    const Answer answer = client.call("DELETE", path);
    CHECK(answer.status == 204);
    CHECK(answer.body.empty());
    CHECK(answer.headers.count("content-length") == 0);
    CHECK(answer.headers.count("content-type") == 0);
    CHECK_FALSE(answer.header("x-request-id").empty());
    for (const char* method : {"GET", "DELETE"}) {
      check_error(client.call(method, path), 404, "Task not found");
    }
    CHECK(client.get(tasks).json()["total"] == 0);
  }
}

TEST_CASE("http/tasks: an id that does not exist is 404, one that is none is 422, at every verb") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  const std::vector<std::pair<std::string, std::string>> verbs = {
      {"GET", ""},    {"PUT", R"({"title":"x"})"}, {"PATCH", R"({"title":"x"})"}, {"PATCH", "{}"},
      {"DELETE", ""},
  };
  const json no_uuid = fault({"path", "task_id"}, "uuid_parsing", "Input should be a valid UUID");
  for (const std::string& tasks : task_addresses(user)) {
    for (const auto& [method, body] : verbs) {
      CAPTURE(tasks);
      const auto& shown_method = method;
      CAPTURE(shown_method);
      for (const char* id :
           {"019b93a5-1c40-7abc-8def-0123456789ab", "00000000-0000-0000-0000-000000000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"}) {
        check_error(client.call(method, tasks + '/' + id, body), 404, "Task not found");
      }
      for (const char* id : {"1", "tasks", "019b93a51c407abc8def0123456789ab", "%00", "%ff", "{id}",
                             "019b93a5-1c40-7abc-8def-0123456789ab%20", "..."}) {
        CAPTURE(id);
        check_faults(client.call(method, tasks + '/' + id, body), {no_uuid});
      }
    }
    check_error(client.call("PATCH", tasks + "/019b93a5-1c40-7abc-8def-0123456789ab/complete"), 404,
                "Task not found");
    check_faults(client.call("PATCH", tasks + "/1/complete"), {no_uuid});
    // The path's fault and the body's are told together.
    check_faults(client.call("PUT", tasks + "/1", "{}"),
                 {no_uuid, fault({"body", "title"}, "missing", "Field required")});
  }
}

TEST_CASE("http/tasks: an id is the same in upper case") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  const json task = client.create_task("x");
  std::string id = task["id"];
  std::string user_id = user["id"];
  for (std::string* text : {&id, &user_id}) {
    for (char& c : *text) c = static_cast<char>(std::toupper(c));
  }
  CHECK(client.get("/api/tasks/" + id).json() == task);
  CHECK(client.get("/api/" + user_id + "/tasks/" + id).json() == task);
}

TEST_CASE("http/tasks: null in a patch is refused for what cannot be cleared") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const json task = client.create_task("x");
  const std::string path = path_among("/api/tasks", task);
  const json title = fault({"body", "title"}, "string_type", "Input should be a valid string");
  const auto flag = [](const char* name) {
    return fault({"body", name}, "bool_type", "Input should be a valid boolean");
  };
  check_faults(client.call("PATCH", path, R"({"title":null,"is_completed":null})"),
               {title, flag("is_completed")});
  check_faults(client.call("PATCH", path, R"({"title":null,"description":null})"), {title});
  check_faults(client.call("PATCH", path + "/complete", R"({"is_completed":null})"),
               {flag("is_completed")});
  check_faults(client.call("PATCH", path + "/complete", R"({"completed":null})"),
               {flag("completed")});
  // What is wrong contradicts nothing.
  check_faults(
      client.call("PATCH", path + "/complete", R"({"is_completed":null,"completed":true})"),
      {flag("is_completed")});
  check_faults(
      client.call("PATCH", path + "/complete", R"({"is_completed":true,"completed":"no"})"),
      {flag("completed")});
  CHECK(client.get(path).json() == task);
}

TEST_CASE("http/tasks: what is no task is refused with every fault, and nothing is kept of it") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  const json missing = fault({"body", "title"}, "missing", "Field required");
  const json title_type = fault({"body", "title"}, "string_type", "Input should be a valid string");
  const std::vector<std::pair<std::string, std::vector<json>>> table = {
      {"{}", {missing}},
      {R"({"description":"x"})", {missing}},
      {R"({"title":null})", {title_type}},
      {R"({"title":5,"description":5})",
       {title_type,
        fault({"body", "description"}, "string_type", "Input should be a valid string")}},
      {R"({"title":""})",
       {fault({"body", "title"}, "string_too_short", "String should have at least 1 character")}},
      {R"({"title":" \t\u3000"})",
       {fault({"body", "title"}, "value_error", "Value error, must not be only white space")}},
      {R"({"title":"a\u0000"})",
       {fault({"body", "title"}, "value_error",
              "Value error, the character U+0000 is not allowed")}},
      {R"({"title":")" + repeated("\xf0\x9f\xa5\x9b", 201) + "\"}",
       {fault({"body", "title"}, "string_too_long", "String should have at most 200 characters")}},
      {R"({"title":"x","description":")" + repeated("\xf0\x9f\xa5\x9b", 2001) + "\"}",
       {fault({"body", "description"}, "string_too_long",
              "String should have at most 2000 characters")}},
      {"{\"title\":\"\xff\"}", {fault({"body", 10}, "json_invalid", "JSON decode error")}},
      {R"({"title":"x")", {fault({"body", 12}, "json_invalid", "JSON decode error")}},
      {"", {fault({"body"}, "missing", "Field required")}},
      {"null",
       {fault({"body"}, "model_attributes_type",
              "Input should be a valid dictionary or object to extract fields from")}},
  };
  for (const std::string& tasks : task_addresses(user)) {
    CAPTURE(tasks);
    const json task = client.create_task("Untouched");
    for (const auto& [body, faults] : table) {
      const auto& shown_body = body;
      CAPTURE(shown_body);
      check_error(client.call("POST", tasks, body), 422, faults);
      check_error(client.call("PUT", path_among(tasks, task), body), 422, faults);
    }
    CHECK(client.get(path_among(tasks, task)).json() == task);
    CHECK(client.call("DELETE", path_among(tasks, task)).status == 204);
    CHECK(client.get(tasks).json()["total"] == 0);
  }
}

TEST_CASE("http/tasks: emoji and every script come back byte for byte") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::vector<std::string> texts = {
      repeated("\xf0\x9f\xa5\x9b", 200),
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 family",
      "Gr\xc3\xbc\xc3\x9f",
      "gru\xcc\x88n",  // the same letter in two code points stays two
      "\xd0\x94\xd0\xb5\xd0\xbb\xd0\xbe",
      "\xce\x88\xcf\x81\xce\xb3\xce\xbf",
      "\xd7\x9e\xd7\xa9\xd7\x99\xd7\x9e\xd7\x94 \xd9\x85\xd9\x87\xd9\x85\xd8\xa9",
      "\xe0\xa4\x95\xe0\xa4\xbe\xe0\xa4\xb0\xe0\xa5\x8d\xe0\xa4\xaf",
      "\xe4\xbb\xbb\xe5\x8a\xa1 \xe3\x82\xbf\xe3\x82\xb9\xe3\x82\xaf \xec\x9e\x91\xec\x97\x85",
      "\xf0\x92\x80\x80\xf4\x8f\xbf\xbd\xef\xbf\xbd\xef\xbb\xbf",
      "quotes \" ' ` \\ / <b>&amp; %41 +",
      "a\tb\nc\rd \x01\x1f\x7f",
      "'; DROP TABLE tasks; --",
      "\xe2\x80\xae reversed\xe2\x80\xac",
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    const Answer created = client.post("/api/tasks", {{"title", text}, {"description", text}});
    REQUIRE(created.status == 201);
    const Answer found = client.get(created.header("location"));
    CHECK(found.json()["title"] == text);
    CHECK(found.json()["description"] == text);
    CHECK(client.get("/api/tasks?limit=1").json()["tasks"][0] == found.json());
  }
  // Written with escapes or as it is, it is the same text.
  const Answer escaped =
      client.call("POST", "/api/tasks", R"({"title":"\ud83e\udd5b\u00e9\u0041\/"})");
  CHECK(escaped.json()["title"] ==
        "\xf0\x9f\xa5\x9b\xc3\xa9"
        "A/");
  CHECK(escaped.body.find("\xf0\x9f\xa5\x9b\xc3\xa9"
                          "A/") != std::string::npos);
  const std::string longest = repeated("\xf0\x9f\xa5\x9b", 2000);
  CHECK(
      client.post("/api/tasks", {{"title", "x"}, {"description", longest}}).json()["description"] ==
      longest);
}

}  // namespace taskdock::testing
