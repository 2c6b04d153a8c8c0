#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "cli/outcome.h"
#include "store/errors.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/event_client.h"

namespace taskdock::testing {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

Backend::Options with_events(api::EventHub::Options events) {
  Backend::Options options;
  options.events = events;
  return options;
}

struct EventsServer {
  explicit EventsServer(const Backend::Options& options = {}) : server(options) {
    session = sign_up(client);
  }

  LocalServer server;
  Client client{server.port};
  json session;

  EventClient listen(const std::string& query = {}, const Client::Headers& headers = {}) {
    return EventClient(server.port, client.token, query, headers);
  }

  json create(const std::string& title) { return client.create_task(title); }
};

/// The events of tasks up to the change `last`, none of them a comment.
std::vector<ReceivedEvent> events_until(EventClient& events, std::int64_t last) {
  std::vector<ReceivedEvent> all;
  while (all.empty() || std::stoll(all.back().id) < last) {
    auto event = events.next();
    REQUIRE(event);
    if (!event->name.empty()) all.push_back(*std::move(event));
  }
  return all;
}

/// A local copy of the tasks, as a client keeps it, by their ids.
using Copy = std::map<std::string, json>;

void apply(const ReceivedEvent& event, Copy& copy) {
  if (event.name == "task") copy[event.data["id"]] = event.data;
  if (event.name == "task-deleted") copy.erase(event.data["id"]);
}

Copy all_tasks(Client& client) {
  Copy tasks;
  const json page = client.get("/api/tasks?limit=100").json();
  for (const json& task : page["tasks"]) tasks[task["id"]] = task;
  return tasks;
}

}  // namespace

TEST_CASE("http/events: what happens to tasks is told in order, each time with the whole task") {
  EventsServer server;
  server.create("before");
  EventClient events = server.listen();
  CHECK(events.head().header("content-type") == "text/event-stream");
  CHECK(events.head().header("cache-control") == "no-store");
  CHECK(events.head().header("x-accel-buffering") == "no");
  const ReceivedEvent hello = events.expect("hello");
  CHECK(hello.id == "1");
  CHECK(hello.data["revision"] == 1);
  CHECK(hello.data["epoch"].get<std::string>().size() == 36);

  const json task = server.create("one");
  CHECK(events.expect("task") == ReceivedEvent{"task", "2", task});
  const std::string path = "/api/tasks/" + task["id"].get<std::string>();
  const json changed = server.client.call("PATCH", path, R"({"title": "two"})").json();
  CHECK(events.expect("task") == ReceivedEvent{"task", "3", changed});
  const json completed = server.client.call("PATCH", path + "/complete").json();
  CHECK(events.expect("task") == ReceivedEvent{"task", "4", completed});
  REQUIRE(server.client.call("DELETE", path).status == 204);
  const ReceivedEvent deleted = events.expect("task-deleted");
  CHECK(deleted.id == "5");
  CHECK(deleted.data["id"] == task["id"]);
  CHECK(is_moment(deleted.data["deleted_at"]));
  CHECK(deleted.data.size() == 2);
  const json restored = server.client.call("POST", path + "/restore").json();
  CHECK(events.expect("task") == ReceivedEvent{"task", "6", restored});
}

TEST_CASE("http/events: a user is told of their own tasks only") {
  EventsServer server;
  EventClient events = server.listen();
  events.expect("hello");
  Client other(server.server.port);
  other.sign_up("bob@example.com");
  other.create_task("bob's");
  const json mine = server.create("mine");
  CHECK(events.expect("task").data == mine);
}

TEST_CASE("http/events: a batch is told task by task, and a failed one not at all") {
  EventsServer server;
  EventClient events = server.listen();
  events.expect("hello");
  json operations = json::array();
  for (int i = 0; i < 400; ++i) {
    operations.push_back(
        {{"op", "create"}, {"task", {{"title", "t"}, {"description", std::string(2000, 'x')}}}});
  }
  json failing = operations;
  failing.push_back({{"op", "delete"}, {"id", server.session["user"]["id"]}});
  CHECK(server.client.post("/api/tasks/batch", {{"operations", failing}}).status == 404);
  const Answer answer = server.client.post("/api/tasks/batch", {{"operations", operations}});
  REQUIRE(answer.status == 200);
  // More than may wait for one stream: the next events are read when these were taken.
  const auto received = events_until(events, 400);
  REQUIRE(received.size() == 400);
  const json results = answer.json()["results"];
  for (std::size_t i = 0; i < received.size(); ++i) {
    REQUIRE(received[i].data == results[i]["task"]);
  }
}

TEST_CASE("http/events: since and Last-Event-ID continue, and hello has the id to continue from") {
  EventsServer server;
  for (int i = 0; i < 5; ++i) server.create("t");
  for (const auto& [query, headers] : std::vector<std::pair<std::string, Client::Headers>>{
           {"?since=2", {}},
           {"", {{"Last-Event-ID", "2"}}},
           {"?since=1", {{"Last-Event-ID", "2"}}}}) {
    EventClient events = server.listen(query, headers);
    const ReceivedEvent hello = events.expect("hello");
    CHECK(hello.id == "2");
    CHECK(hello.data["revision"] == 5);
    for (const char* id : {"3", "4", "5"}) CHECK(events.expect("task").id == id);
  }
  EventClient all = server.listen("?since=0");
  CHECK(all.expect("hello").id == "0");
  CHECK(events_until(all, 5).size() == 5);
}

TEST_CASE("http/events: what is no revision is refused") {
  EventsServer server;
  for (const std::string value : {"x", "-1", "1.5", ""}) {
    CAPTURE(value);
    EventClient by_query = server.listen("?since=" + value);
    CHECK(by_query.status() == 422);
    CHECK(by_query.head().json()["detail"][0]["loc"] == json({"query", "since"}));
    EventClient by_header = server.listen("", {{"Last-Event-ID", value}});
    CHECK(by_header.status() == 422);
    CHECK(by_header.head().json()["detail"][0]["loc"] == json({"header", "Last-Event-ID"}));
  }
}

TEST_CASE("http/events: who is ahead of the database, or too far behind, has to read all again") {
  EventsServer server;
  const json task = server.create("one");
  server.create("two");
  REQUIRE(server.client.call("DELETE", "/api/tasks/" + task["id"].get<std::string>()).status ==
          204);
  server.server.backend.store.prune_tombstones(server.server.backend.clock.now() + 1h);
  server.server.backend.store.change([](store::Changes&) {});  // comes after that
  REQUIRE(server.server.backend.store.finish_background_work(30s));
  for (const std::string since : {"1", "4", "99"}) {
    CAPTURE(since);
    EventClient events = server.listen("?since=" + since);
    CHECK(events.expect("hello").id == since);
    CHECK(events.expect("resync") == ReceivedEvent{"resync", "3", json::object()});
  }
  EventClient current = server.listen("?since=3");
  current.expect("hello");
  server.create("next");
  CHECK(current.expect("task").id == "4");
}

TEST_CASE("http/events: a deletion that is forgotten before it was told makes streams begin anew") {
  EventsServer server;
  const json task = server.create("one");
  EventClient events = server.listen();
  events.expect("hello");
  auto& store = server.server.backend.store;
  server.server.backend.clock.advance(1s);
  const auto owner = *support::Uuid::parse(server.session["user"]["id"].get<std::string>());
  const auto id = *support::Uuid::parse(task["id"].get<std::string>());
  store.change([&](store::Changes& changes) {
    changes.remove_task(owner, id, server.server.backend.clock.now());
  });
  store.prune_tombstones(server.server.backend.clock.now() + 1h);
  const auto event = events.next();
  REQUIRE(event);
  CHECK(event->id == "2");
  CHECK((event->name == "task-deleted" || event->name == "resync"));
}

TEST_CASE("http/events: nothing is missed or told twice over reconnects while others write") {
  EventsServer server;
  constexpr int writers = 3;
  constexpr int changes = 60;
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      Client client(server.server.port);
      client.token = server.client.token;
      std::string path;
      for (int i = 0; i < changes; ++i) {
        const std::string title = std::to_string(w) + "." + std::to_string(i);
        if (i % 3 == 0) {
          path = "/api/tasks/" + client.create_task(title)["id"].get<std::string>();
        } else if (i % 3 == 1) {
          client.call("PATCH", path, json({{"title", title}}).dump());
        } else if (w == 0) {
          client.call("DELETE", path);
        } else {
          client.call("PATCH", path + "/complete");
        }
      }
    });
  }
  Copy copy;
  std::int64_t last = 0;
  int reconnects = 0;
  while (last < writers * changes) {
    EventClient events = server.listen("?since=" + std::to_string(last));
    CHECK(events.expect("hello").id == std::to_string(last));
    for (int i = 0; i < 1 + reconnects % 7 && last < writers * changes; ++i) {
      const auto event = events.next();
      REQUIRE(event);
      if (event->name.empty()) continue;
      CHECK(std::stoll(event->id) > last);
      last = std::stoll(event->id);
      apply(*event, copy);
    }
    ++reconnects;
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(copy == all_tasks(server.client));
}

TEST_CASE("http/events: all streams of a user are told the same") {
  EventsServer server(with_events({.max_streams = 64, .max_streams_per_session = 64}));
  std::vector<EventClient> streams;
  for (int i = 0; i < 40; ++i) {
    streams.push_back(server.listen());
    streams.back().expect("hello");
  }
  for (int i = 0; i < 20; ++i) server.create("t");
  const auto first = events_until(streams.front(), 20);
  CHECK(first.size() == 20);
  for (std::size_t i = 1; i < streams.size(); ++i) CHECK(events_until(streams[i], 20) == first);
}

TEST_CASE("http/events: a comment comes when there is nothing else") {
  EventsServer server(with_events({.keep_alive = 20ms}));
  EventClient events = server.listen();
  events.expect("hello");
  for (int i = 0; i < 3; ++i) {
    const auto comment = events.next();
    REQUIRE(comment);
    CHECK(comment->name.empty());
  }
  server.create("t");
  events.expect("task");
}

TEST_CASE("http/events: HEAD has the headers of the stream, and no stream") {
  EventsServer server;
  for (int i = 0; i < 10; ++i) {
    const Answer head = server.client.call("HEAD", "/api/events");
    CHECK(head.status == 200);
    CHECK(head.header("content-type") == "text/event-stream");
  }
  CHECK(server.server.backend.events.open_streams() == 0);
}

TEST_CASE("http/events: for HTTP/1.0, as proxies send it, the stream ends with the connection") {
  EventsServer server;
  RawSocket socket(server.server.port);
  socket.send("GET /api/events HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer " +
              server.client.token + "\r\n\r\n");
  std::string received;
  while (received.find("\r\n\r\nevent: hello\n") == std::string::npos) {
    REQUIRE(socket.receive(received));
  }
  CHECK(received.find("Transfer-Encoding") == std::string::npos);
  server.create("t");
  while (received.find("event: task\n") == std::string::npos) REQUIRE(socket.receive(received));
}

TEST_CASE("http/events: a client that reads nothing is cut off, and comes back with what it has") {
  EventsServer server;
  EventClient dead = server.listen();
  EventClient alive = server.listen();
  alive.expect("hello");
  const std::string text(2000, 'x');
  json operations = json::array();
  for (int i = 0; i < 100; ++i) {
    operations.push_back({{"op", "create"}, {"task", {{"title", "t"}, {"description", text}}}});
  }
  // Until the buffers of both ends and what may wait in the server are full.
  std::int64_t revision = 0;
  for (int i = 0; i < 300 && server.server.backend.events.open_streams() == 2; ++i) {
    REQUIRE(server.client.post("/api/tasks/batch", {{"operations", operations}}).status == 200);
    revision += 100;
    events_until(alive, revision);
  }
  CHECK(becomes_true([&] { return server.server.backend.events.open_streams() == 1; }));
  std::int64_t last = 0;
  while (const auto event = dead.next()) last = event->id.empty() ? last : std::stoll(event->id);
  CHECK(last < revision);
  EventClient again = server.listen("?since=" + std::to_string(last));
  CHECK(again.expect("hello").id == std::to_string(last));
  CHECK(std::cmp_equal(events_until(again, revision).size(), revision - last));
}

TEST_CASE("http/events: a stop ends all streams, and does not cut them off") {
  std::optional<EventsServer> server;
  server.emplace(with_events({.max_streams = 64, .max_streams_per_session = 64}));
  std::vector<EventClient> streams;
  for (int i = 0; i < 20; ++i) {
    streams.push_back(server->listen());
    streams.back().expect("hello");
  }
  server.reset();
  for (EventClient& stream : streams) {
    CHECK(stream.ends());
    CHECK(stream.is_complete());  // and was not cut off once the patience was over
  }
}

TEST_CASE("http/events: metrics and the table of the hub know how many streams are open") {
  EventsServer server;
  auto& hub = server.server.backend.events;
  {
    EventClient events = server.listen();
    events.expect("hello");
    CHECK(hub.open_streams() == 1);
  }
  // The server notices that a client is gone when it sends something.
  for (int i = 0; i < 3000 && hub.open_streams() > 0; ++i) {
    server.create("t");
    std::this_thread::sleep_for(10ms);
  }
  CHECK(hub.open_streams() == 0);
}

}  // namespace taskdock::testing
