#include <doctest/doctest.h>

#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

const std::string unknown_id = "/019b93a5-1c40-7abc-8def-0123456789ab";
const std::string foreign_task = "Not authorized to access this task";
const std::string foreign_user = "Not authorized to access another user's tasks";

struct Verb {
  std::string method;
  std::string suffix;  // behind the task's path
  std::string body;
};

const std::vector<Verb> verbs = {
    {"GET", "", ""},
    {"PUT", "", R"({"title":"Taken over"})"},
    {"PATCH", "", R"({"title":"Taken over"})"},
    {"PATCH", "", "{}"},
    {"PATCH", "/complete", ""},
    {"PATCH", "/complete", R"({"is_completed":true})"},
    {"DELETE", "", ""},
};

}  // namespace

TEST_CASE("http/access: another's task is 403 at every verb and address, and stays untouched") {
  ServerProcess server;
  Client ann(server.port());
  Client bob(server.port());
  const json ann_user = ann.sign_up("ann@example.com");
  const json bob_user = bob.sign_up("bob@example.com");
  const json task = ann.create_task("Ann's own");
  const std::string id = '/' + task["id"].get<std::string>();
  for (const Verb& verb : verbs) {
    CAPTURE(verb.method);
    for (const std::string& tasks : task_addresses(bob_user)) {
      check_error(bob.call(verb.method, tasks + id + verb.suffix, verb.body), 403, foreign_task);
    }
    const std::string anns = task_addresses(ann_user)[1];
    check_error(bob.call(verb.method, anns + id + verb.suffix, verb.body), 403, foreign_user);
    // That there is no such task is not said either.
    check_error(bob.call(verb.method, anns + unknown_id + verb.suffix, verb.body), 403,
                foreign_user);
  }
  const std::string anns = task_addresses(ann_user)[1];
  check_error(bob.get(anns), 403, foreign_user);
  check_error(bob.post(anns, {{"title", "Slipped in"}}), 403, foreign_user);
  CHECK(bob.call("HEAD", "/api/tasks" + id).status == 403);
  CHECK(bob.call("HEAD", anns).status == 403);

  CHECK(ann.get("/api/tasks" + id).json() == task);
  CHECK(ann.get("/api/tasks").json()["total"] == 1);
  CHECK(bob.get("/api/tasks").json()["total"] == 0);
  CHECK(bob.get("/api/tasks").json()["tasks"].empty());
}

TEST_CASE("http/access: what two users keep does not mix") {
  ServerProcess server;
  Client ann(server.port());
  Client bob(server.port());
  ann.sign_up("ann@example.com");
  bob.sign_up("bob@example.com");
  for (int i = 0; i < 5; ++i) {
    ann.create_task("Ann's");
    bob.create_task("Bob's");
  }
  for (auto& [client, title] : {std::pair<Client&, const char*>{ann, "Ann's"}, {bob, "Bob's"}}) {
    const json list = client.get("/api/tasks").json();
    CHECK(list["total"] == 5);
    for (const json& task : list["tasks"]) CHECK(task["title"] == title);
  }
  const json task = bob.create_task("Bob's");
  bob.call("DELETE", "/api/tasks/" + task["id"].get<std::string>());
  CHECK(ann.get("/api/tasks").json()["total"] == 5);
}

TEST_CASE("http/access: authentication goes before the user_id, that before the rest, 404 last") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  Client nobody(server.port());
  const std::string own = task_addresses(user)[1];
  const std::string bad_body = R"({"title":1,"is_completed":2})";
  const Client::Headers as_text = {{"Content-Type", "text/plain"}};

  const std::vector<std::string> foreign = {"/api/019b93a5-1c40-7abc-8def-0123456789ab/tasks",
                                            "/api/nobody/tasks", "/api/auth/tasks",
                                            "/api/%00/tasks", "/api/0/tasks"};
  for (const std::string& tasks : foreign) {
    CAPTURE(tasks);
    for (const std::string& path : {tasks, tasks + "/1", tasks + unknown_id}) {
      const std::string method = path == tasks ? "POST" : "PUT";
      check_error(nobody.call(method, path, bad_body), 401, "Not authenticated");
      check_error(client.call(method, path, bad_body), 403, foreign_user);
      check_error(client.call(method, path, bad_body, as_text), 403, foreign_user);
      check_error(client.call(method, path), 403, foreign_user);
    }
    check_error(client.get(tasks + "?limit=0"), 403, foreign_user);
    check_error(client.call("PATCH", tasks + "/1/complete", "nonsense"), 403, foreign_user);
  }
  for (const std::string& tasks : {std::string("/api/tasks"), own}) {
    CAPTURE(tasks);
    check_error(nobody.get(tasks + "?limit=0"), 401, "Not authenticated");
    for (const char* path : {"/1", unknown_id.c_str()}) {
      check_error(nobody.call("PUT", tasks + path, bad_body), 401, "Not authenticated");
      check_error(nobody.call("PUT", tasks + path, bad_body, as_text), 401, "Not authenticated");
      check_error(client.call("PUT", tasks + path, bad_body, as_text), 415);
      check_error(client.call("PUT", tasks + path, R"({"title":1})"), 422,
                  client.call("PUT", tasks + path, R"({"title":1})").json()["detail"]);
      CHECK(client.call("PATCH", tasks + path, bad_body).json()["detail"].size() ==
            (path == std::string("/1") ? 3 : 2));
    }
    check_error(client.call("PUT", tasks + unknown_id, R"({"title":"x"})"), 404, "Task not found");
  }
  // That there is no such path or method is no secret.
  check_error(nobody.get("/api/nothing"), 404, "Not Found");
  check_error(nobody.call("PUT", "/api/tasks", bad_body), 405, "Method Not Allowed");
}

}  // namespace taskdock::testing
