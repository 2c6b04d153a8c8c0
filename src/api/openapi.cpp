#include "api/openapi.h"

#include <zlib.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "api/errors.h"
#include "api/launch_guard.h"
#include "api/openapi_schema.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

Json header_of(const HeaderField& field) {
  return {{"description", field.description},
          {"required", field.always},
          {"schema", {{"type", "string"}}}};
}

Json headers_of(const std::vector<HeaderField>& fields) {
  Json headers = Json::object();
  for (const HeaderField& field : fields) headers[std::string(field.name)] = header_of(field);
  return headers;
}

bool is_validated(const PathParameter& parameter) {
  return std::any_of(parameter.errors.begin(), parameter.errors.end(),
                     [](const RouteError& error) { return error.status == 422; });
}

/// A fault that a parameter by this rule can have, its type and its message; nothing for rules that
/// no example is about.
std::optional<std::pair<std::string_view, std::string>> fault_by(const AnyRule& rule) {
  if (std::holds_alternative<Id>(rule)) return {{"uuid_parsing", "Input should be a valid UUID"}};
  if (std::holds_alternative<Integer>(rule)) {
    return {
        {"int_parsing", "Input should be a valid integer, unable to parse string as an integer"}};
  }
  if (std::holds_alternative<UtcOffset>(rule)) {
    return {{"value_error", "Value error, must be an offset from UTC, as +05:30"}};
  }
  if (std::holds_alternative<Tag>(rule)) {
    return {{"value_error", "Value error, must not contain a comma"}};
  }
  return std::nullopt;
}

/// A fault that requests for `route` can have, as an example.
Fault fault_of(const Route& route) {
  if (route.body) {
    for (const MemberDescription& member : route.body->members) {
      if (!member.optional) return {{Source::body, {member.name}}, "missing", "Field required"};
    }
  }
  for (const PathParameter& parameter : route.path_parameters) {
    if (!is_validated(parameter)) continue;
    if (auto fault = fault_by(parameter.rule)) {
      return {{Source::path, {parameter.name}}, fault->first, std::move(fault->second)};
    }
  }
  if (route.query) {
    for (const MemberDescription& member : route.query->members) {
      if (auto fault = fault_by(member.rule)) {
        return {{Source::query, {member.name}}, fault->first, std::move(fault->second)};
      }
      Faults faults;
      if (!member.words.empty()) find_word({}, member.words, {Source::query, member.name}, faults);
      if (!faults.empty()) return std::move(faults.front());
    }
  }
  return {{Source::body}, "missing", "Field required"};
}

Json error_of(const Route& route, const RouteError& error) {
  std::string description(error.description);
  if (error.status == 413) {
    description = "The body is larger than " + support::format_bytes(route.max_body_bytes);
  }
  const bool is_validation = error.status == 422;
  const Response answer = is_validation ? validation_response({fault_of(route)})
                                        : error_response(error.status, description);
  Json response = {{"description", description}};
  const Json headers = headers_of(error_headers(error.status));
  if (!headers.empty()) response["headers"] = headers;
  response["content"]["application/json"] = {
      {"schema", reference_to(is_validation ? "ValidationErrorResponse" : "ErrorResponse")},
      {"example", Json::parse(answer.body)}};
  return response;
}

/// The description of a success with `status`, the same for all routes.
std::string_view meaning_of(int status) {
  static const std::map<int, std::string_view> meanings = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted; it happens after this answer"},
      {204, "Done; the answer has no body"},
      {303, "Elsewhere: at Location"},
      {304, "Not modified: the client's version is current"},
  };
  return meanings.at(status);
}

Json success_of(const Success& success, Schemas& schemas) {
  Json response = {{"description", meaning_of(success.status)}};
  const Json headers = headers_of(success.headers);
  if (!headers.empty()) response["headers"] = headers;
  for (const Content& content : success.contents) {
    response["content"][std::string(content.media_type)] =
        content.type ? schemas.content_of(*content.type, Direction::response) : Json::object();
  }
  return response;
}

Json parameter(std::string_view place, std::string_view name, std::string_view description,
               const Json& schema) {
  return {{"name", name},
          {"in", place},
          {"required", place == "path"},
          {"description", description},
          {"schema", schema}};
}

constexpr std::string_view prefer =
    "handling=strict (RFC 7240): what is not known here is 422 instead of being ignored; the "
    "answer "
    "then has Preference-Applied: handling=strict";

/// The parameters of `route`. None has an example: Swagger UI would send it with a request that
/// nobody changed.
Json parameters_of(const Route& route) {
  Json parameters = Json::array();
  for (const PathParameter& known : route.path_parameters) {
    parameters.push_back(
        parameter("path", known.name, known.description, schema_of_rule(known.rule)));
  }
  if (route.query) {
    for (const MemberDescription& member : route.query->members) {
      // A parameter is absent or has a value: there is no null in a query.
      Json schema = schema_of_member(member);
      if (!member.default_json.empty()) schema["default"] = Json::parse(member.default_json);
      parameters.push_back(parameter("query", member.name, member.description, schema));
      // Otherwise each element has a parameter of its own.
      if (member.comma_separated) parameters.back()["explode"] = false;
    }
  }
  for (const HeaderField& field : route.request_headers) {
    parameters.push_back(parameter("header", field.name, field.description, {{"type", "string"}}));
  }
  if (route.query || route.body) {
    parameters.push_back(parameter("header", "Prefer", prefer, {{"type", "string"}}));
  }
  return parameters;
}

/// The ways to be allowed to call `route`, each a set of security schemes; none if anybody may.
Json security_of(const Route& route, bool wants_launch_token) {
  Json schemes = Json::object();
  if (route.access != Access::anyone) schemes["bearer"] = Json::array();
  Json callers = Json::array({schemes});
  if (route.access == Access::bearer_or_ticket) callers.push_back({{"ticket", Json::array()}});
  if (!wants_launch_token) return schemes.empty() ? Json::array() : callers;
  Json ways = Json::array();
  for (const char* form : {"launch", "launch_cookie"}) {
    for (const Json& caller : callers) {
      ways.push_back(caller);
      ways.back()[form] = Json::array();
    }
  }
  return ways;
}

/// Adds `cause`, a sentence without its end, to the causes of an error.
void add_cause(std::string& description, std::string cause) {
  if (description == cause) return;
  if (!description.empty()) {
    cause.front() = support::to_lower_ascii(cause.substr(0, 1)).front();
    description += ", or ";
  }
  description += cause;
}

Json operation_of(const Route& route, bool wants_launch_token, Schemas& schemas) {
  Json operation = {{"operationId", route.operation_id},
                    {"summary", route.summary},
                    {"tags", {route.tag}},
                    {"security", security_of(route, wants_launch_token)}};
  const Json parameters = parameters_of(route);
  if (!parameters.empty()) operation["parameters"] = parameters;
  if (route.body) {
    operation["requestBody"] = {
        {"required", route.body_required},
        {"content", {{"application/json", schemas.content_of(*route.body, Direction::request)}}}};
    for (const std::string_view type : route.file_types) {
      operation["requestBody"]["content"].emplace(type, Json::object());
    }
  }
  Json& responses = operation["responses"];
  for (const Success& success : route.successes) {
    responses[std::to_string(success.status)] = success_of(success, schemas);
  }
  std::map<int, std::string> errors;
  for (const RouteError& error : errors_of(route)) errors[error.status] = error.description;
  const std::string_view refusal = refusal_of_script(route, store::TokenScope::read);
  if (!refusal.empty()) add_cause(errors[403], std::string(refusal));
  if (wants_launch_token) add_cause(errors[403], "The launch token is missing");
  for (const auto& [status, description] : errors) {
    responses[std::to_string(status)] = error_of(route, {status, description});
  }
  return operation;
}

constexpr const char* general =
    "All bodies are JSON in UTF-8, of at most 1 MiB (16 KiB where no token is needed), sent with "
    "`Content-Type: application/json`, but for the file of an import. Unknown members and query "
    "parameters are ignored, "
    "unless the request has `Prefer: handling=strict` (RFC 7240): then they are 422 "
    "(`extra_forbidden`), wherever it is sent, and the answer has `Preference-Applied: "
    "handling=strict`. `null` for an optional member "
    "means that it is absent; in a `PATCH` it clears what can be cleared, and is invalid for "
    "everything else. Texts must not contain U+0000; their lengths count Unicode code points. "
    "Times "
    "are in UTC (RFC 3339). Ids are UUIDs that sort by creation. Every error has the same shape: "
    "`detail` for programs, `message` to show to people. HEAD works wherever GET does, and OPTIONS "
    "works everywhere. A method that a path does not support is answered with 405 and `Allow`. A "
    "path that ends with a slash is redirected (307) to the path without it, and one without the "
    "slash that belongs to it to the path with it. `If-None-Match` with "
    "the `ETag` of an earlier answer is answered with 304 while that is current, and `If-Match` "
    "lets a task be changed only if it is still as it was then (RFC 9110, 13); it is checked after "
    "what the request asks for. An `If-None-Match` of a change forbids it if the task has one of "
    "the tags. "
    "A `POST` that takes an `Idempotency-Key` is done once for each key, however often it is sent. "
    "Any request can be "
    "answered with 400 if its HTTP message is malformed, and with 503 if there are too many "
    "connections.";

constexpr const char* sessions =
    "Sign-up and each log-in begin a **session** and answer with its two tokens. Send the **access "
    "token** with every call, as `Authorization: Bearer <access_token>`; it expires after "
    "`expires_in` seconds. Use the **refresh token** once, at `POST /api/auth/refresh`, to get the "
    "next two tokens. If the same refresh token is sent again within ten seconds, the answer is "
    "the "
    "same again, so that a lost answer or a second tab does not log the user out. If it is sent "
    "later, it counts as stolen, and the session ends.\n\n"
    "A session ends when the user logs out, when it is deleted at `/api/auth/sessions`, when the "
    "password is changed in another session, when the account is deleted, or when it was not "
    "refreshed for `refresh_expires_in` seconds. Then both tokens are answered with 401. After a "
    "refresh, the old access token stays valid until it expires.\n\n"
    "**Attempts are limited**: failed log-ins, wrong current passwords, invalid refresh tokens, "
    "sign-ups and changes of an email are counted. When there are too many, the answer is 429, "
    "even "
    "for the right password, and `Retry-After` says how many seconds to wait. Successful log-ins "
    "are not counted.";

constexpr const char* script_tokens =
    "A script uses a **token for scripts** in place of the access token: make one at `POST "
    "/api/auth/tokens`, and send it as `Authorization: Bearer tdk_...`. It is valid until it "
    "expires, is revoked, the password is changed or the account is deleted. With the scope `read` "
    "it may only be used for `GET` and `HEAD`. Of `/api/auth` it may be used for `GET "
    "/api/auth/me` alone.";

constexpr const char* events =
    "`GET /api/events` is a stream of **events** (Server-Sent Events), which goes on until either "
    "side closes it. `hello` comes first, with the revision and the epoch; `task` has a task that "
    "was created, changed or restored, `task-deleted` the `id` and `deleted_at` of one that was "
    "deleted, each with the revision as the event's id; `reminder` has a task at its `remind_at`; "
    "`resync` says that what was asked for is no longer all there, so that everything has to be "
    "read again; `session-ended` is the last one. `Last-Event-ID`, or `since`, continues after the "
    "change with that revision. A browser's EventSource, which cannot send a token, gets a ticket "
    "from `POST /api/events/ticket` for each connection.";

constexpr const char* launch =
    "This server was started with a **launch token**. Every request but `GET /health` must have "
    "it, "
    "in the header `X-Taskdock-Launch`; otherwise the answer is 403, whatever else is wrong. A "
    "browser that opens `/?launch=TOKEN` once gets a cookie that stands for the token, and is "
    "redirected (303) to `/`.";

Json security_schemes(const Services& services) {
  Json schemes;
  schemes["bearer"] = {
      {"type", "http"},
      {"scheme", "bearer"},
      {"bearerFormat", "JWT"},
      {"description",
       "The access_token that signup, login and refresh return, valid until it expires or its "
       "session ends; or a token for scripts"}};
  schemes["ticket"] = {{"type", "apiKey"},
                       {"in", "query"},
                       {"name", "ticket"},
                       {"description", "What POST /api/events/ticket returns; valid once"}};
  if (!services.launch_token) return schemes;
  schemes["launch"] = {{"type", "apiKey"},
                       {"in", "header"},
                       {"name", launch_header},
                       {"description", "The launch token that the server was started with"}};
  schemes["launch_cookie"] = {{"type", "apiKey"},
                              {"in", "cookie"},
                              {"name", services.launch_token->cookie_name()},
                              {"description", "Set by the answer to `GET /?launch=TOKEN`"}};
  return schemes;
}

Json servers_at(std::string_view url) {
  return Json::array({{{"url", url}, {"description", "This server"}}});
}

std::string write_document(const std::vector<Route>& routes, const Services& services) {
  std::string description =
      std::string(general) + "\n\n" + sessions + "\n\n" + script_tokens + "\n\n" + events;
  if (services.launch_token) description += std::string("\n\n") + launch;
  Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Taskdock"},
        {"version", services.version},
        {"summary", "A task management service."},
        {"description", description},
        {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
      {"servers", servers_at("/")},
      {"tags",
       {{{"name", "accounts"}, {"description", "Users, their sessions and their tokens"}},
        {{"name", "tasks"}, {"description", "Tasks; each call has two addresses"}},
        {{"name", "tags"}, {"description", "The tags of the caller's tasks"}},
        {{"name", "events"}, {"description", "Changes as they happen"}},
        {{"name", "service"}, {"description", "The server and its documentation"}}}},
      {"paths", Json::object()}};
  Schemas schemas;
  for (const Route& route : routes) {
    const bool wants_launch_token = services.launch_token && route.needs_launch_token;
    document["paths"][route.path][support::to_lower_ascii(route.method)] =
        operation_of(route, wants_launch_token, schemas);
  }
  document["components"]["schemas"] = schemas.take();
  document["components"]["securitySchemes"] = security_schemes(services);
  return document.dump();
}

/// Changes with `text`.
std::string etag_of(const std::string& text) {
  const auto checksum =
      ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  return '"' + std::to_string(text.size()) + '-' + std::to_string(checksum) + '"';
}

}  // namespace

std::shared_ptr<const OpenApi::Document> OpenApi::document() const {
  std::call_once(made_, [this] {
    std::string json = write_document(routes_, services_);
    std::string etag = etag_of(json);
    document_ = std::make_shared<const Document>(Document{std::move(json), std::move(etag)});
  });
  return document_;
}

OpenApi::Document OpenApi::document_below(std::string_view prefix) const {
  Document below = *document();
  const std::string servers = servers_at("/").dump();
  below.json.replace(below.json.find(servers), servers.size(), servers_at(prefix).dump());
  below.etag.insert(below.etag.size() - 1, prefix);
  return below;
}

}  // namespace taskdock::api
