#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/schema.h"
#include "support/clock.h"
#include "support/date_time.h"
#include "support/json_writer.h"
#include "support/uuid.h"

/// Writing declared types as JSON, straight into one buffer.
namespace taskdock::api {

inline void append_json(std::string& out, const std::string& value) {
  support::append_json_string(out, value);
}
inline void append_json(std::string& out, bool value) {
  out += value ? "true" : "false";
}
inline void append_json(std::string& out, std::int64_t value) {
  out += std::to_string(value);
}
inline void append_json(std::string& out, const support::Uuid& value) {
  out += '"';
  value.append_to(out);
  out += '"';
}
inline void append_json(std::string& out, support::Timestamp value) {
  out += '"';
  support::append_rfc3339(out, value);
  out += '"';
}
inline void append_json(std::string& out, const support::DateOrTime& value) {
  out += '"';
  support::append_date_or_time(out, value);
  out += '"';
}

template <class T>
void append_json(std::string& out, const T& value);
template <class T>
void append_json(std::string& out, const std::vector<T>& values);

template <class T>
void append_json(std::string& out, const std::optional<T>& value) {
  if (value) {
    append_json(out, *value);
  } else {
    out += "null";
  }
}

template <class T>
void append_json(std::string& out, const std::vector<T>& values) {
  out += '[';
  for (const T& value : values) {
    if (&value != values.data()) out += ',';
    append_json(out, value);
  }
  out += ']';
}

/// A value of a type with a schema, or of an enumeration with words; our own names and words need
/// no escaping.
template <class T>
void append_json(std::string& out, const T& value) {
  if constexpr (std::is_enum_v<T>) {
    out += '"';
    out += words<T>[static_cast<std::size_t>(value)];
    out += '"';
  } else {
    char before = '{';
    for_each_member<T>([&](const auto& member) {
      out += before;
      before = ',';
      out += '"';
      out += member.name;
      out += "\":";
      append_json(out, value.*member.pointer);
    });
    out += '}';
  }
}

template <class T>
std::string to_json(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace taskdock::api
