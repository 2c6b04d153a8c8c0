#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <set>
#include <thread>

#include "http/requests.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/database.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// Runs `work(client, number)` in `count` threads, each with a connection and `token` of its own.
void in_parallel(int count, int port, const std::string& token,
                 const std::function<void(Client&, int)>& work) {
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int number = 0; number < count; ++number) {
    threads.emplace_back([&, number] {
      Client client(port);
      client.token = token;
      work(client, number);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

/// A task, and what is to become of it.
struct TaskAndPatch {
  json task;
  json patch;
};

/// Each kind of task with each kind of change; some are refused, some by what the task has.
std::vector<TaskAndPatch> tasks_and_patches() {
  const json keep = json::object();
  const std::vector<json> dates = {keep, {{"due_date", "2026-11-27"}}, {{"due_date", nullptr}}};
  const std::vector<json> rules = {keep, {{"recurrence", "FREQ=DAILY"}}, {{"recurrence", nullptr}}};
  const std::vector<json> others = {
      {{"title", "changed"}}, {{"tags", {"new"}}}, {{"is_completed", true}}};
  std::vector<TaskAndPatch> all;
  for (const json& task :
       {keep, json(dates[1]), json{{"due_date", "2026-11-28"}, {"recurrence", "FREQ=WEEKLY"}}}) {
    for (const json& date : dates) {
      for (const json& rule : rules) {
        for (const json& other : others) {
          TaskAndPatch& made = all.emplace_back(task, other);
          made.task["title"] = "task";
          made.patch.update(date);
          made.patch.update(rule);
        }
      }
    }
  }
  return all;
}

}  // namespace

TEST_CASE("http/concurrency: of many writers to one task the last wins, and no write is torn") {
  constexpr int writers = 8;
  constexpr int rounds = 25;
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const json task = client.create_task("start");
  const std::string path = "/api/tasks/" + task["id"].get<std::string>();
  client.call("PATCH", path, R"({"description":"start"})");

  std::vector<std::vector<json>> written(writers);
  std::atomic<bool> writing{true};
  std::atomic<int> torn{0};
  std::thread reader([&] {
    Client reading(server.port());
    reading.token = client.token;
    std::string last_update;
    while (writing) {
      const json seen = reading.get(path).json();
      const std::string update = seen["updated_at"];
      torn += seen["title"] != seen["description"] || update < last_update;
      last_update = update;
    }
  });
  in_parallel(writers, server.port(), client.token, [&](Client& writer, int number) {
    for (int round = 0; round < rounds; ++round) {
      const std::string text = std::to_string(number) + ':' + std::to_string(round) +
                               std::string(static_cast<std::size_t>(100 - round), 'x');
      const Answer answer = writer.call(round % 2 ? "PUT" : "PATCH", path,
                                        json{{"title", text}, {"description", text}}.dump());
      const json body = answer.status == 200 ? answer.json() : json();
      torn += body.value("title", "") != text || body.value("description", "") != text;
      written[static_cast<std::size_t>(number)].push_back(body);
    }
  });
  writing = false;
  reader.join();
  CHECK(torn == 0);

  // Every write moved updated_at, each to a moment of its own, and rising for each writer.
  std::set<std::string> moments;
  json last = task;
  for (const std::vector<json>& of_one : written) {
    std::string before = task["updated_at"];
    for (const json& answer : of_one) {
      REQUIRE(answer.is_object());
      const std::string moment = answer["updated_at"];
      CHECK(moment > before);
      CHECK(moments.insert(moment).second);
      CHECK(answer["created_at"] == task["created_at"]);
      if (moment > last["updated_at"]) last = answer;
      before = moment;
    }
  }
  CHECK(client.get(path).json() == last);
}

TEST_CASE("http/concurrency: toggles are never lost: an even number of them changes nothing") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string path = "/api/tasks/" + client.create_task("x")["id"].get<std::string>();
  std::atomic<int> completed{0};
  std::atomic<int> failed{0};
  in_parallel(8, server.port(), client.token, [&](Client& toggling, int) {
    for (int i = 0; i < 20; ++i) {
      const Answer answer = toggling.call("PATCH", path + "/complete");
      if (answer.status != 200) {
        ++failed;
      } else {
        completed += answer.json()["is_completed"] == true;
      }
    }
  });
  CHECK(failed == 0);
  CHECK(completed == 80);
  CHECK(client.get(path).json()["is_completed"] == false);
  CHECK(client.get("/api/tasks?completed=true").json()["total"] == 0);
}

TEST_CASE("http/concurrency: of many creators none loses a task, and no two ids are the same") {
  constexpr int creators = 16;
  constexpr int each = 25;
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  std::vector<std::vector<json>> created(creators);
  in_parallel(creators, server.port(), client.token, [&](Client& creator, int number) {
    for (int i = 0; i < each; ++i) {
      const std::string title = std::to_string(number) + '/' + std::to_string(i);
      const Answer answer = creator.post("/api/tasks", {{"title", title}});
      created[static_cast<std::size_t>(number)].push_back(answer.status == 201 ? answer.json()
                                                                               : json());
    }
  });
  std::map<std::string, json> expected;
  for (const auto& of_one : created) {
    std::string before;
    for (const json& task : of_one) {
      REQUIRE(task.is_object());
      const std::string id = task["id"];
      CHECK(id > before);  // ids rise in the order of creation
      before = id;
      CHECK(expected.emplace(id, task).second);
    }
  }
  REQUIRE(expected.size() == creators * each);
  auto next = expected.rbegin();
  for (int offset = 0; offset < creators * each; offset += 100) {
    const json page = client.get("/api/tasks?limit=100&offset=" + std::to_string(offset)).json();
    CHECK(page["total"] == creators * each);
    for (const json& task : page["tasks"]) {
      REQUIRE(next != expected.rend());
      CHECK(task == next->second);
      ++next;
    }
  }
  CHECK((next == expected.rend()));
}

TEST_CASE("http/concurrency: of many who sign up with one email one gets it") {
  ServerProcess server;
  std::atomic<int> created{0};
  std::atomic<int> refused{0};
  in_parallel(8, server.port(), "", [&](Client& client, int) {
    const Answer answer = client.post(
        "/api/auth/signup", {{"email", "ann@example.com"}, {"password", "correct horse"}});
    created += answer.status == 201;
    refused += answer.status == 409;
  });
  CHECK(created == 1);
  CHECK(refused == 7);
}

TEST_CASE("http/concurrency: of many who delete one task one does") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  for (int round = 0; round < 5; ++round) {
    const std::string path = "/api/tasks/" + client.create_task("x")["id"].get<std::string>();
    std::atomic<int> deleted{0};
    std::atomic<int> missing{0};
    in_parallel(8, server.port(), client.token, [&](Client& deleting, int) {
      const int status = deleting.call("DELETE", path).status;
      deleted += status == 204;
      missing += status == 404;
    });
    CHECK(deleted == 1);
    CHECK(missing == 7);
  }
  CHECK(client.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE("http/concurrency: changes that are made together are taken and refused as one by one") {
  const std::vector<TaskAndPatch> all = tasks_and_patches();
  LocalServer server;
  Client client(server.port);
  std::vector<int> one_by_one;
  std::vector<std::string> requests;  // of those that are made together
  for (const bool together : {false, true}) {
    sign_up(client, together ? "ann@example.com" : "bob@example.com");
    for (const auto& [task, patch] : all) {
      const std::string path = path_of(client.post("/api/tasks", task).json());
      const std::string body = patch.dump();
      if (!together) {
        one_by_one.push_back(client.call("PATCH", path, body).status);
        continue;
      }
      requests.push_back("PATCH " + path + " HTTP/1.1\r\n" + host +
                         "Content-Type: application/json\r\nAuthorization: Bearer " + client.token +
                         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
  }
  CHECK(std::count(one_by_one.begin(), one_by_one.end(), 422) > 10);

  // The first waits for another program; what comes meanwhile has one transaction.
  SQLite::Database other_program = open_database(server.backend.file);
  other_program.exec("BEGIN IMMEDIATE");
  Sockets sockets;
  for (const std::string& request : requests) {
    sockets.push_back(std::make_unique<RawSocket>(server.port));
    sockets.back()->send(request);
  }
  const auto are_waiting = [&] {
    return server.backend.store.statistics().changes_waiting + 1 >= requests.size();
  };
  // Not for as long as the writer waits for the other program.
  for (int i = 0; i < 300 && !are_waiting(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::uint64_t commits = server.backend.store.statistics().commits;
  other_program.exec("COMMIT");
  std::vector<int> together;
  for (const auto& socket : sockets) {
    std::string surplus;
    together.push_back(Client::read_answer(*socket, surplus).status);
  }
  CHECK(together == one_by_one);
  CHECK(server.backend.store.statistics().commits - commits < requests.size() / 4);
}

}  // namespace taskdock::testing
