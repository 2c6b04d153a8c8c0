#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/schema.h"
#include "support/json_object.h"
#include "support/uuid.h"

/// Reading declared types from JSON and from query parameters, with every fault found.
namespace taskdock::api {

/// Collects what is wrong with a request.
using Faults = std::vector<Fault>;

/// Reads one value by its rule into `out`, or adds what is wrong with it to `faults`.
void read_value(const support::JsonValue& value, const Text& rule, Location where, std::string& out,
                Faults& faults);
void read_value(const support::JsonValue& value, const Email& rule, Location where,
                std::string& out, Faults& faults);
void read_value(const support::JsonValue& value, const Flag& rule, Location where, bool& out,
                Faults& faults);

/// The same from the text of a parameter, as Pydantic reads them: true and false also as 1, 0, yes,
/// no, on, off, y, n, t, f, in any case.
void read_parameter(std::string_view text, const Flag& rule, Location where, bool& out,
                    Faults& faults);
void read_parameter(std::string_view text, const Whole& rule, Location where, std::int64_t& out,
                    Faults& faults);
void read_parameter(std::string_view text, const Id& rule, Location where, support::Uuid& out,
                    Faults& faults);

/// The members of `object`, or nothing where `body` is no JSON object; then `faults` says why.
std::optional<support::JsonObject> parse_body(std::string_view body, Faults& faults);

void add_missing(Location where, Faults& faults);

/// A present value of an optional member.
template <class Rule, class T>
void read_value(const support::JsonValue& value, const Rule& rule, Location where,
                std::optional<T>& out, Faults& faults) {
  if (is_optional<T> && value.kind == support::JsonValue::Kind::null) {
    out.emplace();
  } else {
    read_value(value, rule, where, out.emplace(), faults);
  }
}

template <class Rule, class T>
void read_parameter(std::string_view text, const Rule& rule, Location where, std::optional<T>& out,
                    Faults& faults) {
  read_parameter(text, rule, where, out.emplace(), faults);
}

/// Reads a T from the JSON text `body`. What comes back is whole only if no fault was added.
template <class T>
T read_body(std::string_view body, Faults& faults) {
  T result;
  const auto members = parse_body(body, faults);
  if (!members) return result;
  for_each_member<T>([&](const auto& member) {
    using Type = std::remove_reference_t<decltype(result.*member.pointer)>;
    const Location where{Source::body, member.name};
    const support::JsonValue* value = members->find(member.name);
    const bool is_null = value && value->kind == support::JsonValue::Kind::null;
    if (!value || (is_null && is_optional<Type> && !is_clearable<Type>)) {
      if (!is_optional<Type>) add_missing(where, faults);
    } else {
      read_value(*value, member.rule, where, result.*member.pointer, faults);
    }
  });
  return result;
}

/// Reads a T from query parameters; of several with one name the last counts.
template <class T>
T read_query(const std::vector<std::pair<std::string, std::string>>& query, Faults& faults) {
  T result;
  for_each_member<T>([&](const auto& member) {
    for (auto parameter = query.rbegin(); parameter != query.rend(); ++parameter) {
      if (parameter->first != member.name) continue;
      read_parameter(parameter->second, member.rule, {Source::query, member.name},
                     result.*member.pointer, faults);
      break;
    }
  });
  return result;
}

}  // namespace taskdock::api
