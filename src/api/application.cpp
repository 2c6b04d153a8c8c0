#include "api/application.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <new>
#include <string>
#include <utility>

#include "api/errors.h"
#include "api/event_hub.h"
#include "api/event_tickets.h"
#include "api/last_slash.h"
#include "api/launch_guard.h"
#include "api/negotiation.h"
#include "api/refusal.h"
#include "security/script_token.h"
#include "store/errors.h"
#include "support/log.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

/// How precisely the last use of a session or a token is recorded: not every read should cause a
/// write.
constexpr std::chrono::minutes precision_of_last_use{1};

/// The token in `authorization`, if its scheme is Bearer (RFC 6750, 2.1).
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!support::equals_ignoring_case(authorization.substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  return support::trim(authorization.substr(scheme.size()));
}

/// The ticket that `request` shows in place of a token, where `route` takes one.
std::optional<std::string_view> ticket_for(const Route& route, const Request& request) {
  if (route.access != Access::bearer_or_ticket || request.header("Authorization")) {
    return std::nullopt;
  }
  for (const auto& [name, value] : request.query) {
    if (name == "ticket") return value;
  }
  return std::nullopt;
}

/// What a browser may send to `resource` for a page of another origin (fetch.spec.whatwg.org,
/// "CORS-preflight request"). If there is no resource, it may send anything: otherwise the page
/// would see a network error instead of the 404.
Response answer_to_preflight(const Router::Resource* resource) {
  Response response{.status = 204};
  ResponseHeaders& headers = response.headers;
  if (resource) {
    headers = {{"Allow", resource->allow},
               {"Access-Control-Allow-Methods", resource->allow},
               {"Access-Control-Allow-Headers", resource->request_headers}};
  } else {
    headers = {{"Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
               {"Access-Control-Allow-Headers", std::string(usual_request_headers)}};
  }
  return response;
}

/// Those of all routes that a server with `services` offers.
std::vector<Route> offered_routes(const Services& services) {
  const auto is_offered = [&](const Route& route) {
    switch (route.offered) {
      case Offered::with_launch_token:
        return services.launch_token.has_value();
      case Offered::with_local_user:
        return services.local_user.has_value();
      case Offered::with_metrics:
        return services.traffic != nullptr;
      case Offered::without_site:
        return services.site == nullptr;
      case Offered::always:
        break;
    }
    return true;
  };
  std::vector<Route> offered;
  std::ranges::copy_if(routes(), std::back_inserter(offered), is_offered);
  return offered;
}

ApiError not_valid() {
  return unauthorized("Could not validate credentials");
}

Response answer_to(const ApiError& error) {
  return error_response(error.status(), error.what(), error.headers());
}

/// Whether `request` wants strict handling (RFC 7240, 4.4).
bool wants_strictness(const Request& request) {
  const auto prefer = request.header("Prefer");
  return prefer && preference(*prefer, "handling") == "strict";
}

/// `response`, or what is answered if there is no memory to keep it.
Response kept(const Request& request, Response response) {
  if (request.body.keep_answer(response.body.capacity())) return response;
  return answer_to(short_of_memory());
}

/// Notes that `Prefer: handling=strict` was honoured, unless there is no memory to say so.
void say_strictness_applied(Response& response) noexcept {
  try {
    response.headers.emplace_back("Preference-Applied", "handling=strict");
  } catch (...) {
    // The answer is right without it.
  }
}

/// The answer to the exception that is being handled.
Response answer_to_exception(const Request& request, store::Store& store) {
  if (const auto refusal = current_refusal()) return answer_to(*refusal);
  try {
    throw;
  } catch (const ValidationError& error) {
    return validation_response(error.faults());
  } catch (const store::UserNotFound&) {
    return answer_to(not_valid());  // deleted while the request was being processed
  } catch (const security::Throttle::TooManyAttempts& error) {
    return error_response(429, "Too many attempts; try again later",
                          {{"Retry-After", std::to_string(error.retry_after().count())}});
  } catch (const security::PasswordHasher::TooBusy&) {
    return error_response(503, "Too many passwords are being checked; try again", retry_soon);
  } catch (const TooManyStreams&) {
    return error_response(503, "Too many streams of events are open; try again", retry_soon);
  } catch (const TooManyTickets&) {
    return error_response(503, "Too many tickets wait to be used; try again", retry_soon);
  } catch (const store::Damaged& error) {
    store.note_damage();
    request.log_cause(error.what());
    return error_response(503, "The database is damaged; it must be restored from a backup");
  } catch (const store::Unavailable& error) {
    request.log_cause(error.what());
    return error_response(503, "The database cannot serve now; try again", retry_soon);
  } catch (const std::bad_alloc&) {
    request.log_cause("out of memory");
    return answer_to(short_of_memory());
  } catch (const std::exception& error) {
    request.log_cause(error.what());
  } catch (...) {
    request.log_cause("an exception of unknown type");
  }
  return error_response(500, "Internal server error");
}

}  // namespace

Application::Application(Services services)
    : services_(std::move(services)),
      routes_(offered_routes(services_)),
      router_(routes_),
      openapi_(routes_, services_) {}

Response Application::handle(const Request& request) const noexcept {
  Progress progress;
  Response response = [&]() noexcept -> Response {
    try {
      return dispatch(request, progress);
    } catch (...) {
      try {
        return kept(request, answer_to_exception(request, services_.store));
      } catch (...) {
        return {.status = 503};  // no memory even for an answer; the HTTP server adds a body
      }
    }
  }();
  if (progress.is_strict) say_strictness_applied(response);
  response.route = progress.at_path;
  return response;
}

Response Application::dispatch(const Request& request, Progress& progress) const {
  auto match = find(request.path);
  const bool is_preflight = request.is_preflight();
  if (services_.launch_token && !is_preflight &&
      !(match && match->resource->is_open(request.method))) {
    if (auto answer = answer_to_launch(*services_.launch_token, request)) return *std::move(answer);
  }
  if (match) progress.at_path = match->resource->routes.front();
  std::string other_path;  // what a match refers to
  if (!match) {
    const bool has_slash = request.path.ends_with('/');
    other_path = has_slash ? request.path.substr(0, request.path.size() - 1) : request.path + '/';
    match = find(other_path);
    // As FastAPI does for a client that adds or forgets a slash; 307 keeps the method and the body.
    if (match && request.method != "OPTIONS") {
      return {.status = 307,
              .headers = {
                  {"Location", has_slash ? request.below_prefix(without_last_slash(request.target))
                                         : with_last_slash(request.target)}}};
    }
  }
  if (is_preflight) return answer_to_preflight(match ? match->resource : nullptr);
  if (!match && services_.site && !is_api_path(request.path)) {
    progress.at_path = &site_route();
    return services_.site->answer(request);
  }
  if (!match) throw ApiError(404, "Not Found");
  const Router::Resource& resource = *match->resource;
  if (request.method == "OPTIONS") return {.status = 204, .headers = {{"Allow", resource.allow}}};
  const Route* route = resource.find(request.method);
  if (!route) throw ApiError(405, "Method Not Allowed", {{"Allow", resource.allow}});

  Call call(services_, openapi_, request, std::move(match->parameters));
  const bool wants_token = route->access != Access::anyone;
  if (wants_token) authorize(call, *route);
  if (route->body && request.body.announced()) {
    call.receive_body(route->max_body_bytes, route->file_types);
    // Receiving the body can take long, and meanwhile the session may have ended.
    if (wants_token) authorize(call, *route);
  }
  if (wants_strictness(request)) {
    progress.is_strict = true;
    call.be_strict(route->query);
    const bool has_input = route->body || route->query || !route->path_parameters.empty();
    if (!has_input) call.check_input();  // the handler does not, and acts at once
  }
  // The call still has a reader of the database: so the answers that are not counted yet are few.
  return kept(request, route->handler(call));
}

/// The resource at `path`, unless there is nothing of ours at it and the site may have something.
std::optional<Router::Match> Application::find(std::string_view path) const {
  auto match = router_.find(path);
  if (!match || !services_.site) return match;
  const Route* route = match->resource->find("GET");
  if (route && route->exists && !route->exists(match->parameters)) return std::nullopt;
  return match;
}

/// Sets the caller of `call`, and checks that they may use the route and the path. Throws ApiError
/// (401, 403).
void Application::authorize(Call& call, const Route& route) const {
  const auto ticket = ticket_for(route, call.request);
  store::Caller caller = ticket ? redeem(call, *ticket) : authenticate(call, route);
  if (caller.grant.kind == store::Grant::Kind::script_token) {
    const std::string_view refusal = refusal_of_script(route, caller.scope);
    if (!refusal.empty()) throw ApiError(403, std::string(refusal));
  }
  call.caller = std::move(caller.user);
  call.grant = caller.grant;
  const auto owner = call.parameter("user_id");
  if (owner && support::Uuid::parse(*owner) != call.caller.id) {
    throw ApiError(403, "Not authorized to access another user's tasks");
  }
}

/// The caller who was given `ticket`, whose session must still exist. Throws ApiError (401).
store::Caller Application::redeem(Call& call, std::string_view ticket) const {
  const auto holder = services_.event_tickets.use(ticket);
  if (!holder) throw not_valid();
  store::Snapshot snapshot = services_.store.snapshot();
  auto caller = snapshot.find_caller(holder->user_id, holder->session_id, services_.clock.now());
  if (!caller) throw not_valid();
  call.keep(std::move(snapshot));
  return *std::move(caller);
}

/// The caller, whose session or token must still be valid. Records its use, and keeps the snapshot
/// for the handler of a GET. Throws ApiError (401).
store::Caller Application::authenticate(Call& call, const Route& route) const {
  const std::string authorization = call.request.header("Authorization").value_or("");
  const auto token = bearer_token(authorization);
  if (!token) throw unauthorized("Not authenticated");
  const support::Timestamp now = services_.clock.now();
  std::optional<store::Snapshot> snapshot;
  std::optional<store::Caller> caller;
  if (security::is_script_token(*token)) {
    if (const auto hash = security::hash_script_token(*token)) {
      snapshot.emplace(services_.store.snapshot());
      caller = snapshot->find_caller(*hash, now);
    }
  } else if (const auto subject = services_.tokens.verify(*token, now)) {
    snapshot.emplace(services_.store.snapshot());
    caller = snapshot->find_caller(subject->user_id, subject->session_id, now);
  }
  if (!caller) {
    snapshot.reset();
    log_guess(call.request, *token);
    throw not_valid();
  }
  if (!caller->last_used_at || now - *caller->last_used_at >= precision_of_last_use) {
    services_.store.touch(caller->grant, now);
  }
  if (route.method == "GET") call.keep(*std::move(snapshot));
  return *std::move(caller);
}

/// Logs that `token`, which is not valid, may be a guess, unless its network has made too many.
void Application::log_guess(const Request& request, std::string_view token) const {
  const bool is_of_script = security::is_script_token(token);
  const bool is_guess = is_of_script ? security::hash_script_token(token).has_value()
                                     : services_.tokens.is_forged(token);
  if (!is_guess || !services_.throttle.count_forged_token(std::string(request.client_address))) {
    return;
  }
  if (is_of_script) {
    // No warning: it may have been a good one that has expired or was revoked.
    request.log_failure(support::LogLevel::info, "unknown token for scripts");
  } else {
    // No honest client has one, but many have one that has expired.
    request.log_failure(support::LogLevel::warning, "forged access token");
  }
}

}  // namespace taskdock::api
