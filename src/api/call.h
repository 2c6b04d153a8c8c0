#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/read.h"
#include "api/request.h"
#include "api/services.h"
#include "store/types.h"

namespace taskdock::api {

/// What stood in the places of a route's {names}.
using PathParameters = std::vector<std::pair<std::string_view, std::string_view>>;

/// One request on its way through a handler. A handler reads all its input, then calls
/// check_input(), so that whoever sent it learns of every fault at once, and only then acts.
class Call {
 public:
  Call(const Services& with, const Request& answering, PathParameters parameters)
      : services(with), request(answering), parameters_(std::move(parameters)) {}

  const Services& services;
  const Request& request;

  /// Who calls, and in which session; only where the route wants a token.
  store::User caller;
  support::Uuid session_id;

  /// The path parameter `name`, or nothing if the route has none of that name.
  std::optional<std::string_view> parameter(std::string_view name) const;

  /// The path parameter `name` as an id.
  support::Uuid id_parameter(std::string_view name);

  /// The body, which must be there and be JSON. Throws ApiError (400, 408, 413, 415).
  template <class T>
  T body() {
    const std::string json = read_json();
    if (!json.empty()) return read_body<T>(json, faults_);
    api::add_missing({Source::body, {}}, faults_);
    return {};
  }

  /// The same where there may be no body.
  template <class T>
  T body_or(T otherwise) {
    const std::string json = read_json();
    return json.empty() ? std::move(otherwise) : read_body<T>(json, faults_);
  }

  template <class T>
  T query() {
    return read_query<T>(request.query, faults_);
  }

  /// Adds the fault that the body's member `name` is missing.
  void add_missing(std::string_view name) { api::add_missing({Source::body, name}, faults_); }

  void add_fault(Fault fault) { faults_.push_back(std::move(fault)); }

  /// Throws ValidationError if anything that was read has a fault.
  void check_input() const;

 private:
  std::string read_json();

  PathParameters parameters_;
  Faults faults_;
};

}  // namespace taskdock::api
