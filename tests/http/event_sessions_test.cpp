#include <doctest/doctest.h>

#include <functional>
#include <thread>

#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/event_client.h"

namespace taskdock::testing {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

Backend::Options with_streams(api::EventHub::Options events) {
  Backend::Options options;
  options.limits = std::nullopt;
  options.refresh_token_ttl = 1h;
  options.events = events;
  return options;
}

/// A user with two sessions, one of which listens.
struct Listening {
  explicit Listening(const api::EventHub::Options& events = {}) : server(with_streams(events)) {
    session = sign_up(client);
    other_session = log_in(other);
  }

  LocalServer server;
  Client client{server.port};
  Client other{server.port};
  json session;
  json other_session;

  EventClient listen() {
    EventClient events(server.port, client.token);
    REQUIRE(events.status() == 200);
    events.expect("hello");
    return events;
  }

  std::string ticket() {
    const Answer answer = client.call("POST", "/api/events/ticket");
    REQUIRE(answer.status == 201);
    return answer.json()["ticket"];
  }

  EventClient listen_with(const std::string& ticket) {
    return EventClient(server.port, {}, "?ticket=" + ticket);
  }
};

void check_session_ended(EventClient& events) {
  CHECK(events.expect("session-ended") == ReceivedEvent{"session-ended", "", json::object()});
  CHECK(events.ends());
  CHECK(events.is_complete());
}

}  // namespace

TEST_CASE("http/event_sessions: a stream ends with its session, however that ends") {
  const std::string wrong_refresh = "refresh";
  const std::vector<std::pair<const char*, std::function<void(Listening&)>>> ways = {
      {"it logs out",
       [](Listening& l) { CHECK(l.client.call("POST", "/api/auth/logout").status == 204); }},
      {"another session ends it",
       [](Listening& l) { CHECK(l.other.call("DELETE", "/api/auth/sessions").status == 204); }},
      {"the password is changed",
       [](Listening& l) {
         CHECK(l.other
                   .call("PUT", "/api/auth/password",
                         json({{"current_password", account_password},
                               {"new_password", "a new horse battery"}})
                             .dump())
                   .status == 204);
       }},
      {"the account is deleted",
       [](Listening& l) {
         CHECK(l.other
                   .call("DELETE", "/api/auth/me",
                         json({{"current_password", account_password}}).dump())
                   .status == 204);
       }},
      {"its refresh token was stolen",
       [](Listening& l) {
         Client thief(l.server.port);
         const json token = {{"refresh_token", l.session["refresh_token"]}};
         CHECK(thief.post("/api/auth/refresh", token).status == 200);
         l.server.backend.clock.advance(1min);
         CHECK(thief.post("/api/auth/refresh", token).status == 401);
       }},
      {"it expires", [](Listening& l) { l.server.backend.clock.advance(2h); }},
      {"another process ends it",
       [](Listening& l) {
         store::Store beside(l.server.backend.file, {.may_migrate = false});
         const auto id = *support::Uuid::parse(l.session["user"]["id"].get<std::string>());
         beside.change([&](store::Changes& changes) { changes.end_sessions(id, std::nullopt); });
       }},
      {"another process deletes the account", [](Listening& l) {
         store::Store beside(l.server.backend.file, {.may_migrate = false});
         const auto id = *support::Uuid::parse(l.session["user"]["id"].get<std::string>());
         beside.change([&](store::Changes& changes) { changes.remove_user(id); });
       }}};
  for (const auto& [way, end_session] : ways) {
    CAPTURE(way);
    Listening listening;
    EventClient events = listening.listen();
    end_session(listening);
    check_session_ended(events);
  }
}

TEST_CASE("http/event_sessions: the streams of other sessions go on") {
  Listening listening;
  EventClient events = listening.listen();
  EventClient others(listening.server.port, listening.other.token);
  others.expect("hello");
  REQUIRE(listening.client.call("POST", "/api/auth/logout").status == 204);
  check_session_ended(events);
  const json task = listening.other.create_task("t");
  CHECK(others.expect("task").data == task);
}

TEST_CASE(
    "http/event_sessions: a stream by a token for scripts ends when that is revoked or expires") {
  for (const bool expires : {false, true}) {
    CAPTURE(expires);
    Listening listening;
    json wanted = {{"name", "backup"}, {"scope", "read"}};
    if (expires) wanted["expires_in"] = 3600;
    const Answer made = listening.client.post("/api/auth/tokens", wanted);
    REQUIRE(made.status == 201);
    const std::string token = made.json()["token"];
    EventClient events(listening.server.port, token);
    events.expect("hello");
    const json task = listening.client.create_task("t");
    CHECK(events.expect("task").data == task);
    Client script(listening.server.port);
    script.token = token;
    CHECK(script.call("POST", "/api/events/ticket").status == 403);
    if (expires) {
      listening.server.backend.clock.advance(1h);
    } else {
      const std::string id = made.json()["id"];
      REQUIRE(listening.client.call("DELETE", "/api/auth/tokens/" + id).status == 204);
    }
    check_session_ended(events);
  }
}

TEST_CASE("http/event_sessions: a session that is refreshed goes on after it would have expired") {
  Listening listening;
  EventClient events = listening.listen();
  listening.server.backend.clock.advance(50min);
  const Answer refreshed = listening.client.post(
      "/api/auth/refresh", {{"refresh_token", listening.session["refresh_token"]}});
  REQUIRE(refreshed.status == 200);
  listening.server.backend.clock.advance(50min);
  listening.client.token = refreshed.json()["access_token"];
  log_in(listening.other);
  const json task = listening.other.create_task("t");
  CHECK(events.expect("task").data == task);
  listening.server.backend.clock.advance(50min);
  check_session_ended(events);
}

TEST_CASE("http/event_sessions: what another process writes is told") {
  Listening listening;
  EventClient events = listening.listen();
  Backend& backend = listening.server.backend;
  store::Store beside(backend.file, {.may_migrate = false});
  const auto owner = *support::Uuid::parse(listening.session["user"]["id"].get<std::string>());
  for (const std::int64_t revision : {1, 2, 3}) {
    const store::Task task{{.title = "beside"}, backend.ids.next(), false, owner,
                           backend.clock.now(), backend.clock.now()};
    beside.change([&](store::Changes& changes) { changes.add_task(task); });
    CHECK(events.expect("task").id == std::to_string(revision));
  }
}

TEST_CASE("http/event_sessions: a ticket opens one stream of its session") {
  Listening listening;
  const Answer answer = listening.client.call("POST", "/api/events/ticket");
  CHECK(answer.status == 201);
  CHECK(answer.json()["ticket"].get<std::string>().size() == 43);
  CHECK(is_moment(answer.json()["expires_at"]));
  const std::string ticket = answer.json()["ticket"];

  EventClient events = listening.listen_with(ticket);
  events.expect("hello");
  const json task = listening.client.create_task("t");
  CHECK(events.expect("task").data == task);
  EventClient second = listening.listen_with(ticket);
  check_error(second.head(), 401, "Could not validate credentials");
  REQUIRE(listening.client.call("POST", "/api/auth/logout").status == 204);
  check_session_ended(events);
}

TEST_CASE("http/event_sessions: a ticket is valid for 30 seconds, and while its session lasts") {
  Listening listening;
  const std::string in_time = listening.ticket();
  const std::string too_late = listening.ticket();
  listening.server.backend.clock.advance(29s);
  CHECK(listening.listen_with(in_time).status() == 200);
  listening.server.backend.clock.advance(1s);
  CHECK(listening.listen_with(too_late).status() == 401);
  const std::string of_ended = listening.ticket();
  REQUIRE(listening.client.call("POST", "/api/auth/logout").status == 204);
  CHECK(listening.listen_with(of_ended).status() == 401);
}

TEST_CASE("http/event_sessions: nothing but a ticket of ours is one, and it opens nothing else") {
  Listening listening;
  for (const std::string wrong : {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    CHECK(listening.listen_with(wrong).status() == 401);
  }
  CHECK(listening.listen_with(listening.client.token).status() == 401);
  Client anonymous(listening.server.port);
  CHECK(anonymous.get("/api/tasks?ticket=" + listening.ticket()).status == 401);
  CHECK(anonymous.get("/api/events").status == 401);
  CHECK(anonymous.call("POST", "/api/events/ticket").status == 401);
  Client with_ticket(listening.server.port);
  with_ticket.token = listening.ticket();
  CHECK(with_ticket.get("/api/auth/me").status == 401);
}

TEST_CASE("http/event_sessions: of more streams than a session may have the oldest ends") {
  Listening listening({.max_streams_per_session = 2});
  EventClient oldest = listening.listen();
  EventClient older = listening.listen();
  EventClient of_other(listening.server.port, listening.other.token);
  of_other.expect("hello");
  EventClient newest = listening.listen();
  CHECK(oldest.ends());
  CHECK(oldest.is_complete());
  const json task = listening.client.create_task("t");
  for (EventClient* events : {&older, &of_other, &newest})
    CHECK(events->expect("task").data == task);
}

TEST_CASE(
    "http/event_sessions: more streams than there may be are refused, and one takes a place that "
    "is free") {
  Listening listening({.max_streams = 2, .max_streams_per_session = 2});
  EventClient first = listening.listen();
  EventClient second(listening.server.port, listening.other.token);
  second.expect("hello");
  EventClient refused(listening.server.port, listening.client.token);
  check_error(refused.head(), 503, "Too many streams of events are open; try again");
  CHECK(refused.head().header("retry-after") == "1");
  REQUIRE(listening.client.call("POST", "/api/auth/logout").status == 204);
  check_session_ended(first);
  Client third(listening.server.port);
  log_in(third);
  int status = 0;
  for (int i = 0; i < 500 && status != 200; ++i) {  // until the server has ended the first
    if (i > 0) std::this_thread::sleep_for(20ms);
    status = EventClient(listening.server.port, third.token).status();
  }
  CHECK(status == 200);
}

}  // namespace taskdock::testing
