#include "api/errors.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace taskdock::api {

using nlohmann::json;

TEST_CASE("api/errors: an error has a detail, a status_code and a message, and nothing else") {
  const Response response = error_response(404, "Task not found", {{"Retry-After", "1"}});
  CHECK(response.status == 404);
  CHECK(response.body ==
        R"({"detail":"Task not found","status_code":404,"message":"Task not found"})");
  CHECK(response.headers == ResponseHeaders{{"Retry-After", "1"}});
}

TEST_CASE("api/errors: a detail comes through whatever characters it has") {
  for (const std::string detail : {"", "a \"quoted\" \\ thing", "two\r\nlines\tand\x01\x1f",
                                   "\xe2\x80\xa8 \xf0\x9f\xa5\x9b", "</script>"}) {
    CAPTURE(detail);
    const json body = json::parse(error_response(400, detail).body);
    CHECK(body == json{{"detail", detail}, {"status_code", 400}, {"message", detail}});
  }
}

TEST_CASE("api/errors: faults say where they are, of what type, and what is wrong") {
  const Response response = validation_response({
      {{Source::body, {"title"}}, "missing", "Field required"},
      {{Source::body, {std::size_t{17}}}, "json_invalid", "JSON decode error"},
      {{Source::body}, "model_attributes_type", "Not an \"object\""},
      {{Source::query, {"limit"}}, "int_parsing", "Not a number"},
      {{Source::path, {"task_id"}}, "uuid_parsing", "Not an id"},
      {{Source::header, {"If-Match"}}, "value_error", "Value error, must be one revision"},
      {{Source::body, {"operations", std::size_t{3}, "task", "title"}},
       "missing",
       "Field required"},
  });
  CHECK(response.status == 422);
  CHECK(json::parse(response.body) == json::parse(R"({
    "detail": [
      {"loc": ["body", "title"], "type": "missing", "msg": "Field required"},
      {"loc": ["body", 17], "type": "json_invalid", "msg": "JSON decode error"},
      {"loc": ["body"], "type": "model_attributes_type", "msg": "Not an \"object\""},
      {"loc": ["query", "limit"], "type": "int_parsing", "msg": "Not a number"},
      {"loc": ["path", "task_id"], "type": "uuid_parsing", "msg": "Not an id"},
      {"loc": ["header", "If-Match"], "type": "value_error",
       "msg": "Value error, must be one revision"},
      {"loc": ["body", "operations", 3, "task", "title"], "type": "missing",
       "msg": "Field required"}
    ],
    "status_code": 422,
    "message": "Title is required; Body is not valid JSON; Body should be a JSON object; Limit: Not a number; Task id: Not an id; If-Match must be one revision; Operation 3: Title is required"})"));
}

TEST_CASE("api/errors: the sentence about a fault begins with the name of the value, as a word") {
  const std::vector<std::pair<Fault, std::string>> table = {
      {{{Source::body, {"title"}}, "string_too_short", "String should have at least 1 character"},
       "Title should have at least 1 character"},
      {{{Source::body, {"title"}}, "string_type", "Input should be a valid string"},
       "Title should be a valid string"},
      {{{Source::path, {"user_id"}}, "uuid_parsing", "Input should be a valid UUID"},
       "User id should be a valid UUID"},
      {{{Source::query, {"limit"}},
        "int_parsing",
        "Input should be a valid integer, unable to parse string as an integer"},
       "Limit should be a valid integer, unable to parse string as an integer"},
      {{{Source::body, {"new_password"}}, "missing", "Field required"}, "New password is required"},
      {{{Source::body}, "missing", "Field required"}, "Body is required"},
      {{{Source::body, {std::size_t{0}}}, "json_invalid", "JSON decode error"},
       "Body is not valid JSON"},
      {{{Source::body, {"title"}}, "value_error", "Value error, must not be only white space"},
       "Title must not be only white space"},
      {{{Source::body, {"email"}},
        "value_error",
        "value is not a valid email address: An email address must have an @-sign."},
       "Email is not a valid email address: An email address must have an @-sign"},
      {{{Source::body},
        "model_attributes_type",
        "Input should be a valid dictionary or object to extract fields from"},
       "Body should be a JSON object"},
      {{{Source::body, {"password"}},
        "value_error",
        "Value error, Password and email must not be the same"},
       "Password and email must not be the same"},
      {{{Source::body, {"title"}},
        "value_error",
        "Value error, the character U+0000 is not allowed"},
       "Title: the character U+0000 is not allowed"},
      {{{Source::body, {"tags", std::size_t{2}}}, "string_type", "Input should be a valid string"},
       "Tags should be a valid string"},
      {{{Source::body, {"id"}}, "uuid_version", "UUID version 7 expected"},
       "Id: UUID version 7 expected"},
  };
  for (const auto& [fault, sentence] : table) CHECK(sentence_of(fault) == sentence);
}

TEST_CASE("api/errors: an ApiError keeps its status, its words and its headers") {
  const ApiError error(405, "Method Not Allowed", {{"Allow", "GET, HEAD, OPTIONS"}});
  CHECK(error.status() == 405);
  CHECK(std::string(error.what()) == "Method Not Allowed");
  CHECK(error.headers() == ResponseHeaders{{"Allow", "GET, HEAD, OPTIONS"}});
}

}  // namespace taskdock::api
