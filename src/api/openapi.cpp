#include "api/openapi.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "api/email.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

using Json = nlohmann::ordered_json;

/// Whether a type is read or written: what is read may leave optional members out, what is written
/// has all of them.
enum class Direction { request, response };

// A character that support::trim() leaves and one that it takes: \s of regular expressions
// (ECMA-262) is the white space of Unicode without U+0085, and not every language's has U+FEFF.
constexpr const char* solid = R"([^\s\u0085\uFEFF])";
constexpr const char* blank = R"([\s\u0085\uFEFF])";

/// The pattern of texts that are trimmed, and then have from one to `max` characters, or none where
/// a blank one means null: their lengths are not those of what is sent.
std::string trimmed_pattern(const Text& rule) {
  const std::string middle = R"([\s\S]{0,)" + std::to_string(rule.max - 2) + '}';
  const std::string inner = std::string(solid) + '(' + middle + solid + ")?";
  return std::string("^") + blank + '*' + (rule.blank_is_null ? '(' + inner + ")?" : inner) +
         blank + "*$";
}

Json schema_of(const Text& rule) {
  Json schema = {{"type", "string"}};
  if (rule.trimmed) {
    schema["pattern"] = trimmed_pattern(rule);
  } else {
    if (rule.min > 0 && !rule.blank_is_null) schema["minLength"] = rule.min;
    if (rule.max != Text{}.max) schema["maxLength"] = rule.max;
    if (rule.not_blank) schema["pattern"] = solid;
  }
  if (rule.password) schema["format"] = "password";
  return schema;
}

Json schema_of(const Email& /*rule*/) {
  return {{"type", "string"}, {"format", "email"}, {"maxLength", max_email_length}};
}

Json schema_of(const Boolean& /*rule*/) {
  return {{"type", "boolean"}};
}

Json schema_of(const Integer& rule) {
  Json schema = {{"type", "integer"}, {"format", "int64"}};
  if (rule.min != Integer{}.min) schema["minimum"] = rule.min;
  if (rule.max != Integer{}.max) schema["maximum"] = rule.max;
  return schema;
}

Json schema_of(const Id& /*rule*/) {
  return {{"type", "string"}, {"format", "uuid"}};
}

Json schema_of(const Instant& /*rule*/) {
  return {{"type", "string"}, {"format", "date-time"}};
}

Json schema_of(const DateOrTime& rule) {
  constexpr const char* date = R"(\d{4}-\d{2}-\d{2})";
  constexpr const char* local_time = R"([Tt]\d{2}:\d{2}(:\d{2})?)";
  constexpr const char* instant = R"([Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2}))";
  const std::string pattern = std::string("^") + date + "(" + local_time + "|" + instant + ")?$";
  return {{"type", "string"}, {"pattern", rule.blank_is_null ? pattern + "|^\\s*$" : pattern}};
}

Json reference_to(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

/// The schema of a member's value, or of each element of its list.
Json element_schema_of(const MemberDescription& member) {
  if (member.nested) return reference_to(member.nested->name);
  if (std::holds_alternative<Choice>(member.rule)) {
    return {{"type", "string"}, {"enum", member.words}};
  }
  return std::visit(
      [](const auto& rule) -> Json {
        if constexpr (requires { schema_of(rule); }) return schema_of(rule);
        return Json::object();
      },
      member.rule);
}

/// `schema`, by which null is valid as well.
Json with_null(Json schema) {
  if (!schema.contains("type")) return {{"anyOf", Json::array({schema, {{"type", "null"}}})}};
  schema["type"] = Json::array({schema["type"], "null"});
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
  return schema;
}

Json schema_of(const MemberDescription& member) {
  Json schema = element_schema_of(member);
  if (member.list) {
    schema = {{"type", "array"}, {"items", schema}};
    if (member.list->min_count > 0) schema["minItems"] = member.list->min_count;
    if (member.list->max_count != ListOfNested{}.max_count) {
      schema["maxItems"] = member.list->max_count;
    }
  }
  return schema;
}

Json example_of(const TypeDescription& type) {
  Json example = Json::object();
  for (const MemberDescription& member : type.members) {
    Json& value = example[std::string(member.name)];
    if (!member.nested) {
      value = Json::parse(member.example);
    } else if (member.list) {
      value = Json::array({example_of(*member.nested)});
    } else {
      value = example_of(*member.nested);
    }
  }
  return example;
}

/// Collects the types the operations speak of.
class Schemas {
 public:
  /// A reference to `type`, which is described once.
  Json refer_to(const TypeDescription& type, Direction direction) {
    add(type, direction);
    return reference_to(type.name);
  }

  /// A JSON body of `type`, with an example.
  Json content_of(const TypeDescription& type, Direction direction) {
    return {{"schema", refer_to(type, direction)}, {"example", example_of(type)}};
  }

  Json take() { return std::move(schemas_); }

 private:
  void add(const TypeDescription& type, Direction direction) {
    const std::string name(type.name);
    if (schemas_.contains(name)) return;
    Json properties = Json::object();
    Json required = Json::array();
    for (const MemberDescription& member : type.members) {
      const bool nullable = direction == Direction::response ? member.optional : member.nullable;
      Json schema = nullable ? with_null(schema_of(member)) : schema_of(member);
      schema["description"] = member.description;
      properties[std::string(member.name)] = std::move(schema);
      if (!member.optional || direction == Direction::response) required.push_back(member.name);
    }
    schemas_[name] = {{"type", "object"}, {"properties", properties}};
    if (!required.empty()) schemas_[name]["required"] = required;
    for (const MemberDescription& member : type.members) {
      if (member.nested) add(*member.nested, direction);
    }
  }

  Json schemas_ = Json::object();
};

/// The one shape of an error, which no declared type has: its detail may be a text or a list.
void add_error_schemas(Json& schemas) {
  const Json status_code = {{"type", "integer"}, {"description", "The status of the answer"}};
  const Json message = {{"type", "string"}, {"description", "What is wrong, to show to people"}};
  schemas["ErrorResponse"] = {{"type", "object"},
                              {"properties",
                               {{"detail", {{"type", "string"}, {"description", "What is wrong"}}},
                                {"status_code", status_code},
                                {"message", message}}},
                              {"required", {"detail", "status_code", "message"}}};
  const Json place = {{"anyOf", {{{"type", "string"}}, {{"type", "integer"}}}}};
  const Json fault = {
      {"type", "object"},
      {"properties",
       {{"loc",
         {{"type", "array"},
          {"items", place},
          {"description", "Where: body, query or path, and the member, or the offset of a byte"}}},
        {"msg", {{"type", "string"}, {"description", "What is wrong, in words"}}},
        {"type", {{"type", "string"}, {"description", "What is wrong, in Pydantic's terms"}}}}},
      {"required", {"loc", "msg", "type"}}};
  schemas["ValidationErrorResponse"] = {
      {"type", "object"},
      {"properties",
       {{"detail",
         {{"type", "array"}, {"items", fault}, {"description", "Every fault that was found"}}},
        {"status_code", {{"type", "integer"}, {"const", 422}}},
        {"message",
         {{"type", "string"}, {"description", "A sentence for each fault, to show to people"}}}}},
      {"required", {"detail", "status_code", "message"}}};
}

/// What each status means, wherever it stands.
std::string_view meaning_of(int status) {
  static const std::map<int, std::string_view> meanings = {
      {200, "Done"},
      {201, "Created"},
      {204, "Done; there is nothing to say"},
      {304, "It is what the client has already"},
      {400, "The HTTP message is malformed"},
      {401, "No token, or none that is good any more"},
      {403, "It belongs to somebody else"},
      {404, "There is no such thing"},
      {413, "The body is larger than 1 MiB"},
      {415, "The body is not application/json"},
      {422, "The input is invalid"},
      {500, "Internal server error"},
      {503, "The server cannot serve now; Retry-After says when to try again"},
  };
  return meanings.at(status);
}

Json header(std::string_view description) {
  return {{"description", description}, {"required", true}, {"schema", {{"type", "string"}}}};
}

Json etag_header() {
  return header("What to send in If-None-Match to hear 304 while nothing has changed");
}

/// A fault that requests for `route` can have, as an example.
Fault fault_of(const Route& route, const std::vector<std::string>& path_parameters) {
  if (route.body) {
    for (const MemberDescription& member : route.body->members) {
      if (member.optional) continue;
      return {{Source::body, {member.name}}, "missing", "Field required"};
    }
  }
  for (const std::string& name : path_parameters) {
    if (name == "user_id") continue;  // one that is no UUID is somebody else's
    return {{Source::path, {name}}, "uuid_parsing", "Input should be a valid UUID"};
  }
  if (route.query) {
    return {{Source::query, {route.query->members.front().name}},
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer"};
  }
  return {{Source::body}, "missing", "Field required"};
}

Json error_response(int status, std::string_view description, const Fault& fault) {
  const bool is_validation = status == 422;
  const Response answer = is_validation ? validation_response({fault})
                                        : taskdock::api::error_response(status, description);
  Json response = {{"description", description}};
  if (status == 401) response["headers"]["WWW-Authenticate"] = header("Bearer");
  if (status == 429 || status == 503)
    response["headers"]["Retry-After"] = header("Seconds to wait");
  response["content"]["application/json"] = {
      {"schema", reference_to(is_validation ? "ValidationErrorResponse" : "ErrorResponse")},
      {"example", Json::parse(answer.body)}};
  return response;
}

std::vector<std::string> parameters_in(std::string_view path) {
  std::vector<std::string> names;
  for (std::size_t open = path.find('{'); open != std::string_view::npos;
       open = path.find('{', open + 1)) {
    names.emplace_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return names;
}

/// The statuses of errors that follow from what a route is like; the dispatcher and the readers of
/// input are where they come from.
std::set<int> errors_of(const Route& route, const std::vector<std::string>& path_parameters) {
  std::set<int> statuses = {500};
  // What is served from the executable itself needs no database.
  if (route.needs_database) statuses.insert(503);
  if (route.access == Access::bearer) statuses.insert(401);
  if (route.query) statuses.insert(422);
  if (route.body) statuses.insert({400, 413, 415, 422});
  for (const std::string& name : path_parameters) {
    if (name == "user_id") statuses.insert(403);
    if (name == "task_id") statuses.insert({403, 404, 422});
    if (name == "session_id") statuses.insert({404, 422});
  }
  return statuses;
}

Json parameters_of(const Route& route, const std::vector<std::string>& path_parameters) {
  static const std::map<std::string, std::pair<std::string_view, Json>> known = {
      {"user_id", {"The caller's own id", schema_of(Id{})}},
      {"task_id", {"The task's id", schema_of(Id{})}},
      {"session_id", {"The session's id", schema_of(Id{})}},
      {"name", {"The file's name", {{"type", "string"}}}},
  };
  Json parameters = Json::array();
  for (const std::string& name : path_parameters) {
    const auto& [description, schema] = known.at(name);
    parameters.push_back({{"name", name},
                          {"in", "path"},
                          {"required", true},
                          {"description", description},
                          {"schema", schema}});
  }
  if (!route.query) return parameters;
  for (const MemberDescription& member : route.query->members) {
    Json schema = schema_of(member);
    if (!member.default_json.empty()) schema["default"] = Json::parse(member.default_json);
    parameters.push_back({{"name", member.name},
                          {"in", "query"},
                          {"required", false},
                          {"description", member.description},
                          {"schema", schema},
                          {"example", Json::parse(member.example)}});
  }
  return parameters;
}

Json success_of(const Route& route, Schemas& schemas) {
  Json response = {{"description", meaning_of(route.success)}};
  if (route.success == 201 && route.access == Access::bearer) {
    response["headers"]["Location"] = header("The address of what was created");
  }
  if (route.has_etag) response["headers"]["ETag"] = etag_header();
  for (const Content& content : route.answers) {
    response["content"][std::string(content.media_type)] =
        content.type ? schemas.content_of(*content.type, Direction::response) : Json::object();
  }
  return response;
}

Json operation_of(const Route& route, Schemas& schemas) {
  const std::vector<std::string> path_parameters = parameters_in(route.path);
  Json operation = {
      {"operationId", route.operation_id}, {"summary", route.summary}, {"tags", {route.tag}}};
  if (route.access == Access::bearer) {
    operation["security"] = Json::array({{{"bearer", Json::array()}}});
  } else {
    operation["security"] = Json::array();
  }
  const Json parameters = parameters_of(route, path_parameters);
  if (!parameters.empty()) operation["parameters"] = parameters;
  if (route.body) {
    operation["requestBody"] = {
        {"required", route.body_required},
        {"content", {{"application/json", schemas.content_of(*route.body, Direction::request)}}}};
  }

  const Fault fault = fault_of(route, path_parameters);
  std::map<int, Json> responses;
  responses[route.success] = success_of(route, schemas);
  for (const int status : errors_of(route, path_parameters)) {
    responses[status] = error_response(status, meaning_of(status), fault);
  }
  for (const OwnError& error : route.errors) {
    responses[error.status] = error_response(error.status, error.description, fault);
  }
  if (route.has_etag) {
    responses[304] = {{"description", meaning_of(304)}, {"headers", {{"ETag", etag_header()}}}};
  }
  for (const auto& [status, response] : responses) {
    operation["responses"][std::to_string(status)] = response;
  }
  return operation;
}

constexpr const char* ways_of_all_calls =
    "All bodies are JSON in UTF-8, of at most 1 MiB; unknown members are ignored. Texts have no "
    "U+0000, and their lengths count code points. Times are UTC (RFC 3339). Ids are UUIDs that "
    "sort by creation. Every error has one shape. HEAD works where GET does, OPTIONS everywhere; "
    "a method that a path does not take is answered with 405 and Allow. A path with a slash too "
    "many is redirected (307). At any path a malformed HTTP message is answered with 400, and one "
    "connection too many with 503.";

/// What no single operation can tell.
constexpr const char* life_of_a_user =
    "Sign-up and each log-in begin a **session** and answer with its two tokens. The **access "
    "token** goes with every call, as `Authorization: Bearer <access_token>`, and is good for a "
    "short time (`expires_in`, in seconds). The **refresh token** is good for one use at `POST "
    "/api/auth/refresh`, which answers with the next two. For ten seconds a spent one gets the "
    "answer that its use got, so that a lost reply, or a second tab, logs nobody out; shown "
    "later, it counts as stolen, and the session ends.\n\n"
    "A session ends by log-out, by either `DELETE` under `/api/auth/sessions`, by a change of the "
    "password (which spares the session that makes it), with its user, or when it has not been "
    "refreshed for `refresh_expires_in` seconds. From then on both tokens are answered with 401. "
    "While it lives, an access token from before a refresh is good for the rest of its time.\n\n"
    "**Attempts are counted**: failed log-ins, wrong current passwords, refresh tokens that are "
    "not good, and all sign-ups and changes of an email. Where there are too many the answer is "
    "429, also to the right "
    "password, and `Retry-After` says how many seconds to wait. A log-in that succeeds does not "
    "count.";

}  // namespace

std::string openapi_document(const std::vector<Route>& routes, const std::string& version) {
  Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Taskdock"},
        {"version", version},
        {"summary", "Sign up, log in, keep your tasks."},
        {"description", std::string(ways_of_all_calls) + "\n\n" + life_of_a_user},
        {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
      {"servers", Json::array({{{"url", "/"}, {"description", "This server"}}})},
      {"tags",
       {{{"name", "accounts"}, {"description", "Who you are, and where you are logged in"}},
        {{"name", "tasks"}, {"description", "What is to be done; each call has two addresses"}},
        {{"name", "service"}, {"description", "The server itself, and its documentation"}}}},
      {"paths", Json::object()}};
  Schemas schemas;
  for (const Route& route : routes) {
    document["paths"][route.path][support::to_lower_ascii(route.method)] =
        operation_of(route, schemas);
  }
  document["components"]["schemas"] = schemas.take();
  add_error_schemas(document["components"]["schemas"]);
  document["components"]["securitySchemes"]["bearer"] = {
      {"type", "http"},
      {"scheme", "bearer"},
      {"bearerFormat", "JWT"},
      {"description",
       "The access_token that signup, login and refresh return; good for as long as its "
       "session lives, but no longer than expires_in says"}};
  return document.dump();
}

}  // namespace taskdock::api
