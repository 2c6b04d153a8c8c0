#include "api/launch_guard.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "api/errors.h"
#include "testing/given_body.h"

namespace taskdock::api {

namespace {

const std::string text = "0123456789abcdefghijABCDEFGHIJ-_";
const security::LaunchToken token(text);
const std::string cookie = token.cookie_name() + '=' + token.cookie_value();

using Headers = std::vector<Header>;
using Strings = std::vector<std::string>;

/// The answer to a request, or nothing where it passes; status 403 where it is refused.
std::optional<Response> answer(const std::string& target, const Headers& headers = {},
                               std::string_view method = "GET") {
  testing::GivenBody body;
  try {
    return answer_to_launch(token, {.method = method,
                                    .target = target,
                                    .path = target.substr(0, target.find('?')),
                                    .query = {},
                                    .headers = headers,
                                    .body = body,
                                    .client_address = "127.0.0.1",
                                    .id = "test-1"});
  } catch (const ApiError& error) {
    CHECK(error.what() == std::string("Launch token required"));
    return Response{.status = error.status()};
  }
}

bool passes(const Headers& headers, const std::string& target = "/api/tasks") {
  const auto given = answer(target, headers);
  if (given) CHECK(given->status == 403);
  return !given;
}

std::map<std::string, std::string> headers_of(const Response& response) {
  return {response.headers.begin(), response.headers.end()};
}

}  // namespace

TEST_CASE("api/launch_guard: the token passes as a header, in any case of its name") {
  CHECK(passes({{"X-Taskdock-Launch", text}}));
  CHECK(passes({{"x-taskdock-launch", text}}));
  CHECK(passes({{"X-Taskdock-Launch", text}, {"Sec-Fetch-Site", "cross-site"}}));
  CHECK(passes({{"X-Taskdock-Launch", "wrong"}, {"Cookie", cookie}}));
  const std::string bearer = "Bearer " + text;
  for (const Headers& headers :
       {Headers{}, Headers{{"X-Taskdock-Launch", ""}}, Headers{{"X-Taskdock-Launch", "wrong"}},
        Headers{{"X-Taskdock-Launch", token.cookie_value()}}, Headers{{"Authorization", bearer}},
        Headers{{"X-Taskdock-Launch", text}, {"X-Taskdock-Launch", text}}}) {
    CHECK_FALSE(passes(headers));
  }
}

TEST_CASE("api/launch_guard: the cookie passes among others, by its name and value") {
  for (const std::string& value :
       {cookie, "a=b; " + cookie, cookie + "; a=b", "a=b;" + cookie + ";c=d",
        token.cookie_name() + "=old; " + cookie, "; " + cookie}) {
    CAPTURE(value);
    CHECK(passes({{"Cookie", value}}));
  }
  for (const std::string& value :
       Strings{"", token.cookie_name() + '=' + text, token.cookie_name() + '=', token.cookie_name(),
               cookie + 'a', "x" + cookie, "launch=" + token.cookie_value(), token.cookie_value(),
               "a=\"" + cookie + '"', "\xff=\xff;\xff"}) {
    CAPTURE(value);
    CHECK_FALSE(passes({{"Cookie", value}}));
  }
}

TEST_CASE("api/launch_guard: the cookie does not count for pages of another origin") {
  // Another port of the same host is the same site, to which the browser sends the cookie.
  for (const auto& [site, expected] : std::map<std::string, bool>{{"same-origin", true},
                                                                  {"none", true},
                                                                  {"same-site", false},
                                                                  {"cross-site", false},
                                                                  {"", false}}) {
    CAPTURE(site);
    CHECK(passes({{"Cookie", cookie}, {"Sec-Fetch-Site", site}}) == expected);
  }
}

TEST_CASE(
    "api/launch_guard: a visit with the token sets the cookie and leads to the same address "
    "without it") {
  for (const auto& [target, location] : std::map<std::string, std::string>{
           {"/?launch=" + text, "/"},
           {"/app/?launch=" + text, "/app/"},
           {"/app/?launch=" + text + "&view=today", "/app/?view=today"},
           {"/?launch=" + text + "&view=today", "/?view=today"},
           {"/?view=today&launch=" + text + "&x=%20", "/?view=today&x=%20"},
           {"/?launch=" + text + "&launch=other", "/?launch=other"},
           {"/?&launch=" + text + "&", "/?&"}}) {
    const auto& shown_target = target;
    CAPTURE(shown_target);
    for (const char* method : {"GET", "HEAD"}) {
      const auto response = answer(target, {}, method);
      REQUIRE(response);
      CHECK(response->status == 303);
      CHECK(response->body.empty());
      const auto headers = headers_of(*response);
      CHECK(headers.at("Location") == location);
      CHECK(headers.at("Set-Cookie") == cookie + "; Path=/; HttpOnly; SameSite=Strict");
      CHECK(headers.at("Cache-Control") == "no-store");
      CHECK(headers.at("Referrer-Policy") == "no-referrer");
      for (const auto& [name, value] : headers) CHECK(value.find(text) == std::string::npos);
    }
  }
}

TEST_CASE("api/launch_guard: a visit that a page of another origin leads to goes on by itself") {
  // A redirect would still be that page's request, and the browser would send no strict cookie.
  for (const char* site : {"cross-site", "same-site"}) {
    const auto response = answer("/?launch=" + text + "&a=1", {{"Sec-Fetch-Site", site}});
    REQUIRE(response);
    CHECK(response->status == 200);
    const auto headers = headers_of(*response);
    CHECK(headers.at("Refresh") == "0; url=/?a=1");
    CHECK_FALSE(headers.contains("Location"));
    CHECK(headers.at("Set-Cookie") == cookie + "; Path=/; HttpOnly; SameSite=Strict");
  }
}

TEST_CASE("api/launch_guard: no other address, method or token starts a launch") {
  for (const std::string& target :
       Strings{"/?launch=", "/?launch=wrong", "/?launch=" + text + "a", "/?Launch=" + text,
               "/?xlaunch=" + text, "/?" + text, "/?launch", "/?launch=wrong&launch=" + text,
               "/?launch=" + token.cookie_value(), "/health?launch=" + text, "/docs?launch=" + text,
               "//?launch=" + text, "/app?launch=" + text, "/app/?launch=wrong",
               "/app/app.js?launch=" + text}) {
    CAPTURE(target);
    CHECK_FALSE(passes({}, target));
    CHECK(passes({{"Cookie", cookie}}, target));
  }
  const auto posted = answer("/?launch=" + text, {}, "POST");
  REQUIRE(posted);
  CHECK(posted->status == 403);
}

}  // namespace taskdock::api
