#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/read.h"
#include "api/request.h"
#include "api/services.h"
#include "store/types.h"

namespace taskdock::api {

class OpenApi;
struct TypeDescription;

/// What stood in the places of a route's {names}.
using PathParameters = std::vector<std::pair<std::string_view, std::string_view>>;

/// The media type of the request's body, without parameters; empty where it has no Content-Type.
std::string media_type_of(const Request& request);

/// One request while it is handled. A handler reads all its input, then calls check_input(), so
/// that the client learns of every fault at once, and only then acts.
class Call {
 public:
  Call(const Services& with, const OpenApi& describing, const Request& answering,
       PathParameters parameters)
      : services(with),
        openapi(describing),
        request(answering),
        parameters_(std::move(parameters)) {}

  const Services& services;
  const OpenApi& openapi;  // describes this server
  const Request& request;

  /// Who calls, and what lets them; only where the route wants a token.
  store::User caller;
  store::Grant grant;

  /// The snapshot to read from: for a GET the one in which its caller was found, at no further
  /// cost. A handler that writes or takes long must not use it, since it would occupy a reader.
  store::Snapshot& snapshot() {
    if (!snapshot_) snapshot_.emplace(services.store.snapshot());
    return *snapshot_;
  }
  /// Makes snapshot() return `snapshot`.
  void keep(store::Snapshot snapshot) { snapshot_.emplace(std::move(snapshot)); }

  /// The path parameter `name`, or nothing if the route has none of that name.
  std::optional<std::string_view> parameter(std::string_view name) const;

  /// The path parameter `name` as an id.
  support::Uuid id_parameter(std::string_view name);

  /// The path parameter `name`, a text by `rule`.
  template <class Rule>
  std::string text_parameter(std::string_view name, const Rule& rule) {
    std::string value;
    read_parameter(decoded_parameter(name), rule, {Source::path, name}, value, faults_);
    return value;
  }

  /// Waits for the body that was announced, of at most `max_bytes` bytes, and keeps it, for body()
  /// and body_or(); to be called once. It must be JSON; or, if there are `file_types`, a file of
  /// one of them, or of any if the query says what it is. Throws ApiError (400, 408, 413, 415,
  /// 503).
  void receive_body(std::size_t max_bytes, std::span<const std::string_view> file_types);

  /// From now on members of the body that are not declared are faults. Adds the faults of
  /// parameters in the query that are none of `known`'s members; null: that has no members.
  void be_strict(const TypeDescription* known);

  /// The body, which must be there.
  template <class T>
  T body() {
    if (!body_.empty()) return read_body<T>(body_, faults_, strictness());
    api::add_missing(Source::body, faults_);
    return {};
  }

  /// The same as it was sent; empty if there is none.
  const std::string& sent_body() const { return body_; }

  /// The same where there may be no body.
  template <class T>
  T body_or(T otherwise) {
    return body_.empty() ? std::move(otherwise) : read_body<T>(body_, faults_, strictness());
  }

  template <class T>
  T query() {
    return read_query<T>(request.query, faults_);
  }

  /// Adds the fault that the body's member `name` is missing, unless the member was there and has a
  /// fault, or the body could not be read at all.
  void add_missing(std::string_view name);

  /// Whether the body's member `name`, or something in it, has a fault: then its value says
  /// nothing.
  bool has_fault(std::string_view name) const;

  /// Adds a fault of Pydantic's type value_error, in its words, at `where`.
  void add_value_error(const Where& where, std::string_view reason) {
    api::add_value_error(where, reason, faults_);
  }

  /// What is wrong with what was read, for checks that add to it.
  Faults& faults() { return faults_; }

  /// Throws ValidationError if anything that was read has a fault.
  void check_input();

 private:
  Strictness* strictness() { return strictness_ ? &*strictness_ : nullptr; }
  std::string decoded_parameter(std::string_view name) const;

  PathParameters parameters_;
  std::optional<store::Snapshot> snapshot_;
  std::string body_;  // empty when there is none
  Faults faults_;
  std::optional<Strictness> strictness_;
};

}  // namespace taskdock::api
