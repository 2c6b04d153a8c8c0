// A request with an Idempotency-Key is done once, however often it is sent.

#include <doctest/doctest.h>
#include <signal.h>

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "http/requests.h"
#include "http/timed_user.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

constexpr const char* wrong_key =
    "Value error, must be 1 to 255 visible ASCII characters, without quotation marks around them "
    "or "
    "as a quoted string";
constexpr const char* used_otherwise = "Idempotency-Key was used for another request";

Client::Headers with_key(const std::string& key) {
  return {{"Idempotency-Key", key}};
}

struct KeyedTasks : TimedUser {
  Answer create(const std::string& key, const std::string& body = one_task) {
    return client.call("POST", "/api/tasks", body, with_key(key));
  }
  Answer batch(const std::string& key, const json& operations) {
    return client.call("POST", "/api/tasks/batch", json{{"operations", operations}}.dump(),
                       with_key(key));
  }
  int total() { return client.get("/api/tasks").json()["total"]; }
};

/// That `again` is the answer `first` once more.
void check_replayed(const Answer& again, const Answer& first) {
  CHECK(again.status == first.status);
  CHECK(again.body == first.body);
  for (const char* name : {"etag", "location", "link", "content-type", "cache-control"}) {
    CAPTURE(name);
    CHECK(again.header(name) == first.header(name));
  }
  CHECK(first.header("idempotency-replayed").empty());
  CHECK(again.header("idempotency-replayed") == "true");
}

void check_used_otherwise(const Answer& answer) {
  check_faults(answer, {fault({"header", "Idempotency-Key"}, "value_error",
                              std::string("Value error, ") + used_otherwise)});
  CHECK(answer.json()["message"] == used_otherwise);
}

}  // namespace

TEST_CASE_FIXTURE(KeyedTasks,
                  "http/idempotency: the same request with the same key gets the same answer, and "
                  "is not done again") {
  const std::string body = json{
      {"title", "Übung"},
      {"due_date", "2126-08-08"},
      {"recurrence", "FREQ=DAILY"},
      {"is_completed", true},
      {"tags", {"a"}}}.dump();
  const Answer first = create("one", body);
  REQUIRE(first.status == 201);
  CHECK(first.header("location") == path_of(first.json()));
  CHECK_FALSE(first.header("link").empty());
  CHECK(total() == 2);
  // Whatever happens to the task meanwhile.
  client.call("PATCH", path_of(first.json()), R"({"title":"y"})");
  check_replayed(create("one", body), first);
  check_replayed(create("\"one\"", body), first);
  client.call("DELETE", path_of(first.json()));
  check_replayed(create("one", body), first);
  CHECK(total() == 1);
  CHECK(create("two", body).status == 201);
  CHECK(client.call("POST", "/api/tasks", body).header("idempotency-replayed").empty());
  CHECK(total() == 5);
}

TEST_CASE_FIXTURE(KeyedTasks, "http/idempotency: a batch is done once, too") {
  const json operations = {{{"op", "create"}, {"task", {{"title", "x"}}}},
                           {{"op", "create"}, {"task", {{"title", "y"}}}}};
  const Answer first = batch("key", operations);
  REQUIRE(first.status == 200);
  check_replayed(batch("key", operations), first);
  CHECK(total() == 2);
  const std::string id = first.json()["results"][0]["task"]["id"];
  const json removal = {{{"op", "delete"}, {"id", id}, {"if_revision", 1}}};
  const Answer removed = batch("other", removal);
  CHECK(removed.status == 200);
  check_replayed(batch("other", removal), removed);
  check_error(batch("third", removal), 404, "Operation 0: Task not found");
}

TEST_CASE_FIXTURE(
    KeyedTasks, "http/idempotency: another request with the same key is 422, and nothing is done") {
  REQUIRE(create("key").status == 201);
  check_used_otherwise(create("key", R"({"title":"y"})"));
  check_used_otherwise(create("key", R"({"title": "x"})"));  // the bytes are another's
  check_used_otherwise(
      client.call("POST", "/api/" + user_id + "/tasks", one_task, with_key("key")));
  check_used_otherwise(batch("key", {{{"op", "create"}, {"task", {{"title", "x"}}}}}));
  CHECK(total() == 1);
  // A fault of the request itself is told first.
  check_faults(create("key", "{}"), {fault({"body", "title"}, "missing", "Field required")});
}

TEST_CASE_FIXTURE(KeyedTasks, "http/idempotency: a key is the user's own") {
  const Answer first = create("key");
  Client bob(server.port);
  sign_up(bob, "bob@example.com");
  const Answer his = bob.call("POST", "/api/tasks", one_task, with_key("key"));
  CHECK(his.status == 201);
  CHECK(his.json()["id"] != first.json()["id"]);
  CHECK(his.header("idempotency-replayed").empty());
  // In another session of the same user it is the same.
  log_in(client);
  check_replayed(create("key"), first);
}

TEST_CASE_FIXTURE(KeyedTasks,
                  "http/idempotency: what is no key is told beside what else is wrong, and nothing "
                  "is done") {
  const json key_fault = fault({"header", "Idempotency-Key"}, "value_error", wrong_key);
  for (const std::string& key :
       {std::string(), std::string("a b"), std::string("\"a"), std::string(256, 'k')}) {
    CAPTURE(key);
    check_faults(create(key), {key_fault});
    check_faults(batch(key, {{{"op", "create"}, {"task", {{"title", "x"}}}}}), {key_fault});
  }
  CHECK(create("\"\"").json()["message"] ==
        "Idempotency-Key must be 1 to 255 visible ASCII characters, without quotation marks around "
        "them or as a quoted string");
  check_faults(create("a b", "{}"),
               {fault({"body", "title"}, "missing", "Field required"), key_fault});
  check_faults(client.call("POST", "/api/tasks", one_task,
                           {{"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}}),
               {key_fault});
  CHECK(total() == 0);
  CHECK(create(std::string(255, 'k')).status == 201);
}

TEST_CASE_FIXTURE(KeyedTasks, "http/idempotency: what fails is not kept, and can be tried again") {
  const std::string id = "019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f";
  const std::string body = json{{"title", "x"}, {"id", id}}.dump();
  REQUIRE(client.post("/api/tasks", {{"title", "y"}, {"id", id}}).status == 201);
  check_error(create("key", body), 409);
  CHECK(create("key", R"({"title":""})").status == 422);
  REQUIRE(client.call("PATCH", "/api/tasks/" + id, R"({"title":"x"})").status == 200);
  const Answer done = create("key", body);
  CHECK(done.status == 200);
  check_replayed(create("key", body), done);
  const json failing = {{{"op", "create"}, {"task", {{"title", "z"}}}},
                        {{"op", "complete"}, {"id", "019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e00"}}};
  check_error(batch("batch", failing), 404);
  CHECK(batch("batch", json::array({failing[0]})).status == 200);
  CHECK(total() == 2);
}

TEST_CASE_FIXTURE(KeyedTasks,
                  "http/idempotency: what is new and sent again with its condition is the same") {
  const std::string body =
      json{{"title", "x"}, {"id", "019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f"}}.dump();
  const Client::Headers headers = {{"Idempotency-Key", "key"}, {"If-None-Match", "*"}};
  const Answer first = client.call("POST", "/api/tasks", body, headers);
  REQUIRE(first.status == 201);
  check_replayed(client.call("POST", "/api/tasks", body, headers), first);
}

TEST_CASE_FIXTURE(
    KeyedTasks,
    "http/idempotency: an answer is kept for a day, whether or not it was removed, and "
    "longer where the clock was set back") {
  const Answer first = create("key");
  // What serve does now and then.
  const auto prune = [&] {
    server.backend.store.prune_answers(server.backend.clock.now());
    server.backend.store.change([](store::Changes&) {});  // comes after it
    REQUIRE(server.backend.store.finish_background_work(std::chrono::seconds(60)));
  };
  pass(std::chrono::hours(24) - std::chrono::microseconds(1));
  prune();
  check_replayed(create("key"), first);
  server.backend.clock.advance(-std::chrono::hours(24 * 100));
  log_in(client);
  prune();
  check_replayed(create("key"), first);
  pass(std::chrono::hours(24 * 100));
  check_replayed(create("key"), first);
  pass(std::chrono::microseconds(1));
  const Answer second = create("key", R"({"title":"another"})");
  CHECK(second.status == 201);
  CHECK(second.header("idempotency-replayed").empty());
  check_replayed(create("key", R"({"title":"another"})"), second);
  pass(std::chrono::hours(24) + std::chrono::microseconds(1));
  prune();
  CHECK(create("key").header("idempotency-replayed").empty());
}

TEST_CASE_FIXTURE(KeyedTasks,
                  "http/idempotency: twenty requests at once with one key make one task") {
  for (int round = 0; round < 5; ++round) {
    const std::string key = "round-" + std::to_string(round);
    std::vector<Answer> answers(20);
    std::vector<std::thread> threads;
    for (Answer& answer : answers) {
      threads.emplace_back([&] {
        Client one(server.port);
        one.token = client.token;
        answer = one.call("POST", "/api/tasks", one_task, with_key(key));
      });
    }
    for (std::thread& thread : threads) thread.join();
    int first = 0;
    for (const Answer& answer : answers) {
      CHECK(answer.status == 201);
      CHECK(answer.body == answers[0].body);
      if (answer.header("idempotency-replayed").empty()) ++first;
    }
    CHECK(first == 1);
    CHECK(total() == round + 1);
  }
}

TEST_CASE(
    "http/idempotency: who is killed between the effect and its answer has both or neither: each "
    "request that is sent again until it is answered makes one task") {
  const unsigned seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 dice(seed);
  const TemporaryDirectory data;
  std::string token;
  {
    ServerProcess server(data.path());
    Client client(server.port());
    client.sign_up();
    token = client.token;
  }
  std::map<std::string, std::string> answered;  // the answers by key; empty: none came
  int next_key = 0;
  constexpr int rounds = 6;
  constexpr int clients = 4;
  for (int round = 0; round < rounds; ++round) {
    ServerProcess server(data.path());
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; ++i) {
      threads.emplace_back([&] {
        try {
          Client client(server.port());
          client.token = token;
          for (;;) {
            std::string key;
            {
              const std::lock_guard lock(mutex);
              key = "key-" + std::to_string(next_key++);
              answered[key];
            }
            const Answer answer =
                client.call("POST", "/api/tasks", json{{"title", key}}.dump(), with_key(key));
            if (answer.status != 201) return;
            const std::lock_guard lock(mutex);
            answered[key] = answer.body;
          }
        } catch (const std::exception&) {
          // The server is gone.
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + dice() % 150));
    server.process().signal(SIGKILL);
    server.process().wait();
    for (std::thread& thread : threads) thread.join();
  }
  ServerProcess server(data.path());
  Client client(server.port());
  client.token = token;
  for (const auto& [key, body] : answered) {
    const std::string& its_key = key;
    CAPTURE(its_key);
    const Answer again =
        client.call("POST", "/api/tasks", json{{"title", key}}.dump(), with_key(key));
    REQUIRE(again.status == 201);
    if (body.empty()) continue;
    CHECK(again.header("idempotency-replayed") == "true");
    CHECK(again.body == body);
  }
  CHECK(client.get("/api/tasks").json()["total"] == answered.size());
}

TEST_CASE("http/idempotency: neither a key nor an answer is in the log") {
  ServerProcess server(Process::Strings{"--log-level", "debug"});
  Client client(server.port());
  client.sign_up();
  const std::string body = R"({"title":"Geheimnis"})";
  for (int i = 0; i < 2; ++i) {
    CHECK(client.call("POST", "/api/tasks", body, with_key("schluessel")).status == 201);
  }
  CHECK(client.call("POST", "/api/tasks", one_task, with_key("schluessel")).status == 422);
  const Finished finished = server.stop();
  for (const std::string& text : {finished.output, finished.errors}) {
    CHECK(text.find("schluessel") == std::string::npos);
    CHECK(text.find("Geheimnis") == std::string::npos);
  }
  CHECK_FALSE(finished.errors.empty());
}

}  // namespace taskdock::testing
