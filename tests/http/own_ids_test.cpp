#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/client.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// A server whose clock the test owns, with a user who is logged in.
struct OwnIdServer {
  LocalServer server;
  Client client{server.port};
  json user = client.sign_up();

  /// An id as a client makes one, `ahead` of the server's clock.
  std::string make_id(std::chrono::milliseconds ahead = {}) {
    FakeClock clock;
    clock.set(server.backend.clock.now() + ahead);
    support::SystemRandom random;
    return support::UuidGenerator(clock, random).next().to_string();
  }
  int total() { return client.get("/api/tasks").json()["total"]; }
};

const json whole_task = {{"title", "Water the plants"},
                         {"description", "All of them"},
                         {"due_date", "2126-08-08T17:00"},
                         {"remind_at", "2126-08-08T12:00:00+02:00"},
                         {"priority", "low"},
                         {"recurrence", "FREQ=WEEKLY"},
                         {"recurrence_from", "completion"}};

json changed_by(json body, const json& members) {
  body.update(members);
  return body;
}

std::string path_of_id(const json& id) {
  return "/api/tasks/" + id.get<std::string>();
}

}  // namespace

TEST_CASE_FIXTURE(OwnIdServer,
                  "http/own_ids: a task has the id that its client has made, and its time") {
  for (const std::string& tasks : task_addresses(user)) {
    const std::string id = make_id(-std::chrono::hours(5));
    std::string upper = id;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const Answer created = client.post(tasks, changed_by(whole_task, {{"id", upper}}));
    REQUIRE(created.status == 201);
    const json task = created.json();
    CHECK(task["id"] == id);
    CHECK(created.header("location") == tasks + '/' + id);
    CHECK(task["created_at"] == "2026-01-06T05:30:00.123000Z");
    CHECK(task["updated_at"] == "2026-01-06T10:30:00.123456Z");
    CHECK(client.get(path_of_id(id)).json() == task);
  }
}

TEST_CASE_FIXTURE(OwnIdServer,
                  "http/own_ids: the same task sent again is answered as it is, and stays so") {
  for (const json& body :
       {whole_task, json{{"title", "Bare"}}, changed_by(whole_task, {{"is_completed", true}}),
        json{{"title", "Done"}, {"is_completed", true}}}) {
    CAPTURE(body);
    const json sent = changed_by(body, {{"id", make_id()}});
    const Answer first = client.post("/api/tasks", sent);
    REQUIRE(first.status == 201);
    const int before = total();
    server.backend.clock.advance(std::chrono::minutes(1));
    for (const std::string& tasks : task_addresses(user)) {
      const Answer again = client.post(tasks, sent);
      CHECK(again.status == 200);
      CHECK(again.json() == first.json());
      CHECK(again.header("location") == tasks + '/' + sent["id"].get<std::string>());
    }
    CHECK(total() == before);
    CHECK(client.get(path_of_id(sent["id"])).json() == first.json());
  }
}

TEST_CASE_FIXTURE(OwnIdServer,
                  "http/own_ids: what is absent is as good as its default, and a moment in any "
                  "zone is the same") {
  const std::string id = make_id();
  const json first =
      client
          .post("/api/tasks", {{"id", id}, {"title", "x"}, {"remind_at", "2126-08-08T12:00+02:00"}})
          .json();
  const Answer again = client.post("/api/tasks", {{"id", id},
                                                  {"title", "x"},
                                                  {"description", nullptr},
                                                  {"due_date", ""},
                                                  {"remind_at", "2126-08-08T10:00:00Z"},
                                                  {"priority", nullptr},
                                                  {"recurrence", nullptr},
                                                  {"recurrence_from", "due"},
                                                  {"is_completed", false}});
  CHECK(again.status == 200);
  CHECK(again.json() == first);
}

TEST_CASE_FIXTURE(
    OwnIdServer,
    "http/own_ids: other content is a conflict that names the task, and changes nothing") {
  const json sent = changed_by(whole_task, {{"id", make_id()}});
  const json task = client.post("/api/tasks", sent).json();
  for (const json& other : {json{{"title", "water the plants"}}, json{{"description", nullptr}},
                            json{{"due_date", "2126-08-08"}},
                            json{{"due_date", "2126-08-08T17:00Z"}}, json{{"remind_at", nullptr}},
                            json{{"priority", "high"}}, json{{"recurrence", "FREQ=DAILY"}},
                            json{{"recurrence_from", "due"}}, json{{"is_completed", true}}}) {
    CAPTURE(other);
    for (const std::string& tasks : task_addresses(user)) {
      const Answer answer = client.post(tasks, changed_by(sent, other));
      check_error(answer, 409, "You have another task with this id");
      CHECK(answer.header("location") == tasks + '/' + sent["id"].get<std::string>());
    }
  }
  CHECK(client.get(path_of_id(sent["id"])).json() == task);
  CHECK(total() == 1);
  // What counts is what it is now.
  const json changed =
      client.call("PATCH", path_of_id(sent["id"]), R"({"priority":"high"})").json();
  CHECK(client.post("/api/tasks", sent).status == 409);
  CHECK(client.post("/api/tasks", changed_by(sent, {{"priority", "high"}})).json() == changed);
}

TEST_CASE_FIXTURE(
    OwnIdServer,
    "http/own_ids: the id of a task in one's own trash is refused, and the answer says "
    "where the task is") {
  const json sent = changed_by(whole_task, {{"id", make_id()}});
  REQUIRE(client.post("/api/tasks", sent).status == 201);
  REQUIRE(client.call("DELETE", path_of_id(sent["id"])).status == 204);
  for (const std::string& tasks : task_addresses(user)) {
    const Answer answer = client.post(tasks, sent);
    check_error(answer, 409, "The task with this id is in your trash; restore it");
    CHECK(answer.header("location") == tasks + '/' + sent["id"].get<std::string>());
  }
  CHECK(client.get("/api/tasks/trash").json()["total"] == 1);
  CHECK(total() == 0);
}

TEST_CASE_FIXTURE(OwnIdServer,
                  "http/own_ids: an id that somebody else has is taken, and nothing more is told") {
  const json sent = changed_by(whole_task, {{"id", make_id()}});
  REQUIRE(client.post("/api/tasks", sent).status == 201);
  Client other(server.port);
  other.sign_up("bob@example.com");
  const Answer answer = other.post("/api/tasks", sent);
  check_error(answer, 409, "This id is taken; make another one");
  CHECK(answer.header("location").empty());
  CHECK(other.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE_FIXTURE(
    OwnIdServer,
    "http/own_ids: an id must be a UUID of version 7, not far ahead of the server's time") {
  const auto faults_of = [&](const std::string& id) {
    const Answer answer = client.post("/api/tasks", {{"id", id}, {"title", "x"}});
    REQUIRE(answer.status == 422);
    CHECK(answer.json()["detail"].size() == 1);
    CHECK(answer.json()["detail"][0]["loc"] == json{"body", "id"});
    return answer.json()["detail"][0]["type"].get<std::string>();
  };
  CHECK(faults_of("one") == "uuid_parsing");
  CHECK(faults_of("9b2e4c6a-1111-4abc-8def-0123456789ab") == "uuid_version");
  CHECK(faults_of("ffffffff-ffff-7fff-bfff-ffffffffffff") == "value_error");
  const std::chrono::milliseconds day = std::chrono::hours(24);
  CHECK(faults_of(make_id(day + std::chrono::milliseconds(1))) == "value_error");
  CHECK(client.post("/api/tasks", {{"id", 7}, {"title", "x"}}).status == 422);
  CHECK(total() == 0);
  const Answer ahead = client.post("/api/tasks", {{"id", make_id(day)}, {"title", "x"}});
  REQUIRE(ahead.status == 201);
  CHECK(ahead.json()["created_at"] == "2026-01-06T10:30:00.123456Z");
  const Answer oldest =
      client.post("/api/tasks", {{"id", "00000000-0000-7000-8000-000000000000"}, {"title", "x"}});
  REQUIRE(oldest.status == 201);
  CHECK(oldest.json()["created_at"] == "1970-01-01T00:00:00.000000Z");
}

TEST_CASE_FIXTURE(OwnIdServer, "http/own_ids: all faults of a new task are told at once") {
  check_faults(
      client.post("/api/tasks", {{"id", make_id(std::chrono::hours(25))},
                                 {"title", ""},
                                 {"recurrence", "FREQ=DAILY"},
                                 {"is_completed", "yes"}}),
      {fault({"body", "title"}, "string_too_short", "String should have at least 1 character"),
       fault({"body", "is_completed"}, "bool_type", "Input should be a valid boolean"),
       fault({"body", "recurrence"}, "value_error",
             "Value error, a task that recurs needs a due_date"),
       fault({"body", "id"}, "value_error",
             "Value error, its time is more than a day ahead of the server's")});
}

TEST_CASE_FIXTURE(
    OwnIdServer,
    "http/own_ids: a task can be completed when it is made, and then goes on if it recurs") {
  const Answer done = client.post("/api/tasks", {{"title", "x"}, {"is_completed", true}});
  CHECK(done.status == 201);
  CHECK(done.json()["is_completed"] == true);
  CHECK(done.json()["completed_at"] == done.json()["created_at"]);
  CHECK(client.get("/api/tasks?completed=true").json()["total"] == 1);
  CHECK(client.post("/api/tasks", {{"title", "x"}, {"is_completed", nullptr}})
            .json()["completed_at"]
            .is_null());

  const json sent = changed_by(whole_task, {{"id", make_id()}, {"is_completed", true}});
  const Answer recurring = client.post("/api/tasks", sent);
  CHECK(recurring.status == 201);
  const json next = recurring.json()["next_task_id"];
  REQUIRE(next.is_string());
  CHECK(recurring.header("link") == '<' + path_of_id(next) + ">; rel=\"next-occurrence\"");
  CHECK(client.get(path_of_id(next)).json()["parent_task_id"] == sent["id"]);
  const Answer again = client.post("/api/tasks", sent);
  CHECK(again.status == 200);
  CHECK(again.json()["next_task_id"] == next);
  CHECK(again.header("link") == recurring.header("link"));
  CHECK(total() == 4);
}

TEST_CASE("http/own_ids: of many who send one task at once, one makes it and all get it") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string id = client.create_task("Makes an id")["id"];
  REQUIRE(client.call("DELETE", path_of_id(id)).status == 204);
  constexpr int rounds = 20;
  constexpr int senders = 4;
  std::atomic<int> created = 0;
  std::atomic<int> repeated = 0;
  std::atomic<int> refused = 0;
  const auto id_of = [&](int round) {
    // None is the one that was made: another digit before the last two.
    const char other = id[id.size() - 3] == '0' ? '1' : '0';
    return id.substr(0, id.size() - 3) + other + std::to_string(10 + round);
  };
  std::vector<std::thread> threads;
  for (int sender = 0; sender < senders; ++sender) {
    threads.emplace_back([&, sender] {
      Client own(server.port());
      own.token = client.token;
      for (int round = 0; round < rounds; ++round) {
        // The last of them always sends something else.
        const char* title = sender + 1 < senders ? "Same" : "Other";
        const int status = own.post("/api/tasks", {{"id", id_of(round)}, {"title", title}}).status;
        ++(status == 201 ? created : status == 200 ? repeated : refused);
        CHECK((status == 201 || status == 200 || status == 409));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(created == rounds);
  CHECK(repeated + refused == rounds * (senders - 1));
  const json list = client.get("/api/tasks?limit=100").json();
  CHECK(list["total"] == rounds);
}

TEST_CASE("http/own_ids: an id of a task whose owner has left is not given again") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string id = client.create_task("x")["id"];
  REQUIRE(client.call("DELETE", "/api/auth/me", R"({"current_password":"correct horse"})").status ==
          204);
  Client other(server.port());
  other.sign_up("bob@example.com");
  const int status = other.post("/api/tasks", {{"id", id}, {"title", "x"}}).status;
  // Until what is left of it is removed, which happens soon, it is taken.
  CHECK((status == 409 || status == 201));
}

}  // namespace taskdock::testing
