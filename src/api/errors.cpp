#include "api/errors.h"

#include <utility>

#include "support/json_writer.h"

namespace taskdock::api {

namespace {

using support::append_json_string;

void append_fault(std::string& out, const Fault& fault) {
  out += R"({"loc":[)";
  append_json_string(out, name_of(fault.location.source));
  for (const Step& step : fault.location.steps) {
    out += ',';
    if (const auto* name = std::get_if<std::string_view>(&step)) {
      append_json_string(out, *name);
    } else {
      out += std::to_string(std::get<std::size_t>(step));
    }
  }
  if (fault.location.unknown) {
    out += ',';
    append_json_string(out, *fault.location.unknown);
  }
  out += R"(],"msg":)";
  append_json_string(out, fault.message);
  out += R"(,"type":)";
  append_json_string(out, fault.type);
  out += '}';
}

/// `detail` is JSON, `message` is text.
Response shaped(int status, std::string_view detail, std::string_view message,
                ResponseHeaders headers) {
  Response response{.status = status, .body = R"({"detail":)", .headers = std::move(headers)};
  response.body += detail;
  response.body += R"(,"status_code":)" + std::to_string(status) + R"(,"message":)";
  append_json_string(response.body, message);
  response.body += '}';
  return response;
}

/// What people call the value at `location`: the last name on the way to it, as a word.
std::string word_for(const Location& location) {
  std::string_view name = name_of(location.source);
  for (const Step& step : location.steps) {
    if (const auto* named = std::get_if<std::string_view>(&step)) name = *named;
  }
  if (location.unknown) name = *location.unknown;
  std::string word(name);
  if (location.source == Source::header) return word;
  for (char& c : word) {
    if (c == '_' || c == '-') c = ' ';
  }
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') {
    word[0] = static_cast<char>(word[0] - 'a' + 'A');
  }
  return word;
}

/// "Line 17: " for what is in a file, where the numbers of tasks and lines begin with one;
/// "Operation 3: " for what is in a batch, where they begin with zero; empty for everything else.
std::string place_among_others(const Location& location) {
  if (location.source != Source::body || location.steps.size() < 2) return {};
  const auto* counted = std::get_if<std::string_view>(&location.steps[0]);
  const auto* number = std::get_if<std::size_t>(&location.steps[1]);
  if (!counted || !number) return {};
  if (*counted == "line") return "Line " + std::to_string(*number) + ": ";
  if (*counted == "task") return "Task " + std::to_string(*number) + ": ";
  if (*counted == "operations") return "Operation " + std::to_string(*number) + ": ";
  return {};
}

/// What is wrong with `fault`'s value, as sentence_of says it.
std::string describe_fault(const Fault& fault) {
  const std::string word = word_for(fault.location);
  std::string_view text = fault.message;
  if (text.ends_with('.')) text.remove_suffix(1);  // several sentences are joined by semicolons
  if (fault.type == file_invalid) return std::string(text);
  if (fault.type == "missing") return word + " is required";
  if (fault.type == "extra_forbidden") return word + " is not known here";
  if (fault.type == "json_invalid") return word + " is not valid JSON";
  if (fault.type == "model_attributes_type") return word + " should be a JSON object";
  // Pydantic's texts call the value "Input", "String" or "List".
  const std::size_t should = text.find(" should ");
  if (should < text.find(',')) return word + std::string(text.substr(should));
  for (const std::string_view prefix : {"Value error, ", "value "}) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  }
  if (text.starts_with(word + ' ')) return std::string(text);
  const bool is_predicate = text.starts_with("must ") || text.starts_with("is not ");
  return word + (is_predicate ? " " : ": ") + std::string(text);
}

}  // namespace

ApiError short_of_memory() {
  return {503, "The server is short of memory; try again", retry_soon};
}

void add_retry(Response& response) {
  if (response.status != 503) return;
  response.headers.insert(response.headers.end(), retry_soon.begin(), retry_soon.end());
}

std::string_view name_of(Source source) {
  switch (source) {
    case Source::body:
      return "body";
    case Source::query:
      return "query";
    case Source::path:
      return "path";
    case Source::header:
      break;
  }
  return "header";
}

std::string sentence_of(const Fault& fault) {
  return place_among_others(fault.location) + describe_fault(fault);
}

ApiError unauthorized(const std::string& detail) {
  return {401, detail, {{"WWW-Authenticate", "Bearer"}}};
}

Response error_response(int status, std::string_view detail, ResponseHeaders headers) {
  std::string json;
  append_json_string(json, detail);
  return shaped(status, json, detail, std::move(headers));
}

Response validation_response(const std::vector<Fault>& faults) {
  std::string json = "[";
  std::string message;
  for (const Fault& fault : faults) {
    if (json.size() > 1) json += ',';
    append_fault(json, fault);
    if (!message.empty()) message += "; ";
    message += sentence_of(fault);
  }
  json += ']';
  return shaped(422, json, message, {});
}

}  // namespace taskdock::api
