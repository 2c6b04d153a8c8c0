#include "api/errors.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace taskdock::api {

using nlohmann::json;

TEST_CASE("api/errors: an error has a detail and a status_code, and nothing else") {
  const Response response = error_response(404, "Task not found", {{"Retry-After", "1"}});
  CHECK(response.status == 404);
  CHECK(response.body == R"({"detail":"Task not found","status_code":404})");
  CHECK(response.headers == ResponseHeaders{{"Retry-After", "1"}});
}

TEST_CASE("api/errors: a detail comes through whatever characters it has") {
  for (const std::string detail : {"", "a \"quoted\" \\ thing", "two\r\nlines\tand\x01\x1f",
                                   "\xe2\x80\xa8 \xf0\x9f\xa5\x9b", "</script>"}) {
    CAPTURE(detail);
    const json body = json::parse(error_response(400, detail).body);
    CHECK(body == json{{"detail", detail}, {"status_code", 400}});
  }
}

TEST_CASE("api/errors: faults say where they are, of what type, and what is wrong") {
  const Response response = validation_response({
      {{Source::body, "title"}, "missing", "Field required"},
      {{Source::body, std::size_t{17}}, "json_invalid", "JSON decode error"},
      {{Source::body, {}}, "model_attributes_type", "Not an \"object\""},
      {{Source::query, "limit"}, "int_parsing", "Not a number"},
      {{Source::path, "task_id"}, "uuid_parsing", "Not an id"},
  });
  CHECK(response.status == 422);
  CHECK(json::parse(response.body) == json::parse(R"({
    "detail": [
      {"loc": ["body", "title"], "type": "missing", "msg": "Field required"},
      {"loc": ["body", 17], "type": "json_invalid", "msg": "JSON decode error"},
      {"loc": ["body"], "type": "model_attributes_type", "msg": "Not an \"object\""},
      {"loc": ["query", "limit"], "type": "int_parsing", "msg": "Not a number"},
      {"loc": ["path", "task_id"], "type": "uuid_parsing", "msg": "Not an id"}
    ],
    "status_code": 422})"));
}

TEST_CASE("api/errors: an ApiError keeps its status, its words and its headers") {
  const ApiError error(405, "Method Not Allowed", {{"Allow", "GET, HEAD, OPTIONS"}});
  CHECK(error.status() == 405);
  CHECK(std::string(error.what()) == "Method Not Allowed");
  CHECK(error.headers() == ResponseHeaders{{"Allow", "GET, HEAD, OPTIONS"}});
}

}  // namespace taskdock::api
