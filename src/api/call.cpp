#include "api/call.h"

#include <algorithm>
#include <variant>

#include "api/describe.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

/// What the query calls the form of a body that is a file (ImportParameters).
constexpr std::string_view format_parameter = "format";

bool names_format(const Request& request) {
  return std::ranges::any_of(request.query,
                             [](const auto& each) { return each.first == format_parameter; });
}

ApiError wrong_type(std::span<const std::string_view> file_types) {
  if (file_types.empty()) {
    return {415, "The body must be JSON, with the header Content-Type: application/json"};
  }
  std::string text("The body must be a file that the header Content-Type names, as ");
  for (const std::string_view type : file_types) {
    text.append(type).append(type == file_types.back() ? ", or the parameter format" : ", ");
  }
  return {415, text};
}

}  // namespace

std::string media_type_of(const Request& request) {
  const std::string type = request.header("Content-Type").value_or("");
  return std::string(support::trim_blanks(std::string_view(type).substr(0, type.find(';'))));
}

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

void Call::receive_body(std::size_t max_bytes, std::span<const std::string_view> file_types) {
  // A page of another origin may send a body without a Content-Type, or with one of a form's, and
  // need not ask beforehand (fetch.spec.whatwg.org, "CORS-safelisted request-header"); but it may
  // not send a token then.
  constexpr std::string_view json[] = {"application/json"};
  const std::span<const std::string_view> types = file_types.empty() ? json : file_types;
  const std::string sent = media_type_of(request);
  const bool is_known = std::ranges::any_of(
      types, [&](std::string_view type) { return support::equals_ignoring_case(type, sent); });
  if (!is_known && (file_types.empty() || !names_format(request))) throw wrong_type(file_types);
  const auto encoding = request.header("Content-Encoding");
  if (encoding && !support::equals_ignoring_case(*encoding, "identity")) {
    throw ApiError(415, "The body must not be encoded");
  }
  body_ = request.body.read(max_bytes);
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
