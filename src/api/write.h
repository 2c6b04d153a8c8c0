#pragma once

#include <array>
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

/// What stands before the values of T's members in JSON: `{"id":`, `,"title":` and so on, in one
/// text. Our own names need no escaping.
template <class T>
struct MemberPrefixes {
  static constexpr std::size_t count = member_names<T>.size();
  static constexpr std::size_t size = [] {
    std::size_t total = 0;
    for (const std::string_view name : member_names<T>) total += name.size() + 4;
    return total;
  }();

  std::array<char, size> text{};
  std::array<std::size_t, count + 1> offsets{};

  constexpr MemberPrefixes() {
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
      text[at++] = i == 0 ? '{' : ',';
      text[at++] = '"';
      for (const char c : member_names<T>[i]) text[at++] = c;
      text[at++] = '"';
      text[at++] = ':';
      offsets[i + 1] = at;
    }
  }
};

template <class T>
inline constexpr MemberPrefixes<T> member_prefixes;

/// A value of a type with a schema, or of an enumeration with words.
template <class T>
void append_json(std::string& out, const T& value) {
  if constexpr (std::is_enum_v<T>) {
    out += '"';
    out += words<T>[static_cast<std::size_t>(value)];
    out += '"';
  } else {
    constexpr const MemberPrefixes<T>& prefixes = member_prefixes<T>;
    std::size_t i = 0;
    for_each_member<T>([&](const auto& member) {
      out.append(prefixes.text.data() + prefixes.offsets[i],
                 prefixes.offsets[i + 1] - prefixes.offsets[i]);
      ++i;
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
