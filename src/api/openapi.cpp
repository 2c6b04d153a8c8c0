#include "api/openapi.h"

#include <algorithm>
#include <map>

#include "api/errors.h"
#include "api/openapi_schema.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

Json header_of(const HeaderField& field) {
  return {{"description", field.description}, {"required", true}, {"schema", {{"type", "string"}}}};
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

/// A fault that requests for `route` can have, as an example.
Fault fault_of(const Route& route) {
  if (route.body) {
    for (const MemberDescription& member : route.body->members) {
      if (!member.optional) return {{Source::body, {member.name}}, "missing", "Field required"};
    }
  }
  for (const PathParameter& parameter : route.path_parameters) {
    if (!is_validated(parameter)) continue;
    return {{Source::path, {parameter.name}}, "uuid_parsing", "Input should be a valid UUID"};
  }
  if (route.query) {
    for (const MemberDescription& member : route.query->members) {
      if (!std::holds_alternative<Integer>(member.rule)) continue;
      return {{Source::query, {member.name}},
              "int_parsing",
              "Input should be a valid integer, unable to parse string as an integer"};
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
      {204, "Done; the answer has no body"},
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
    }
  }
  for (const HeaderField& field : route.request_headers) {
    parameters.push_back(parameter("header", field.name, field.description, {{"type", "string"}}));
  }
  return parameters;
}

Json operation_of(const Route& route, Schemas& schemas) {
  Json operation = {
      {"operationId", route.operation_id}, {"summary", route.summary}, {"tags", {route.tag}}};
  if (route.access == Access::bearer) {
    operation["security"] = Json::array({{{"bearer", Json::array()}}});
  } else {
    operation["security"] = Json::array();
  }
  const Json parameters = parameters_of(route);
  if (!parameters.empty()) operation["parameters"] = parameters;
  if (route.body) {
    operation["requestBody"] = {
        {"required", route.body_required},
        {"content", {{"application/json", schemas.content_of(*route.body, Direction::request)}}}};
  }
  Json& responses = operation["responses"];
  for (const Success& success : route.successes) {
    responses[std::to_string(success.status)] = success_of(success, schemas);
  }
  for (const RouteError& error : errors_of(route)) {
    responses[std::to_string(error.status)] = error_of(route, error);
  }
  return operation;
}

constexpr const char* general =
    "All bodies are JSON in UTF-8, of at most 1 MiB (16 KiB where no token is needed), sent with "
    "`Content-Type: application/json`. Unknown members are ignored. `null` for an optional member "
    "means that it is absent; in a `PATCH` it clears what can be cleared, and is invalid for "
    "everything else. Texts must not contain U+0000; their lengths count Unicode code points. "
    "Times "
    "are in UTC (RFC 3339). Ids are UUIDs that sort by creation. Every error has the same shape: "
    "`detail` for programs, `message` to show to people. HEAD works wherever GET does, and OPTIONS "
    "works everywhere. A method that a path does not support is answered with 405 and `Allow`. A "
    "path that ends with a slash is redirected (307) to the path without it. Any request can be "
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

}  // namespace

std::string openapi_document(const std::vector<Route>& routes, const std::string& version) {
  Json document = {{"openapi", "3.1.0"},
                   {"info",
                    {{"title", "Taskdock"},
                     {"version", version},
                     {"summary", "A task management service."},
                     {"description", std::string(general) + "\n\n" + sessions},
                     {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
                   {"servers", Json::array({{{"url", "/"}, {"description", "This server"}}})},
                   {"tags",
                    {{{"name", "accounts"}, {"description", "Users and their sessions"}},
                     {{"name", "tasks"}, {"description", "Tasks; each call has two addresses"}},
                     {{"name", "service"}, {"description", "The server and its documentation"}}}},
                   {"paths", Json::object()}};
  Schemas schemas;
  for (const Route& route : routes) {
    document["paths"][route.path][support::to_lower_ascii(route.method)] =
        operation_of(route, schemas);
  }
  document["components"]["schemas"] = schemas.take();
  document["components"]["securitySchemes"]["bearer"] = {
      {"type", "http"},
      {"scheme", "bearer"},
      {"bearerFormat", "JWT"},
      {"description",
       "The access_token that signup, login and refresh return; valid until it expires or its "
       "session ends"}};
  return document.dump();
}

}  // namespace taskdock::api
