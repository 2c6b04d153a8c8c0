#include "api/launch_guard.h"

#include <algorithm>
#include <string>

#include "api/errors.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

/// Whether a page of another origin has made the browser send `request` (w3.org/TR/fetch-metadata).
/// Another port of the same host is another origin, too, although the browser sends cookies to it.
bool comes_from_other_origin(const Request& request) {
  const auto site = request.header("Sec-Fetch-Site");
  return site && *site != "same-origin" && *site != "none";
}

bool has_launch_cookie(const security::LaunchToken& token, const Request& request) {
  const std::string prefix = token.cookie_name() + '=';
  return support::any_part(
      request.header("Cookie").value_or(""), ';', [&](std::string_view cookie) {
        return cookie.starts_with(prefix) && token.matches_cookie(cookie.substr(prefix.size()));
      });
}

/// A visit to /?launch=TOKEN or /app/?launch=TOKEN.
struct Visit {
  std::string_view launch;
  std::string target;  // the same address without this parameter
};

std::optional<Visit> find_visit(const Request& request) {
  if ((request.path != "/" && request.path != "/app/") ||
      (request.method != "GET" && request.method != "HEAD")) {
    return std::nullopt;
  }
  constexpr std::string_view name = "launch=";
  std::optional<Visit> visit;
  std::string others;
  std::string_view rest =
      request.target.substr(std::min(request.target.find('?'), request.target.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the question mark, or the ampersand
    const std::string_view parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(parameter.size());
    if (!visit && parameter.starts_with(name)) {
      visit.emplace(Visit{parameter.substr(name.size()), std::string(request.path)});
    } else {
      (others += others.empty() ? '?' : '&') += parameter;
    }
  }
  if (visit) visit->target += others;
  return visit;
}

/// The answer that makes the browser keep the cookie and go to `target`.
Response start_launch(const security::LaunchToken& token, const Request& request,
                      const std::string& target) {
  Response response{.status = 303,
                    .headers = {{"Set-Cookie", token.cookie_name() + '=' + token.cookie_value() +
                                                   "; Path=/; HttpOnly; SameSite=Strict"},
                                {"Cache-Control", "no-store"},
                                {"Referrer-Policy", "no-referrer"}}};
  if (comes_from_other_origin(request)) {
    // A redirect would be the other page's request as well, and go without the new cookie. After
    // this answer it is the server's own page that goes on.
    response.status = 200;
    response.headers.emplace_back("Refresh", "0; url=" + target);
  } else {
    response.headers.emplace_back("Location", target);
  }
  return response;
}

}  // namespace

std::optional<Response> answer_to_launch(const security::LaunchToken& token,
                                         const Request& request) {
  const auto visit = find_visit(request);
  if (visit && token.matches(visit->launch)) {
    return start_launch(token, request, request.below_prefix(visit->target));
  }
  const auto given = request.header(launch_header);
  if (given && token.matches(*given)) return std::nullopt;
  if (!comes_from_other_origin(request) && has_launch_cookie(token, request)) return std::nullopt;
  throw ApiError(403, "Launch token required");
}

}  // namespace taskdock::api
