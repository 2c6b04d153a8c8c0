#include <doctest/doctest.h>

#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/event_client.h"

namespace taskdock::testing {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

struct RemindersServer {
  RemindersServer() { sign_up(client); }

  LocalServer server;
  Client client{server.port};

  /// Moves the clock, and logs in again: the access token may have expired.
  void advance(std::chrono::microseconds time) {
    server.backend.clock.advance(time);
    log_in(client);
  }

  /// In so much time, by the server's clock.
  std::string in(std::chrono::microseconds time) {
    return support::format_rfc3339(server.backend.clock.now() + time);
  }

  json create(const std::string& title, const std::string& remind_at) {
    const Answer answer = client.post("/api/tasks", {{"title", title}, {"remind_at", remind_at}});
    REQUIRE(answer.status == 201);
    return answer.json();
  }

  json patch(const json& task, const json& change) {
    const Answer answer =
        client.call("PATCH", "/api/tasks/" + task["id"].get<std::string>(), change.dump());
    REQUIRE(answer.status == 200);
    return answer.json();
  }

  EventClient listen() {
    EventClient events(server.port, client.token);
    events.expect("hello");
    return events;
  }

  /// The titles of the tasks that the user was reminded of up to now.
  std::vector<std::string> reminded(EventClient& events) {
    // It is due at once, and after all others.
    create("last", in(0s));
    std::vector<std::string> titles;
    for (;;) {
      const auto event = events.next();
      REQUIRE(event);
      if (event->name != "reminder") continue;
      if (event->data["title"] == "last") return titles;
      titles.push_back(event->data["title"]);
    }
  }
};

using Titles = std::vector<std::string>;

}  // namespace

TEST_CASE("http/reminders: a reminder comes at its moment, once, with the task and without an id") {
  RemindersServer server;
  const json task = server.create("call", server.in(1h));
  EventClient events = server.listen();
  server.advance(59min);
  CHECK(server.reminded(events).empty());
  server.advance(1min);
  const ReceivedEvent reminder = events.expect("reminder");
  CHECK(reminder == ReceivedEvent{"reminder", "", task});
  server.advance(24h);
  CHECK(server.reminded(events).empty());
}

TEST_CASE("http/reminders: a moment that is over when it is set is reminded of at once, once") {
  RemindersServer server;
  EventClient events = server.listen();
  const json task = server.create("late", server.in(-1h));
  CHECK(events.expect("task").data == task);
  CHECK(events.expect("reminder").data == task);
  // To set the same again changes nothing.
  server.patch(task, {{"remind_at", task["remind_at"]}, {"title", "later"}});
  CHECK(server.reminded(events).empty());
  server.patch(task, {{"remind_at", server.in(-2h)}});
  CHECK(server.reminded(events) == Titles{"later"});
}

TEST_CASE("http/reminders: who was not there is reminded on coming back, once") {
  RemindersServer server;
  server.create("second", server.in(2h));
  server.create("first", server.in(1h));
  server.advance(3h);
  EventClient events = server.listen();
  CHECK(server.reminded(events) == Titles{"first", "second"});
  EventClient again = server.listen();
  CHECK(server.reminded(again).empty());
}

TEST_CASE("http/reminders: all streams of the user are told, and a later one is not") {
  RemindersServer server;
  EventClient first = server.listen();
  EventClient second = server.listen();
  server.create("call", server.in(-1s));
  first.expect("task");
  first.expect("reminder");
  second.expect("task");
  second.expect("reminder");
  EventClient third = server.listen();
  CHECK(server.reminded(third).empty());
}

TEST_CASE("http/reminders: of what is completed, deleted or cleared nobody is reminded") {
  RemindersServer server;
  const json completed = server.create("completed", server.in(1h));
  server.patch(completed, {{"is_completed", true}});
  const json deleted = server.create("deleted", server.in(1h));
  server.client.call("DELETE", "/api/tasks/" + deleted["id"].get<std::string>());
  server.patch(server.create("cleared", server.in(1h)), {{"remind_at", nullptr}});
  server.patch(server.create("moved", server.in(1h)), {{"remind_at", server.in(72h)}});
  server.patch(server.create("brought forward", server.in(72h)), {{"remind_at", server.in(1h)}});
  EventClient events = server.listen();
  server.advance(2h);
  CHECK(server.reminded(events) == Titles{"brought forward"});
  server.advance(72h);
  CHECK(server.reminded(events) == Titles{"moved"});
}

TEST_CASE("http/reminders: what is opened again or restored is reminded of, if that is to come") {
  RemindersServer server;
  const json opened = server.create("opened", server.in(1h));
  server.patch(opened, {{"is_completed", true}});
  server.patch(opened, {{"is_completed", false}});
  const json restored = server.create("restored", server.in(2h));
  const std::string path = "/api/tasks/" + restored["id"].get<std::string>();
  server.client.call("DELETE", path);
  CHECK(server.client.call("POST", path + "/restore").status == 200);
  EventClient events = server.listen();
  server.advance(3h);
  CHECK(server.reminded(events) == Titles{"opened", "restored"});
  server.patch(opened, {{"is_completed", true}});
  server.patch(opened, {{"is_completed", false}});
  server.client.call("DELETE", path);
  CHECK(server.client.call("POST", path + "/restore").status == 200);
  CHECK(server.reminded(events).empty());
}

TEST_CASE("http/reminders: opening a task that is open does not lose its reminder") {
  RemindersServer server;
  const json task = server.create("call", server.in(1h));
  server.advance(2h);
  server.patch(task, {{"is_completed", false}});
  EventClient events = server.listen();
  CHECK(server.reminded(events) == Titles{"call"});
}

TEST_CASE("http/reminders: the next task of a series is reminded of as much earlier as the last") {
  RemindersServer server;
  const Answer created = server.client.post("/api/tasks", {{"title", "water"},
                                                           {"due_date", server.in(24h)},
                                                           {"remind_at", server.in(23h)},
                                                           {"recurrence", "FREQ=DAILY"}});
  REQUIRE(created.status == 201);
  server.patch(created.json(), {{"is_completed", true}});
  EventClient events = server.listen();
  server.advance(24h);
  CHECK(server.reminded(events).empty());
  server.advance(23h);
  CHECK(server.reminded(events) == Titles{"water"});
}

TEST_CASE("http/reminders: a clock that is set back makes a reminder later, and loses none") {
  RemindersServer server;
  server.create("call", server.in(1h));
  EventClient events = server.listen();
  server.advance(-24h);
  server.create("sooner", server.in(1h));
  server.advance(2h);
  CHECK(server.reminded(events) == Titles{"sooner"});
  server.advance(24h);
  CHECK(server.reminded(events) == Titles{"call"});
}

TEST_CASE("http/reminders: many at once are all told") {
  RemindersServer server;
  for (int i = 0; i < 40; ++i) server.create("t" + std::to_string(i), server.in(1h));
  EventClient events = server.listen();
  server.advance(2h);
  CHECK(server.reminded(events).size() == 40);
}

}  // namespace taskdock::testing
