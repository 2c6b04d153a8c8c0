#include "testing/answers.h"

#include <doctest/doctest.h>

#include <regex>

namespace taskdock::testing {

using nlohmann::json;

json fault(const json& loc, const std::string& type, const std::string& msg) {
  return {{"loc", loc}, {"msg", msg}, {"type", type}};
}

void check_error(const Answer& answer, int status, const json& detail) {
  CAPTURE(answer.body);
  CHECK(answer.status == status);
  CHECK(answer.header("content-type") == "application/json");
  CHECK(answer.header("content-length") == std::to_string(answer.body.size()));
  CHECK_FALSE(answer.header("x-request-id").empty());
  const json body = json::parse(answer.body, nullptr, false);
  REQUIRE(body.is_object());
  CHECK(body.size() == 3);
  CHECK(body.value("status_code", 0) == status);
  REQUIRE(body.contains("detail"));
  REQUIRE(body.value("message", json()).is_string());
  CHECK_FALSE(body["message"] == "");
  if (body["detail"].is_string()) CHECK(body["message"] == body["detail"]);
  if (detail.is_null()) {
    CHECK(body["detail"].is_string());
    CHECK_FALSE(body["detail"].empty());
  } else {
    CHECK(body["detail"] == detail);
  }
}

void check_faults(const Answer& answer, std::initializer_list<json> faults) {
  check_error(answer, 422, json(std::vector<json>(faults)));
}

std::vector<std::string> task_addresses(const json& user) {
  return {"/api/tasks", "/api/" + user["id"].get<std::string>() + "/tasks"};
}

bool is_uuid(const std::string& text) {
  static const std::regex pattern(
      "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  return std::regex_match(text, pattern);
}

bool is_moment(const std::string& text) {
  static const std::regex pattern(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)");
  return std::regex_match(text, pattern);
}

Answer send_raw(int port, const std::string& bytes) {
  RawSocket socket(port);
  socket.send(bytes);
  std::string surplus;
  return Client::read_answer(socket, surplus);
}

void check_alive(int port) {
  const Answer answer = Client(port).get("/health");
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"status":"healthy"})");
}

}  // namespace taskdock::testing
