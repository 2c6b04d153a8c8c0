#include "api/errors.h"

#include <utility>

#include "support/json_writer.h"

namespace taskdock::api {

namespace {

using support::append_json_string;

void append_fault(std::string& out, const Fault& fault) {
  out += R"({"loc":[)";
  append_json_string(out, name_of(fault.location.source));
  if (const auto* member = std::get_if<std::string_view>(&fault.location.place)) {
    out += ',';
    append_json_string(out, *member);
  } else if (const auto* offset = std::get_if<std::size_t>(&fault.location.place)) {
    out += ',' + std::to_string(*offset);
  }
  out += R"(],"msg":)";
  append_json_string(out, fault.message);
  out += R"(,"type":)";
  append_json_string(out, fault.type);
  out += '}';
}

/// `detail` is JSON.
Response shaped(int status, std::string_view detail, ResponseHeaders headers) {
  Response response{.status = status, .body = R"({"detail":)", .headers = std::move(headers)};
  response.body += detail;
  response.body += R"(,"status_code":)" + std::to_string(status) + '}';
  return response;
}

}  // namespace

std::string_view name_of(Source source) {
  switch (source) {
    case Source::body:
      return "body";
    case Source::query:
      return "query";
    case Source::path:
      break;
  }
  return "path";
}

ApiError unauthorized(const std::string& detail) {
  return {401, detail, {{"WWW-Authenticate", "Bearer"}}};
}

Response error_response(int status, std::string_view detail, ResponseHeaders headers) {
  std::string json;
  append_json_string(json, detail);
  return shaped(status, json, std::move(headers));
}

Response validation_response(const std::vector<Fault>& faults) {
  std::string json = "[";
  for (const Fault& fault : faults) {
    if (json.size() > 1) json += ',';
    append_fault(json, fault);
  }
  json += ']';
  return shaped(422, json, {});
}

}  // namespace taskdock::api
