// Tasks move out of one server and into another as files, and nothing is lost or there twice.

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "http/requests.h"
#include "http/timed_user.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/database.h"
#include "testing/process.h"
#include "testing/random_writer.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

std::string export_of(Client& client, const std::string& format) {
  const Answer answer = client.get("/api/tasks/export?format=" + format);
  REQUIRE(answer.status == 200);
  return answer.body;
}

Client::Headers of_type(const std::string& type) {
  return {{"Content-Type", type}};
}

Answer import_into(Client& client, const std::string& file, const std::string& type,
                   const std::string& query = {}) {
  return client.call("POST", "/api/tasks/import" + query, file, of_type(type));
}

/// The answer to an import that has skipped so many tasks, all for the same reason.
json counts(const std::string& format, int imported, int skipped,
            const std::string& reason = "known") {
  json all = {{"format", format}, {"imported", imported}, {"skipped", skipped}};
  for (const char* each : {"known", "equal", "deleted", "expired"}) {
    all[std::string("skipped_") + each] = reason == each ? skipped : 0;
  }
  return all;
}

const std::string csv_type = "text/csv";
const std::string json_type = "application/json";

/// A task with all that a task can have, and one in the trash.
void make_tasks(Client& client) {
  REQUIRE(client
              .post("/api/tasks", {{"title", "Water, \"plants\"\nand more"},
                                   {"description", ""},
                                   {"due_date", "2026-08-08"},
                                   {"remind_at", "2126-08-08T10:00:00Z"},
                                   {"priority", "urgent"},
                                   {"tags", {"home", "Ünï"}},
                                   {"recurrence", "FREQ=WEEKLY;BYDAY=SA"},
                                   {"recurrence_from", "completion"}})
              .status == 201);
  const json first = client.get("/api/tasks").json()["tasks"][0];
  REQUIRE(client.call("PATCH", path_of(first) + "/complete", "{}").status == 200);
  client.create_task("=1+1");
  REQUIRE(client.call("DELETE", path_of(client.create_task("Gone"))).status == 204);
}

/// All that a user sees of their tasks, but for the owner and the numbers of the changes.
json tasks_of(Client& client) {
  json all = {client.get("/api/tasks?limit=100").json()["tasks"],
              client.get("/api/tasks/trash?limit=100").json()["tasks"],
              client.get("/api/tags").json(), client.get("/api/tasks/summary").json()};
  for (std::size_t list : {0, 1}) {
    for (json& task : all[list]) {
      task.erase("user_id");
      task.erase("revision");
    }
  }
  return all;
}

}  // namespace

TEST_CASE("http/move: what is exported is, imported into an empty server, the same byte for byte") {
  ServerProcess from;
  Client client(from.port());
  sign_up(client);
  make_tasks(client);
  model::Dice dice(7);
  RandomWriter writer(client, dice);
  for (int i = 0; i < 150; ++i) writer.write();
  for (const auto& [format, type] : {std::pair("json", json_type), std::pair("csv", csv_type)}) {
    CAPTURE(format);
    ServerProcess to;
    Client other(to.port());
    sign_up(other, "bob@example.com");
    const std::string file = export_of(client, format);
    const Answer imported = import_into(other, file, type);
    CAPTURE(imported.body);
    REQUIRE(imported.status == 200);
    CHECK(imported.json()["format"] == format);
    CHECK(imported.json()["skipped"] == 0);
    CHECK(export_of(other, format) == file);
    CHECK(export_of(other, "json") == export_of(client, "json"));
    CHECK(tasks_of(other) == tasks_of(client));
    CHECK(other.get("/api/tasks?q=plants").json()["total"] ==
          client.get("/api/tasks?q=plants").json()["total"]);
  }
}

TEST_CASE("http/move: what is exported as iCalendar is imported as the same, but for the trash") {
  ServerProcess from;
  Client client(from.port());
  sign_up(client);
  make_tasks(client);
  ServerProcess to;
  Client other(to.port());
  sign_up(other, "bob@example.com");
  const std::string file = export_of(client, "ics");
  CHECK(import_into(other, file, "text/calendar").json() == counts("ics", 3, 0));
  CHECK(import_into(other, file, "text/calendar").json() == counts("ics", 0, 3));
  CHECK(export_of(other, "ics") == file);
  CHECK(tasks_of(other)[0] == tasks_of(client)[0]);
}

TEST_CASE_FIXTURE(TimedUser, "http/move: an import that is repeated makes nothing twice") {
  make_tasks(client);
  const std::string file = export_of(client, "json");
  const json before = tasks_of(client);
  json skipped = counts("json", 0, 4);
  skipped["skipped_known"] = 3;
  skipped["skipped_deleted"] = 1;
  CHECK(import_into(client, file, json_type).json() == skipped);
  CHECK(tasks_of(client) == before);

  // Also where the file has no ids, and tasks that are the same.
  const std::string plain = "title,tags\nA,x\nA,x\nB,\n";
  CHECK(import_into(client, plain, csv_type).json() == counts("csv", 3, 0));
  CHECK(import_into(client, plain, csv_type).json() == counts("csv", 0, 3, "equal"));
  CHECK(import_into(client, plain + "A,x\n", csv_type).json() == counts("csv", 1, 3, "equal"));

  // Or ids of another kind.
  const std::string foreign = R"([{"id":"task-1","title":"F"},{"id":"task-1","title":"Other"}])";
  CHECK(import_into(client, foreign, json_type).json() == counts("json", 1, 1));
  CHECK(import_into(client, foreign, json_type).json() == counts("json", 0, 2));
}

TEST_CASE_FIXTURE(TimedUser, "http/move: nothing of what is known of an import outlives its user") {
  const auto keys = [this] {
    return open_database(server.backend.file)
        .execAndGet("SELECT count(*) FROM import_keys")
        .getInt();
  };
  REQUIRE(import_into(client, "title\nA\nB\n", csv_type).json() == counts("csv", 2, 0));
  CHECK(keys() == 2);
  REQUIRE(client.call("DELETE", "/api/auth/me", R"({"current_password":"correct horse"})").status ==
          204);
  REQUIRE(server.backend.store.finish_background_work(std::chrono::seconds(30)));
  CHECK(keys() == 0);
}

TEST_CASE_FIXTURE(TimedUser, "http/move: what was deleted does not come back") {
  const json task = client.create_task("A");
  const std::string file = export_of(client, "json");
  REQUIRE(client.call("DELETE", path_of(task)).status == 204);
  CHECK(import_into(client, file, json_type).json() == counts("json", 0, 1, "deleted"));
  REQUIRE(client.call("DELETE", "/api/tasks/trash").status == 204);
  CHECK(import_into(client, file, json_type).json() == counts("json", 0, 1, "deleted"));
  CHECK(client.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE_FIXTURE(TimedUser, "http/move: what was deleted comes back if that is asked for") {
  const json kept = client.create_task("kept");
  const json trashed = client.create_task("trashed");
  const json gone = client.create_task("gone");
  const std::string file = export_of(client, "json");
  REQUIRE(client.call("DELETE", path_of(gone)).status == 204);
  REQUIRE(client.call("DELETE", "/api/tasks/trash").status == 204);
  REQUIRE(client.call("PATCH", path_of(trashed), R"({"title":"renamed"})").status == 200);
  REQUIRE(client.call("DELETE", path_of(trashed)).status == 204);
  const std::string in_trash = export_of(client, "json");
  const int revision = client.get("/api/tasks/changes").json()["revision"];

  json dry = counts("json", 2, 1);
  CHECK(import_into(client, file, json_type, "?deleted=true&dry_run=true").json() == dry);
  CHECK(import_into(client, file, json_type, "?deleted=true").json() == dry);
  CHECK(import_into(client, file, json_type, "?deleted=true").json() == counts("json", 0, 3));
  // What is in the trash comes back as it is there.
  CHECK(client.get(path_of(trashed)).json()["title"] == "renamed");
  CHECK(client.get(path_of(gone)).json()["title"] == "gone");
  CHECK(client.get("/api/tasks/trash").json()["total"] == 0);
  // Devices that know of the deletions learn that they are over, as do those that begin.
  for (const int since : {0, revision}) {
    std::set<std::string> titles;
    const json page = client.get("/api/tasks/changes?since=" + std::to_string(since)).json();
    for (const json& change : page["changes"]) {
      REQUIRE(change.contains("task"));
      titles.insert(change["task"]["title"]);
    }
    std::set<std::string> expected = {"renamed", "gone"};
    if (since == 0) expected.insert("kept");
    CHECK(titles == expected);
  }
  // A task that is in the trash in the file too stays there.
  REQUIRE(client.call("DELETE", path_of(trashed)).status == 204);
  json deleted = counts("json", 0, 2);
  deleted["skipped_known"] = 1;
  deleted["skipped_deleted"] = 1;
  CHECK(import_into(client, in_trash, json_type, "?deleted=true").json() == deleted);
}

TEST_CASE_FIXTURE(TimedUser,
                  "http/move: a task that is equal to one of another file is imported, once") {
  const std::string house = "TYPE,CONTENT\ntask,Paint the door\ntask,Weekly review\n";
  const std::string work = "TYPE,CONTENT\ntask,Weekly review\ntask,Call Bob\ntask,Weekly review\n";
  const auto import = [&](const std::string& file, const std::string& query = {}) {
    return import_into(client, file, csv_type, query).json();
  };
  CHECK(import(house) == counts("todoist", 2, 0));
  CHECK(import(work) == counts("todoist", 3, 0));
  CHECK(client.get("/api/tasks?q=review").json()["total"] == 3);
  CHECK(import(house) == counts("todoist", 0, 2, "equal"));
  CHECK(import(work) == counts("todoist", 0, 3, "equal"));
  // Also if the file has changed a little.
  CHECK(import(work + "task,Call Ann\n") == counts("todoist", 1, 3, "equal"));
  // Who knows better can say it.
  CHECK(import(house, "?equal=import") == counts("todoist", 2, 0));
  CHECK(client.get("/api/tasks?q=review").json()["total"] == 4);
  CHECK(import("TYPE,CONTENT\ntask,Weekly review\ntask,New\ntask,Newer\n", "?equal=skip") ==
        counts("todoist", 2, 1, "equal"));
}

TEST_CASE_FIXTURE(TimedUser, "http/move: another user's export gets ids of its own, once") {
  make_tasks(client);
  const std::string file = export_of(client, "json");
  const json before = tasks_of(client);
  sign_up(client, "bob@example.com");
  CHECK(import_into(client, file, json_type).json() == counts("json", 4, 0));
  json skipped = counts("json", 0, 4);
  skipped["skipped_known"] = 3;
  skipped["skipped_deleted"] = 1;
  CHECK(import_into(client, file, json_type).json() == skipped);
  json after = tasks_of(client);
  // The series still hangs together.
  std::map<std::string, json> by_id;
  for (const json& each : after[0]) by_id[each["id"]] = each;
  std::size_t series = 0;
  for (const auto& [id, each] : by_id) {
    CHECK(each["id"] != before[0][0]["id"]);
    if (each["next_task_id"].is_null()) continue;
    ++series;
    CHECK(by_id.at(each["next_task_id"])["parent_task_id"] == id);
  }
  CHECK(series == 1);
  for (std::size_t list : {0, 1}) {
    for (json* all : {&after[list]}) CHECK(all->size() == before[list].size());
  }
  // Once the first user is gone, a file is still known.
  log_in(client);
  REQUIRE(client.call("DELETE", "/api/auth/me", R"({"current_password":"correct horse"})").status ==
          204);
  log_in(client, "bob@example.com");
  CHECK(import_into(client, file, json_type).json() == skipped);
}

TEST_CASE_FIXTURE(TimedUser,
                  "http/move: a file with faults is not imported, and each is told by its place") {
  const std::string long_title(201, 'x');
  const Answer csv =
      import_into(client,
                  "title,due_date,tags,recurrence\nGood,,,\n" + long_title + ",,,\nA,tomorrow,\"" +
                      std::string(51, 't') + "\",\nB,,,FREQ=DAILY\nC,,,FREQ=HOURLY\nshort\n",
                  csv_type);
  check_faults(
      csv,
      {fault({"body", "line", 3, "title"}, "string_too_long",
             "String should have at most 200 characters"),
       fault({"body", "line", 4, "due_date"}, "value_error",
             "Value error, must be a date or time, as 2026-08-08, 2026-08-08T10:30 or "
             "2026-08-08T10:30:00Z"),
       fault({"body", "line", 4, "tags", 0}, "string_too_long",
             "String should have at most 50 characters"),
       fault({"body", "line", 5, "recurrence"}, "value_error",
             "Value error, a task that recurs needs a due_date"),
       fault({"body", "line", 6, "recurrence"}, "value_error", csv.json()["detail"][4]["msg"]),
       fault({"body", "line", 7}, "file_invalid", "The record has 1 fields, but the header 4")});
  CHECK(csv.json()["message"].get<std::string>().starts_with(
      "Line 3: Title should have at most 200 characters; Line 4: Due date must be a date"));
  CHECK(csv.json()["message"].get<std::string>().ends_with(
      "Line 7: The record has 1 fields, but the header 4"));

  check_faults(import_into(client,
                           R"([{"title":"A"},{"title":" ","is_completed":false,
                               "completed_at":"2020-01-01T00:00:00Z"},{"title":7},
                               {"title":"B","created_at":"2126-01-01T00:00:00Z",
                                "id":"7fffffff-ffff-7fff-bfff-ffffffffffff"}])",
                           json_type),
               {fault({"body", "task", 2, "title"}, "value_error",
                      "Value error, must not be only white space"),
                fault({"body", "task", 2, "completed_at"}, "value_error",
                      "Value error, must not be there where is_completed is false"),
                fault({"body", "task", 3, "title"}, "value_error",
                      "Value error, must be a text in quotation marks"),
                fault({"body", "task", 4, "id"}, "value_error",
                      "Value error, its time is more than a day ahead of the server's"),
                fault({"body", "task", 4, "created_at"}, "value_error",
                      "Value error, its time is more than a day ahead of the server's")});
  const Answer no_json = import_into(client, "[", json_type);
  check_faults(no_json,
               {fault({"body"}, "file_invalid", "The file is not JSON from byte 2 on, in line 1")});
  CHECK(no_json.json()["message"] == "The file is not JSON from byte 2 on, in line 1");
  check_faults(import_into(client, "", csv_type), {fault({"body"}, "missing", "Field required")});
  CHECK(client.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE_FIXTURE(TimedUser, "http/move: of many faults the first hundred are told") {
  std::string file = "title\n";
  for (int i = 0; i < 3000; ++i) file += "\"\"\n";
  CHECK(import_into(client, file, csv_type).json()["detail"].size() == 100);
}

TEST_CASE_FIXTURE(TimedUser, "http/move: a dry run says the same and keeps nothing") {
  const std::string file = "title\nA\nB\nA\n";
  const Answer dry = import_into(client, file, csv_type, "?dry_run=true");
  CHECK(dry.json() == counts("csv", 3, 0));
  CHECK(client.get("/api/tasks").json()["total"] == 0);
  const json revision = client.get("/api/tasks/changes?since=0").json()["revision"];
  CHECK(revision == 0);
  CHECK(import_into(client, file, csv_type).json() == dry.json());
  CHECK(import_into(client, "title\n\"\"\n", csv_type, "?dry_run=true").status == 422);
}

TEST_CASE("http/move: the limits of a user hold, and then nothing is imported") {
  ServerProcess server(Process::Strings{"--max-tasks-per-user", "2"});
  Client client(server.port());
  sign_up(client);
  CHECK(import_into(client, "title\nA\nB\nC\n", csv_type).status == 409);
  CHECK(import_into(client, "title\nA\nB\nC\n", csv_type, "?dry_run=true").status == 409);
  CHECK(client.get("/api/tasks").json()["total"] == 0);
  CHECK(import_into(client, "title\nA\nB\n", csv_type).json() == counts("csv", 2, 0));
  // What has been in the trash for too long has no place there.
  const std::string deleted = "title,deleted_at\nD,2026-01-01T00:00:00Z\n";
  CHECK(import_into(client, deleted, csv_type).json() == counts("csv", 0, 1, "expired"));
}

TEST_CASE_FIXTURE(TimedUser, "http/move: a request with a key is done once") {
  const Client::Headers headers = {{"Content-Type", csv_type}, {"Idempotency-Key", "k1"}};
  const auto send = [&](const std::string& query, const Client::Headers& with) {
    return client.call("POST", "/api/tasks/import" + query, "title\nA\n", with);
  };
  const Answer dry = send("?dry_run=true", headers);
  CHECK(dry.header("idempotency-replayed").empty());
  const Answer first = send("", headers);
  CHECK(first.json() == counts("csv", 1, 0));
  const Answer again = send("", headers);
  CHECK(again.body == first.body);
  CHECK(again.header("idempotency-replayed") == "true");
  CHECK(send("?format=csv", headers).status == 422);
  CHECK(client.get("/api/tasks").json()["total"] == 1);
}

TEST_CASE_FIXTURE(TimedUser, "http/move: what the file is, its type or the query says") {
  CHECK(import_into(client, "title\nA\n", "Text/CSV; charset=utf-8").json() == counts("csv", 1, 0));
  CHECK(import_into(client, "title\nB\n", "application/x-www-form-urlencoded", "?format=csv")
            .json() == counts("csv", 1, 0));
  const Answer unknown = import_into(client, "title\nB\n", "application/xml");
  check_error(unknown, 415);
  CHECK(unknown.json()["detail"].get<std::string>().find("text/csv") != std::string::npos);
  CHECK(import_into(client, "title\nB\n", csv_type, "?format=xml").status == 422);
  CHECK(client.get("/api/tasks/export?format=xml").status == 422);
  CHECK(client
            .call("POST", "/api/tasks/import", "title\nB\n",
                  {{"Content-Type", csv_type}, {"Content-Encoding", "gzip"}})
            .status == 415);
}

TEST_CASE_FIXTURE(TimedUser, "http/move: a file has a name, a type, and is not kept by caches") {
  client.create_task("A");
  for (const char* method : {"GET", "HEAD"}) {
    const Answer answer = client.call(method, "/api/tasks/export?format=csv");
    CHECK(answer.status == 200);
    CHECK(answer.header("content-type") == "text/csv; charset=utf-8");
    CHECK(answer.header("content-disposition") ==
          "attachment; filename=\"taskdock-2026-01-06.csv\"");
    CHECK(answer.header("cache-control") == "no-store");
    CHECK(answer.body.empty() == (std::string(method) == "HEAD"));
  }
  CHECK(client.get("/api/tasks/export").header("content-type") == "application/json");
  client.token.clear();
  CHECK(client.get("/api/tasks/export").status == 401);
  CHECK(import_into(client, "title\nA\n", csv_type).status == 401);
}

TEST_CASE_FIXTURE(TimedUser, "http/move: a token that may only read exports, and does not import") {
  const Answer made = client.post("/api/auth/tokens", {{"name", "backup"}, {"scope", "read"}});
  REQUIRE(made.status == 201);
  client.create_task("A");
  client.token = made.json()["token"];
  CHECK(client.get("/api/tasks/export").status == 200);
  CHECK(import_into(client, "title\nA\n", csv_type).status == 403);
}

TEST_CASE_FIXTURE(TimedUser,
                  "http/move: devices learn of what is imported, and of reminders still to come") {
  const json before = client.get("/api/tasks/changes?since=0").json();
  const std::string file =
      "title,remind_at,deleted_at\nA,2026-01-06T10:31:00Z,\nB,2020-01-01T00:00:00Z,\n"
      "C,,2026-01-05T00:00:00Z\nD,,2020-01-01T00:00:00Z\n";
  CHECK(import_into(client, file, csv_type).json() == counts("csv", 3, 1, "expired"));
  const json changes =
      client.get("/api/tasks/changes?since=" + before["revision"].dump()).json()["changes"];
  REQUIRE(changes.size() == 3);
  CHECK(changes[0]["task"]["title"] == "A");
  CHECK(changes[2].contains("deleted"));
  const json trash = client.get("/api/tasks/trash").json();
  REQUIRE(trash["total"] == 1);
  CHECK(trash["tasks"][0]["deleted_at"] == "2026-01-05T00:00:00.000000Z");
  CHECK(client.call("POST", path_of(trash["tasks"][0]) + "/restore").status == 200);
  CHECK(client.get("/api/tasks").json()["total"] == 3);
}

TEST_CASE("http/move: a long export is sent in pieces, and has each task once") {
  ServerProcess server;
  Client client(server.port());
  sign_up(client);
  std::string file = "title,description\n";
  const std::string text(1500, 'd');
  for (int i = 0; i < 1000; ++i) file += "Task " + std::to_string(i) + ',' + text + '\n';
  CHECK(import_into(client, file, csv_type).json() == counts("csv", 1000, 0));
  const Answer answer = client.get("/api/tasks/export");
  CHECK(answer.header("transfer-encoding") == "chunked");
  CHECK(answer.body.size() > 1'000'000);
  std::set<std::string> ids;
  const json tasks = answer.json()["tasks"];
  for (const json& task : tasks) ids.insert(task["id"]);
  CHECK(ids.size() == 1000);
}

}  // namespace taskdock::testing
