// The checks that a request has to pass, in their order, for every combination of what they look
// at.

#include <doctest/doctest.h>

#include <functional>

#include "http/launch_token.h"
#include "http/origin_guard.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/given_body.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

const security::LaunchToken guarding_token(launch_token);
const std::string allowed_origin = "http://allowed.example";

enum class Host { own, localhost, foreign };
enum class Origin { none, own, allowed, foreign, null };
enum class Launch { none, right, wrong, cookie, wrong_cookie };
enum class Bearer { none, right, wrong };
enum class Asked { list, create, missing_method, missing_path, health, preflight };

struct Combination {
  Host host;
  Origin origin;
  Launch launch;
  Bearer bearer;
  Asked asked;
};

/// How a server is configured.
struct Configuration {
  bool is_loopback;
  bool has_launch_token;
  bool allows_null;
};

constexpr int origin_refused = 1403;
constexpr int launch_refused = 2403;

bool is_unsafe(Asked asked) {
  return asked == Asked::create || asked == Asked::missing_method;
}

/// What the contract says: the status, or which of the two reasons for a 403.
int expected(const Combination& c, const Configuration& server) {
  if (c.host == Host::foreign && server.is_loopback) return 421;
  const bool is_foreign =
      c.origin == Origin::foreign || (c.origin == Origin::null && !server.allows_null);
  if (is_unsafe(c.asked) && is_foreign) return origin_refused;
  if (c.asked == Asked::preflight) return 204;
  if (c.asked == Asked::health) return 200;
  const bool is_launched = c.launch == Launch::right || c.launch == Launch::cookie;
  if (server.has_launch_token && !is_launched) return launch_refused;
  if (c.asked == Asked::missing_path) return 404;
  if (c.asked == Asked::missing_method) return 405;
  if (c.bearer != Bearer::right) return 401;
  return c.asked == Asked::create ? 201 : 200;
}

struct Message {
  std::string method;
  std::string path;
  std::string host;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

Message message_of(const Combination& c, const std::string& own_host, const std::string& bearer) {
  Message message{"GET", "/api/tasks", own_host, {}, ""};
  if (c.host == Host::localhost) message.host = "localhost";
  if (c.host == Host::foreign) message.host = "evil.example";
  switch (c.origin) {
    case Origin::none:
      break;
    case Origin::own:
      message.headers.emplace_back("Origin", "http://" + message.host);
      break;
    case Origin::allowed:
      message.headers.emplace_back("Origin", allowed_origin);
      break;
    case Origin::foreign:
      message.headers.emplace_back("Origin", "http://evil.example:81");
      break;
    case Origin::null:
      message.headers.emplace_back("Origin", "null");
      break;
  }
  switch (c.launch) {
    case Launch::none:
      break;
    case Launch::right:
      message.headers.emplace_back("X-Taskdock-Launch", launch_token);
      break;
    case Launch::wrong:
      message.headers.emplace_back("X-Taskdock-Launch", launch_token + "x");
      break;
    case Launch::cookie:
      message.headers.emplace_back(
          "Cookie", guarding_token.cookie_name() + '=' + guarding_token.cookie_value());
      break;
    case Launch::wrong_cookie:
      message.headers.emplace_back("Cookie", guarding_token.cookie_name() + "=x");
      break;
  }
  if (c.bearer != Bearer::none) {
    message.headers.emplace_back("Authorization",
                                 "Bearer " + (c.bearer == Bearer::right ? bearer : "x"));
  }
  switch (c.asked) {
    case Asked::list:
      break;
    case Asked::create:
      message.method = "POST";
      message.body = R"({"title":"x"})";
      message.headers.emplace_back("Content-Type", "application/json");
      break;
    case Asked::missing_method:
      message.method = "DELETE";
      break;
    case Asked::missing_path:
      message.path = "/nothing";
      break;
    case Asked::health:
      message.path = "/health";
      break;
    case Asked::preflight:
      message.method = "OPTIONS";
      message.headers.emplace_back("Access-Control-Request-Method", "POST");
      break;
  }
  return message;
}

/// What an answer says, in the terms of expected().
int meaning_of(int status, const std::string& body) {
  if (status != 403) return status;
  const bool is_launch = nlohmann::json::parse(body)["detail"] == "Launch token required";
  return is_launch ? launch_refused : origin_refused;
}

/// Calls `visit` with every combination, and one that says which it is.
void for_each_combination(
    const std::function<void(const Combination&, const std::string&)>& visit) {
  for (const Host host : {Host::own, Host::localhost, Host::foreign}) {
    for (const Origin origin :
         {Origin::none, Origin::own, Origin::allowed, Origin::foreign, Origin::null}) {
      for (const Launch launch :
           {Launch::none, Launch::right, Launch::wrong, Launch::cookie, Launch::wrong_cookie}) {
        for (const Bearer bearer : {Bearer::none, Bearer::right, Bearer::wrong}) {
          for (const Asked asked : {Asked::list, Asked::create, Asked::missing_method,
                                    Asked::missing_path, Asked::health, Asked::preflight}) {
            std::string name;
            for (const int part :
                 {static_cast<int>(host), static_cast<int>(origin), static_cast<int>(launch),
                  static_cast<int>(bearer), static_cast<int>(asked)}) {
              name += std::to_string(part) + ' ';
            }
            visit({host, origin, launch, bearer, asked}, name);
          }
        }
      }
    }
  }
}

/// The application behind the guard, as the HTTP server puts them together, without a socket.
struct Stack {
  Stack(const std::string& address, const Configuration& configuration)
      : backend({.launch_token = configuration.has_launch_token ? std::optional(guarding_token)
                                                                : std::nullopt}),
        cors(configuration.allows_null ? std::vector<std::string>{allowed_origin, "null"}
                                       : std::vector<std::string>{allowed_origin}),
        guard({.host = address, .port = 8000}, {}, cors) {}

  int send(const Message& message) {
    http::RequestHead head;
    head.method = message.method;
    head.host = message.host;
    for (const auto& [name, value] : message.headers) head.headers.push_back({name, value});
    if (const auto refusal = guard.check(head)) {
      return meaning_of(refusal->status, api::error_response(403, refusal->detail).body);
    }
    testing::GivenBody body(message.body);
    const api::Response response = backend.application.handle({.method = message.method,
                                                               .target = message.path,
                                                               .path = message.path,
                                                               .query = {},
                                                               .headers = head.headers,
                                                               .body = body,
                                                               .client_address = "127.0.0.1",
                                                               .id = "test-1"});
    return meaning_of(response.status, response.body);
  }

  Backend backend;
  const http::Cors cors;
  const http::OriginGuard guard;
};

const std::vector<Configuration> configurations = {
    {true, false, false}, {true, true, false}, {true, true, true}};

}  // namespace

TEST_CASE("http/checks: every combination at a server gets what the contract says") {
  for (const Configuration& configuration : configurations) {
    ServerProcess server(
        Process::Strings{"--cors-origins",
                         allowed_origin + (configuration.allows_null ? ",null" : "")},
        configuration.has_launch_token ? launch_environment : Process::Strings{});
    Client owner(server.port());
    const Answer signed_up = owner.call("POST", "/api/auth/signup", account().dump(),
                                        {{"X-Taskdock-Launch", launch_token}});
    const std::string bearer = signed_up.json()["access_token"];
    const std::string own_host = "127.0.0.1:" + std::to_string(server.port());
    RawSocket socket(server.port());
    std::string surplus;
    for_each_combination([&](const Combination& combination, const std::string& name) {
      const Message message = message_of(combination, own_host, bearer);
      std::string text =
          message.method + ' ' + message.path + " HTTP/1.1\r\nHost: " + message.host + "\r\n";
      for (const auto& [field, value] : message.headers) text += field + ": " + value + "\r\n";
      text += "Content-Length: " + std::to_string(message.body.size()) + "\r\n\r\n" + message.body;
      // A body that is refused unread ends its connection.
      const bool is_alone = !message.body.empty();
      if (!is_alone) socket.send(text);
      const Answer answer =
          is_alone ? send_raw(server.port(), text) : Client::read_answer(socket, surplus, false);
      const int said = meaning_of(answer.status, answer.body);
      if (said != expected(combination, configuration)) CAPTURE(name);
      CHECK(said == expected(combination, configuration));
    });
  }
}

TEST_CASE("http/checks: every combination at other addresses gets what the contract says") {
  for (Configuration configuration : configurations) {
    for (const char* address : {"127.0.0.1", "::1", "0.0.0.0", "::", "192.0.2.7"}) {
      CAPTURE(address);
      configuration.is_loopback =
          address == std::string("127.0.0.1") || address == std::string("::1");
      Stack stack(address, configuration);
      const Message sign_up{
          "POST",
          "/api/auth/signup",
          "localhost",
          {{"Content-Type", "application/json"}, {"X-Taskdock-Launch", launch_token}},
          account().dump()};
      REQUIRE(stack.send(sign_up) == 201);
      // The session of that user, whose tokens only the answer had.
      const auto caller = stack.backend.store.snapshot().find_credentials("ann@example.com");
      REQUIRE(caller);
      const auto sessions = stack.backend.store.snapshot().list_sessions(
          caller->user.id, stack.backend.clock.now(), 1, 0);
      const std::string bearer = stack.backend.tokens.sign(
          {.user_id = caller->user.id,
           .session_id = sessions.sessions.front().id,
           .email = caller->user.email,
           .name = caller->user.name,
           .issued_at = stack.backend.clock.now(),
           .expires_at = stack.backend.clock.now() + std::chrono::hours(1),
           .token_id = caller->user.id});
      const bool is_ipv6 = std::string(address).find(':') != std::string::npos;
      const std::string host = is_ipv6 ? '[' + std::string(address) + ']' : address;
      for_each_combination([&](const Combination& combination, const std::string& name) {
        const int said = stack.send(message_of(combination, host + ":8000", bearer));
        if (said != expected(combination, configuration)) CAPTURE(name);
        CHECK(said == expected(combination, configuration));
      });
    }
  }
}

}  // namespace taskdock::testing
