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

using Operations = std::vector<json>;

/// A server with a user who is logged in.
struct BatchServer {
  ServerProcess server;
  Client client{server.port()};
  json user = client.sign_up();

  Answer batch(const Operations& operations, const Client::Headers& headers = {}) {
    return client.call("POST", "/api/tasks/batch", json{{"operations", operations}}.dump(),
                       headers);
  }
  json done(const Operations& operations) {
    const Answer answer = batch(operations);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    CHECK(answer.json().size() == 1);
    REQUIRE(answer.json()["results"].size() == operations.size());
    return answer.json()["results"];
  }
  json find(const json& id) { return client.get("/api/tasks/" + id.get<std::string>()).json(); }
  /// Everything that the user can see of their tasks.
  json everything() {
    return {client.get("/api/tasks?limit=100").json(), client.get("/api/tasks/trash").json(),
            client.get("/api/tags").json(), client.get("/api/tasks/summary").json()};
  }
};

/// Ids as a client makes them, `count` in all.
std::vector<std::string> make_ids(std::size_t count) {
  const support::SystemClock clock;
  support::SystemRandom random;
  support::UuidGenerator ids(clock, random);
  std::vector<std::string> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(ids.next().to_string());
  return made;
}

json create(const json& task) {
  return {{"op", "create"}, {"task", task}};
}

json operation(const std::string& op, const json& id, const json& members = json::object()) {
  json result = {{"op", op}, {"id", id}};
  result.update(members);
  return result;
}

}  // namespace

TEST_CASE_FIXTURE(BatchServer,
                  "http/batch: each operation does what its request alone does, in their order") {
  const json old = client.create_task("Old");
  const json gone = client.create_task("Gone");
  const json back = client.create_task("Back");
  REQUIRE(client.call("DELETE", "/api/tasks/" + back["id"].get<std::string>()).status == 204);
  const json results = done(
      {create({{"title", "New"}, {"tags", {"home"}}, {"due_date", "2126-08-08"}}),
       operation("update", old["id"], {{"task", {{"title", "Changed"}, {"priority", "high"}}}}),
       operation("complete", old["id"]),
       operation("complete", old["id"], {{"is_completed", false}}), operation("delete", gone["id"]),
       operation("restore", back["id"])});
  std::vector<int> statuses;
  for (const json& result : results) statuses.push_back(result["status"]);
  CHECK(statuses == std::vector<int>{201, 200, 200, 200, 204, 200});
  CHECK(results[0]["task"] == find(results[0]["task"]["id"]));
  CHECK(results[0]["task"]["tags"] == json{"home"});
  CHECK(results[1]["task"]["title"] == "Changed");
  CHECK(results[1]["task"]["is_completed"] == false);
  CHECK(results[2]["task"]["is_completed"] == true);
  CHECK(results[3]["task"] == find(old["id"]));
  CHECK(results[3]["task"]["priority"] == "high");
  CHECK(results[4] == json{{"status", 204}});
  CHECK(client.get("/api/tasks/" + gone["id"].get<std::string>()).status == 404);
  CHECK(results[5]["task"] == find(back["id"]));
  // Every change has a revision of its own.
  CHECK(results[0]["task"]["revision"] < results[1]["task"]["revision"]);
  CHECK(results[3]["task"]["revision"] < results[5]["task"]["revision"]);
}

TEST_CASE_FIXTURE(BatchServer,
                  "http/batch: it is the same at both addresses, and no task is called batch") {
  for (const std::string& tasks : task_addresses(user)) {
    const Answer answer =
        client.post(tasks + "/batch", {{"operations", Operations{create({{"title", "x"}})}}});
    CHECK(answer.status == 200);
    CHECK(answer.json()["results"][0]["status"] == 201);
    const Answer get = client.get(tasks + "/batch");
    check_error(get, 405);
    CHECK(get.header("allow") == "POST, OPTIONS");
  }
  Client other(server.port());
  other.sign_up("bob@example.com");
  const std::string path = "/api/" + user["id"].get<std::string>() + "/tasks/batch";
  CHECK(other.post(path, {{"operations", Operations{create({{"title", "x"}})}}}).status == 403);
}

TEST_CASE_FIXTURE(BatchServer,
                  "http/batch: an operation may name a task that one before it makes") {
  const auto ids = make_ids(1);
  const json& id = ids[0];
  const json results = done({create({{"id", id}, {"title", "x"}}), operation("complete", id),
                             operation("delete", id), operation("restore", id),
                             operation("update", id, {{"task", {{"title", "y"}}}})});
  CHECK(results.back()["task"] == find(id));
  CHECK(find(id)["title"] == "y");
  CHECK(find(id)["is_completed"] == true);
}

TEST_CASE_FIXTURE(BatchServer, "http/batch: a batch that is sent again makes no task twice") {
  const auto ids = make_ids(2);
  const Operations operations = {create({{"id", ids[0]}, {"title", "x"}, {"tags", {"Home"}}}),
                                 create({{"id", ids[1]}, {"title", "y"}, {"tags", {"home"}}})};
  const json first = done(operations);
  const json again = done(operations);
  CHECK(again[0] == json{{"status", 200}, {"task", first[0]["task"]}});
  CHECK(again[1] == json{{"status", 200}, {"task", first[1]["task"]}});
  CHECK(client.get("/api/tasks").json()["total"] == 2);
}

TEST_CASE_FIXTURE(BatchServer, "http/batch: a task that recurs and is completed goes on") {
  const json results =
      done({create({{"title", "x"}, {"due_date", "2126-08-08"}, {"recurrence", "FREQ=DAILY"}}),
            create({{"title", "y"},
                    {"due_date", "2126-08-08"},
                    {"recurrence", "FREQ=DAILY"},
                    {"is_completed", true}})});
  const json next = find(results[1]["task"]["next_task_id"]);
  CHECK(next["due_date"] == "2126-08-09");
  const json completed =
      done({operation("complete", results[0]["task"]["id"]),
            operation("complete", results[0]["task"]["id"], {{"is_completed", nullptr}})});
  CHECK(find(completed[0]["task"]["next_task_id"])["parent_task_id"] == results[0]["task"]["id"]);
  CHECK(completed[1]["task"]["next_task_id"] == completed[0]["task"]["next_task_id"]);
  CHECK(client.get("/api/tasks").json()["total"] == 4);
}

TEST_CASE_FIXTURE(BatchServer, "http/batch: an update of nothing answers with the task as it is") {
  const json task = client.create_task("x");
  CHECK(done({operation("update", task["id"], {{"task", json::object()}})})[0] ==
        json{{"status", 200}, {"task", task}});
  check_error(batch({operation("update", make_ids(1)[0], {{"task", json::object()}})}), 404,
              "Operation 0: Task not found");
}

TEST_CASE_FIXTURE(BatchServer,
                  "http/batch: every operation that fails, at every place, leaves nothing") {
  const json task = client.create_task("Stays");
  const json trashed = client.create_task("Trashed");
  REQUIRE(client.call("DELETE", "/api/tasks/" + trashed["id"].get<std::string>()).status == 204);
  Client other(server.port());
  other.sign_up("bob@example.com");
  const json foreign = other.create_task("Bob's")["id"];
  const json nowhere = make_ids(1)[0];
  const json patch = {{"task", {{"title", "x"}}}};
  const std::int64_t old_revision = task["revision"].get<std::int64_t>() + 1'000;
  const json stale = {{"if_revision", old_revision}};
  json stale_patch = patch;
  stale_patch.update(stale);
  struct Failing {
    json operation;
    int status;
    std::string detail;  // empty for a list of faults
  };
  const std::vector<Failing> failing = {
      {create({{"id", task["id"]}, {"title", "Other"}}), 409, "You have another task with this id"},
      {create({{"id", trashed["id"]}, {"title", "Trashed"}}), 409,
       "The task with this id is in your trash; restore it"},
      {create({{"id", foreign}, {"title", "Bob's"}}), 409, "This id is taken; make another one"},
      {operation("update", nowhere, patch), 404, "Task not found"},
      {operation("update", trashed["id"], patch), 404, "Task not found"},
      {operation("update", foreign, patch), 403, "Not authorized to access this task"},
      {operation("update", task["id"], stale_patch), 412, "The task has changed"},
      {operation("update", task["id"], {{"task", {{"recurrence", "FREQ=DAILY"}}}}), 422, ""},
      {operation("complete", nowhere), 404, "Task not found"},
      {operation("complete", foreign), 403, "Not authorized to access this task"},
      {operation("delete", nowhere), 404, "Task not found"},
      {operation("delete", foreign), 403, "Not authorized to access this task"},
      {operation("delete", task["id"], stale), 412, "The task has changed"},
      {operation("restore", nowhere), 404, "Task not found"},
      {operation("restore", foreign), 403, "Not authorized to access this task"},
  };
  const json before = everything();
  for (const Failing& each : failing) {
    for (std::size_t place = 0; place <= 4; ++place) {
      CAPTURE(each.operation);
      CAPTURE(place);
      // Between the last two the trashed task is restored, and all may be done with it.
      const bool is_of_trashed = each.operation.dump().find(trashed["id"]) != std::string::npos;
      if (place == 3 && is_of_trashed) continue;
      const auto ids = make_ids(2);
      Operations operations = {create({{"id", ids[0]}, {"title", "New"}, {"tags", {"new"}}}),
                               operation("complete", ids[0]), operation("restore", trashed["id"]),
                               operation("delete", trashed["id"])};
      operations.insert(operations.begin() + static_cast<std::ptrdiff_t>(place), each.operation);
      const Answer answer = batch(operations);
      const std::string index = std::to_string(place);
      if (each.detail.empty()) {
        check_faults(answer,
                     {fault({"body", "operations", place, "task", "recurrence"}, "value_error",
                            "Value error, a task that recurs needs a due_date")});
      } else {
        check_error(answer, each.status, "Operation " + index + ": " + each.detail);
      }
      CHECK(everything() == before);
    }
  }
  CHECK(other.get("/api/tasks").json()["total"] == 1);
}

TEST_CASE_FIXTURE(BatchServer, "http/batch: the first that fails is the one that is told") {
  const json nowhere = make_ids(1)[0];
  const json task = client.create_task("x");
  check_error(batch({operation("delete", task["id"]), operation("delete", task["id"]),
                     operation("complete", nowhere, {{"is_completed", true}})}),
              404, "Operation 1: Task not found");
  const Answer conflict =
      batch({operation("complete", task["id"]), create({{"id", task["id"]}, {"title", "y"}})});
  check_error(conflict, 409, "Operation 1: You have another task with this id");
  CHECK(conflict.header("location") == "/api/tasks/" + task["id"].get<std::string>());
}

TEST_CASE_FIXTURE(BatchServer,
                  "http/batch: if_revision lets a change happen only to the task that was seen") {
  const json task = client.create_task("x");
  const json results = done({operation(
      "update", task["id"], {{"task", {{"title", "y"}}}, {"if_revision", task["revision"]}})});
  const json& revision = results[0]["task"]["revision"];
  check_error(batch({operation("delete", task["id"], {{"if_revision", task["revision"]}})}), 412,
              "Operation 0: The task has changed");
  check_error(
      batch({operation("update", make_ids(1)[0], {{"task", json::object()}, {"if_revision", 1}})}),
      404, "Operation 0: Task not found");
  CHECK(done({operation("delete", task["id"], {{"if_revision", revision}})})[0]["status"] == 204);
}

TEST_CASE_FIXTURE(BatchServer,
                  "http/batch: all faults of all operations are told at once, each where it is") {
  const std::string any = make_ids(1)[0];
  const auto at = [](std::size_t index, const std::vector<std::string>& names) {
    json loc = {"body", "operations", index};
    for (const std::string& name : names) loc.push_back(name);
    return loc;
  };
  const std::string ops = "Input should be 'create', 'update', 'complete', 'delete' or 'restore'";
  check_faults(
      batch({create({{"title", ""}, {"priority", "x"}, {"tags", {"a", "b,c"}}}),
             {{"op", "create"}},
             operation("update", "one", {{"task", {{"title", nullptr}}}, {"if_revision", "x"}}),
             {{"op", "update"}, {"id", any}},
             {{"op", "complete"}, {"is_completed", 1}},
             {{"op", "remove"}, {"id", any}},
             {{"id", any}},
             {{"op", 1}},
             "delete",
             create({{"title", "x"}, {"recurrence", "FREQ=DAILY"}})}),
      {fault(at(0, {"task", "title"}), "string_too_short",
             "String should have at least 1 character"),
       fault(at(0, {"task", "priority"}), "enum",
             "Input should be 'low', 'medium', 'high' or 'urgent'"),
       fault({"body", "operations", 0, "task", "tags", 1}, "value_error",
             "Value error, must not contain a comma"),
       fault(at(1, {"task"}), "missing", "Field required"),
       fault(at(2, {"id"}), "uuid_parsing", "Input should be a valid UUID"),
       fault(at(2, {"task", "title"}), "string_type", "Input should be a valid string"),
       fault(at(2, {"if_revision"}), "int_type", "Input should be a valid integer"),
       fault(at(3, {"task"}), "missing", "Field required"),
       fault(at(4, {"id"}), "missing", "Field required"),
       fault(at(4, {"is_completed"}), "bool_type", "Input should be a valid boolean"),
       fault(at(5, {"op"}), "enum", ops), fault(at(6, {"op"}), "missing", "Field required"),
       fault(at(7, {"op"}), "string_type", "Input should be a valid string"),
       fault(at(8, {}), "model_attributes_type",
             "Input should be a valid dictionary or object to extract fields from"),
       fault(at(9, {"task", "recurrence"}), "value_error",
             "Value error, a task that recurs needs a due_date")});
  check_faults(batch({}), {fault({"body", "operations"}, "too_short",
                                 "List should have at least 1 item after validation, not 0")});
  check_faults(batch(Operations(501, json{{"op", "x"}})),
               {fault({"body", "operations"}, "too_long",
                      "List should have at most 500 items after validation, not 501")});
  check_faults(client.call("POST", "/api/tasks/batch", "{}"),
               {fault({"body", "operations"}, "missing", "Field required")});
  CHECK(client.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE_FIXTURE(BatchServer, "http/batch: the message about faults names their operations") {
  const Answer answer =
      batch({create({{"title", "x"}}), create({{"title", ""}}), {{"op", "delete"}}});
  CHECK(answer.json()["message"] ==
        "Operation 1: Title should have at least 1 character; Operation 2: Id is required");
}

TEST_CASE_FIXTURE(
    BatchServer,
    "http/batch: an id beside a task that is created is the task's, so that sent again it is one") {
  const auto ids = make_ids(3);
  const json beside = {{"op", "create"}, {"id", ids[0]}, {"task", {{"title", "x"}}}};
  const json both = {{"op", "create"}, {"id", ids[1]}, {"task", {{"id", ids[1]}, {"title", "y"}}}};
  CHECK(done({beside, both,
              operation("update", ids[0], {{"task", json::object()}})})[2]["task"]["id"] == ids[0]);
  CHECK(done({beside, both})[1]["status"] == 200);
  CHECK(client.get("/api/tasks").json()["total"] == 2);
  const std::string ahead = "0fffffff-ffff-7000-8000-000000000000";
  check_faults(
      batch({{{"op", "create"}, {"id", ids[2]}, {"task", {{"id", ids[1]}, {"title", "z"}}}},
             {{"op", "create"}, {"id", ahead}, {"task", {{"title", "z"}}}},
             {{"op", "create"}, {"id", 1}, {"task", {{"title", "z"}}}}}),
      {fault({"body", "operations", 2, "id"}, "uuid_type", "UUID input should be a string"),
       fault({"body", "operations", 0, "id"}, "value_error",
             "Value error, must be the same as the id of the task"),
       fault({"body", "operations", 1, "id"}, "value_error",
             "Value error, its time is more than a day ahead of the server's")});
}

TEST_CASE_FIXTURE(BatchServer,
                  "http/batch: strict handling reaches every operation and every task in it") {
  const Client::Headers strict = {{"Prefer", "handling=strict"}};
  const json task = client.create_task("x");
  const auto unknown = [](const json& loc) {
    return fault(loc, "extra_forbidden", "Extra inputs are not permitted");
  };
  const Operations operations = {
      {{"op", "create"}, {"task", {{"title", "y"}, {"titel", 1}}}, {"if_revision", 1}},
      operation("update", task["id"], {{"task", {{"user_id", 1}}}}),
      operation("restore", task["id"], {{"task", json::object()}})};
  check_faults(batch(operations, strict), {unknown({"body", "operations", 0, "task", "titel"}),
                                           unknown({"body", "operations", 0, "if_revision"}),
                                           unknown({"body", "operations", 1, "task", "user_id"}),
                                           unknown({"body", "operations", 2, "task"})});
  CHECK(client.get("/api/tasks").json()["total"] == 1);
  CHECK(batch(operations).status == 200);
  CHECK(batch({operation("complete", task["id"])}, strict).status == 200);
}

TEST_CASE_FIXTURE(
    BatchServer, "http/batch: five hundred operations are one change: nobody sees a part of them") {
  constexpr std::size_t count = 500;
  Client reader(server.port());
  reader.token = client.token;
  std::atomic<bool> is_over = false;
  std::atomic<int> looks = 0;
  std::thread thread([&] {
    while (!is_over) {
      const json list = reader.get("/api/tasks?limit=100").json();
      CHECK((list["total"] == 0 || list["total"] == count));
      if (list["total"] == count) {
        // All were renamed, or none.
        const std::string first = list["tasks"][0]["title"];
        for (const json& task : list["tasks"]) CHECK(task["title"] == first);
      }
      ++looks;
    }
  });
  const auto ids = make_ids(count);
  Operations creations;
  Operations renamings;
  Operations deletions;
  for (const std::string& id : ids) {
    creations.push_back(create({{"id", id}, {"title", "One"}}));
    renamings.push_back(operation("update", id, {{"task", {{"title", "Two"}}}}));
    deletions.push_back(operation("delete", id));
  }
  while (looks == 0) std::this_thread::yield();
  const json created = done(creations);
  const json renamed = done(renamings);
  CHECK(done(deletions).back() == json{{"status", 204}});
  is_over = true;
  thread.join();
  // Each has a revision of its own, one after the other.
  const std::int64_t first = created[0]["task"]["revision"];
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(created[i]["task"]["id"] == ids[i]);
    CHECK(created[i]["task"]["revision"] == first + static_cast<std::int64_t>(i));
    CHECK(renamed[i]["task"]["revision"] == first + static_cast<std::int64_t>(count + i));
  }
}

TEST_CASE_FIXTURE(BatchServer, "http/batch: a hostile body gets an answer of bounded size") {
  Operations operations;
  for (int i = 0; i < 500; ++i) {
    json tags = json::array();
    for (int tag = 0; tag < 20; ++tag) tags.push_back(std::string(1, ',') + std::to_string(tag));
    operations.push_back(create({{"title", ""}, {"tags", tags}, {"priority", i}, {"id", "x"}}));
  }
  const Answer answer = batch(operations);
  CHECK(answer.status == 422);
  const std::size_t faults = answer.json()["detail"].size();
  CHECK(faults >= 5'000);
  CHECK(faults < 5'050);
}

TEST_CASE("http/batch: a batch for whose answer there is no memory is not done") {
  ServerProcess server(Process::Strings{"--max-body-memory", "4"});
  Client client(server.port());
  client.sign_up();
  const json task = client.create_task("x");
  Operations operations;
  for (int i = 0; i < 500; ++i) operations.push_back(operation("complete", task["id"]));
  const Answer answer = client.post("/api/tasks/batch", {{"operations", operations}});
  check_error(answer, 503, "The server is short of memory; try again");
  CHECK(client.get("/api/tasks/" + task["id"].get<std::string>()).json() == task);
  operations.erase(operations.begin() + 20, operations.end());
  CHECK(client.post("/api/tasks/batch", {{"operations", operations}}).status == 200);
}

}  // namespace taskdock::testing
