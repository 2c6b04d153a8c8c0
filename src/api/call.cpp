#include "api/call.h"

#include <algorithm>
#include <variant>

#include "api/describe.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

/// Whether a Content-Type means JSON: its media type, without parameters, is application/json.
bool is_json(std::string_view content_type) {
  return support::equals_ignoring_case(
      support::trim(content_type.substr(0, content_type.find(';'))), "application/json");
}

}  // namespace

std::optional<std::string_view> Call::parameter(std::string_view name) const {
  for (const auto& [candidate, value] : parameters_) {
    if (candidate == name) return value;
  }
  return std::nullopt;
}

support::Uuid Call::id_parameter(std::string_view name) {
  support::Uuid id;
  read_parameter(parameter(name).value_or(""), Id{}, {Source::path, name}, id, faults_);
  return id;
}

/// The path parameter `name`, with the characters that Request::path leaves encoded.
std::string Call::decoded_parameter(std::string_view name) const {
  std::string text(parameter(name).value_or(""));
  for (const auto& [encoded, character] : {std::pair("%2F", "/"), std::pair("%25", "%")}) {
    for (std::size_t at = 0; (at = text.find(encoded, at)) != std::string::npos; ++at) {
      text.replace(at, 3, character);
    }
  }
  return text;
}

void Call::receive_body(std::size_t max_bytes) {
  // A page of another origin may send a body without a Content-Type, or with one of a form's, and
  // need not ask beforehand (fetch.spec.whatwg.org, "CORS-safelisted request-header").
  const auto type = request.header("Content-Type");
  if (!type || !is_json(*type))
    throw ApiError(415, "The body must be JSON, with the header Content-Type: application/json");
  const auto encoding = request.header("Content-Encoding");
  if (encoding && !support::equals_ignoring_case(*encoding, "identity")) {
    throw ApiError(415, "The body must not be encoded");
  }
  json_ = request.body.read(max_bytes);
}

void Call::be_strict(const TypeDescription* known) {
  std::vector<std::string_view> names;
  if (known) {
    for (const MemberDescription& member : known->members) names.push_back(member.name);
  }
  add_unknown_parameters(request.query, names, strictness_.emplace(), faults_);
}

bool Call::has_fault(std::string_view name) const {
  const Step member = name;
  return std::ranges::any_of(faults_, [&](const Fault& fault) {
    const auto& [source, steps, unknown] = fault.location;
    return source == Source::body && !(steps.empty() && unknown) &&
           (steps.empty() || steps[0] == member || std::holds_alternative<std::size_t>(steps[0]));
  });
}

void Call::add_missing(std::string_view name) {
  if (!has_fault(name)) api::add_missing({Source::body, name}, faults_);
}

void Call::check_input() {
  if (!faults_.empty()) throw ValidationError(std::move(faults_));
}

}  // namespace taskdock::api
