// Tags by their names: whatever the spelling, it is one tag.

#include <doctest/doctest.h>

#include "http/requests.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/task_model.h"

namespace taskdock::testing {

using model::encoded;
using nlohmann::json;

namespace {

std::string tag_path(const std::string& name) {
  return "/api/tags/" + encoded(name);
}

json tag(const std::string& name, int open, int total) {
  return {{"name", name}, {"open", open}, {"total", total}};
}

/// A user of a server.
struct TaggedTasks {
  LocalServer server;
  Client client{server.port};
  json user = sign_up(client);

  json create(const json& tags) {
    const Answer created = client.post("/api/tasks", {{"title", "x"}, {"tags", tags}});
    CAPTURE(created.body);
    REQUIRE(created.status == 201);
    return created.json();
  }
  json tags_of(const json& task) { return client.get(path_of(task)).json()["tags"]; }
  json tags() {
    const Answer answer = client.get("/api/tags");
    REQUIRE(answer.status == 200);
    CHECK(answer.json().size() == 1);
    return answer.json()["tags"];
  }
  Answer rename(const std::string& from, const std::string& to) {
    return client.call("PATCH", tag_path(from), json{{"name", to}}.dump());
  }
  std::int64_t found_by(const std::string& filter) {
    return client.get("/api/tasks?tag=" + encoded(filter)).json()["total"];
  }
};

}  // namespace

TEST_CASE_FIXTURE(
    TaggedTasks,
    "http/tag_names: the first spelling stays, in every case and in every normal form") {
  create({"Büro", "Home"});
  CHECK(create({"BÜRO"})["tags"] == json{"Büro"});
  CHECK(create({"bu\u0308ro", "HOME"})["tags"] == json{"Büro", "Home"});
  CHECK(create({"  hOME\t", "büro", "Büro", "home"})["tags"] == json{"Home", "Büro"});
  CHECK(create("bÜro, New ,home,HOME")["tags"] == json{"Büro", "New", "Home"});
  CHECK(tags() == json{tag("Büro", 5, 5), tag("Home", 4, 4), tag("New", 1, 1)});
  for (const char* spelling : {"Büro", "BU\u0308RO", "büro"}) {
    CHECK(found_by(spelling) == 5);
    CHECK(found_by(std::string("!") + spelling) == 0);
  }
  CHECK(found_by("bur") == 0);
  CHECK(found_by("buro") == 0);
  create({"Straße"});
  CHECK(create({"STRASSE"})["tags"] == json{"Straße"});
}

TEST_CASE_FIXTURE(TaggedTasks,
                  "http/tag_names: the counts follow every change, and what has no task is gone") {
  CHECK(tags() == json::array());
  const json one = create({"a", "b"});
  const json other = create({"b", "c"});
  CHECK(tags()[0] == tag("b", 2, 2));
  client.call("PATCH", path_of(one) + "/complete");
  CHECK(tags()[0] == tag("b", 1, 2));
  client.call("DELETE", path_of(other));
  CHECK(tags().size() == 2);
  client.call("POST", path_of(other) + "/restore");
  CHECK(tags().size() == 3);
  CHECK(tags()[0] == tag("b", 1, 2));
  client.call("PATCH", path_of(other), R"({"tags":["c"]})");
  client.call("PUT", path_of(one), R"({"title":"y"})");
  CHECK(tags_of(one) == json{"a", "b"});
  client.call("PUT", path_of(one), R"({"title":"y","tags":null})");
  CHECK(tags() == json{tag("c", 1, 1)});
  client.call("PATCH", path_of(other), R"({"tags":""})");
  CHECK(tags() == json::array());

  Client bob(server.port);
  sign_up(bob, "bob@example.com");
  bob.post("/api/tasks", {{"title", "x"}, {"tags", {"his"}}});
  CHECK(tags() == json::array());
}

TEST_CASE_FIXTURE(TaggedTasks,
                  "http/tag_names: a tag is renamed in all tasks, by any of its spellings") {
  const json one = create({"a", "Work", "z"});
  const json other = create({"WORK"});
  const json none = create({"a"});
  server.backend.clock.advance(std::chrono::seconds(1));
  const Answer renamed = rename("work", "Büro 2");
  CHECK(renamed.status == 200);
  CHECK(renamed.json() == tag("Büro 2", 2, 2));
  CHECK(tags_of(one) == json{"a", "Büro 2", "z"});
  CHECK(tags_of(other) == json{"Büro 2"});
  CHECK(found_by("work") == 0);
  CHECK(found_by("BÜRO 2") == 2);
  CHECK(client.get(path_of(none)).json() == none);
  const json changed = client.get(path_of(one)).json();
  CHECK(changed["updated_at"] > one["updated_at"]);
  CHECK(changed["revision"] > other["revision"]);
  check_error(rename("work", "x"), 404);

  // Another spelling of the same name is a new name, too.
  CHECK(rename("Büro 2", "BÜRO 2").json() == tag("BÜRO 2", 2, 2));
  CHECK(tags_of(one) == json{"a", "BÜRO 2", "z"});
  CHECK(create({"büro 2"})["tags"] == json{"BÜRO 2"});
}

TEST_CASE_FIXTURE(TaggedTasks,
                  "http/tag_names: renaming to a name that exists makes one tag of two") {
  const json both = create({"x", "Shop", "y", "Store"});
  const json one = create({"Shop"});
  const json other = create({"Store"});
  client.call("PATCH", path_of(one) + "/complete");
  const Answer merged = rename("shop", "STORE");
  CHECK(merged.status == 200);
  CHECK(merged.json()["open"] == 2);
  CHECK(merged.json()["total"] == 3);
  const std::string name = merged.json()["name"];
  CHECK(model::encoded(name).size() == 3 * 5);
  CHECK(tags_of(both) == json{"x", name, "y"});
  CHECK(tags_of(one) == json{name});
  CHECK(tags_of(other) == json{name});
  CHECK(tags() == json{tag(name, 2, 3), tag("x", 1, 1), tag("y", 1, 1)});
  CHECK(found_by("shop") == 0);
  CHECK(found_by("store") == 3);
}

TEST_CASE_FIXTURE(TaggedTasks, "http/tag_names: a tag is taken off all tasks, which stay") {
  const json one = create({"a", "B", "c"});
  const json other = create({"b"});
  const Answer removed = client.call("DELETE", tag_path("b"));
  CHECK(removed.status == 204);
  CHECK(removed.body.empty());
  CHECK(tags_of(one) == json{"a", "c"});
  CHECK(tags_of(other) == json::array());
  CHECK(tags() == json{tag("a", 1, 1), tag("c", 1, 1)});
  check_error(client.call("DELETE", tag_path("b")), 404);
  CHECK(client.get("/api/tasks").json()["total"] == 2);
}

TEST_CASE_FIXTURE(TaggedTasks, "http/tag_names: whatever a tag is called, its path finds it") {
  for (const char* name : {"a/b", "50%", "%2F", "a+b", "!x", "?", "#1", "a&b=c", "..", ".",
                           "买 牛奶", "\"", "\\", "'"}) {
    CAPTURE(name);
    const json task = create({name});
    CHECK(task["tags"] == json{name});
    CHECK(found_by(name[0] == '!' ? "!nothing" : name) == 1);
    const Answer renamed = rename(name, "plain");
    CAPTURE(renamed.body);
    CHECK(renamed.status == 200);
    CHECK(tags_of(task) == json{"plain"});
    CHECK(rename("plain", name).status == 200);
    CHECK(tags_of(task) == json{name});
    CHECK(client.call("DELETE", tag_path(name)).status == 204);
    CHECK(tags_of(task) == json::array());
    CHECK(client.call("DELETE", path_of(task)).status == 204);
  }
}

TEST_CASE_FIXTURE(TaggedTasks,
                  "http/tag_names: a new name follows the rules of tags, and a refused one changes "
                  "nothing") {
  const json task = create({"a"});
  for (const json& body :
       {json{{"name", ""}}, json{{"name", "  "}}, json{{"name", "a,b"}}, json{{"name", 1}},
        json{{"name", nullptr}}, json{{"name", std::string(51, 'x')}}, json{{"name", "a\nb"}},
        json::object()}) {
    CAPTURE(body.dump());
    const Answer answer = client.call("PATCH", tag_path("a"), body.dump());
    CHECK(answer.status == 422);
    CHECK(answer.json()["detail"][0]["loc"] == json{"body", "name"});
  }
  CHECK(client.get(path_of(task)).json() == task);
  CHECK(rename("a", "  " + std::string(50, 'x') + ' ').status == 200);
  CHECK(tags_of(task) == json{std::string(50, 'x')});

  Client bob(server.port);
  sign_up(bob, "bob@example.com");
  CHECK(bob.call("DELETE", tag_path(std::string(50, 'x'))).status == 404);
  CHECK(bob.call("PATCH", tag_path(std::string(50, 'x')), R"({"name":"b"})").status == 404);
  CHECK(tags_of(task) == json{std::string(50, 'x')});
}

TEST_CASE_FIXTURE(TaggedTasks,
                  "http/tag_names: the most used tag comes first, and those used as often are in "
                  "one order") {
  for (const char* names : {"b,c", "c,a", "c,B,d", "e"}) create(names);
  const json listed = tags();
  std::vector<std::string> names;
  for (const json& each : listed) names.push_back(each["name"]);
  CHECK(names == std::vector<std::string>{"c", "b", "a", "d", "e"});
}

TEST_CASE_FIXTURE(TaggedTasks, "http/tag_names: a tag may have the name of a path of ours") {
  for (const std::string name : {"tasks", "tags", "trash"}) {
    CAPTURE(name);
    const json task = create({name});
    CHECK(rename(name, name + " of mine").json() == tag(name + " of mine", 1, 1));
    CHECK(tags_of(task) == json{name + " of mine"});
    CHECK(rename(name + " of mine", name).status == 200);
    CHECK(client.call("DELETE", tag_path(name)).status == 204);
    CHECK(tags_of(task) == json::array());
  }
}

TEST_CASE_FIXTURE(TaggedTasks,
                  "http/tag_names: with as many tags as there may be, one can still be renamed") {
  constexpr int max_tags = 10'000;
  constexpr int per_task = 20;
  json operations = json::array();
  for (int first = 0; first < max_tags; first += per_task) {
    json names = json::array();
    for (int i = first; i < first + per_task; ++i) names.push_back("tag" + std::to_string(i));
    operations.push_back({{"op", "create"}, {"task", {{"title", "x"}, {"tags", names}}}});
  }
  REQUIRE(client.post("/api/tasks/batch", {{"operations", operations}}).status == 200);
  CHECK(client.post("/api/tasks", {{"title", "x"}, {"tags", {"more"}}}).status == 409);
  CHECK(rename("tag7", "seven").json() == tag("seven", 1, 1));
  CHECK(rename("seven", "tag8").json() == tag("tag8", 1, 1));
  CHECK(client.get("/api/tags").json()["tags"].size() == max_tags - 1);
}

}  // namespace taskdock::testing
