#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
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
/// Appends a text that needs no escaping, its quotes with it: each append to a string has its
/// price.
template <std::size_t size>
void append_quoted(std::string& out, const std::array<char, size>& text) {
  std::array<char, size + 2> quoted;
  quoted.front() = quoted.back() = '"';
  std::copy(text.begin(), text.end(), quoted.begin() + 1);
  out.append(quoted.data(), quoted.size());
}
inline void append_json(std::string& out, const support::Uuid& value) {
  append_quoted(out, value.characters());
}
inline void append_json(std::string& out, support::Timestamp value) {
  append_quoted(out, support::rfc3339_characters(value));
}
inline void append_json(std::string& out, const support::DateOrTime& value) {
  out += '"';
  support::append_date_or_time(out, value);
  out += '"';
}
inline void append_json(std::string& out, std::chrono::minutes utc_offset) {
  out += '"';
  support::append_utc_offset(out, utc_offset);
  out += '"';
}

template <class T>
void append_json(std::string& out, const T& value);
template <class T>
void append_json(std::string& out, const std::vector<T>& values);
template <class... Types>
void append_json(std::string& out, const std::variant<Types...>& value);

template <class... Types>
void append_json(std::string& out, const std::variant<Types...>& value) {
  std::visit([&out](const auto& known) { append_json(out, known); }, value);
}

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
  constexpr std::size_t max_reserved = 64 * 1024;
  out += '[';
  const std::size_t start = out.size();
  for (const T& value : values) {
    if (&value != values.data()) out += ',';
    append_json(out, value);
    if (&value == values.data()) {
      // The others are probably about as long as the first.
      out.reserve(start + std::min((out.size() - start) * values.size() * 5 / 4, max_reserved));
    }
  }
  out += ']';
}

/// A value of T as JSON if no member had a value, `{"id":null,"title":null}`, and so also what
/// stands between the values of those that have one: all of it is one append. Our own names need no
/// escaping.
template <class T>
struct EmptyObject {
  static constexpr std::string_view null = "null";
  static constexpr std::size_t count = member_names<T>.size();
  static constexpr std::size_t size = [] {
    std::size_t total = 1;
    for (const std::string_view name : member_names<T>) total += name.size() + 4 + null.size();
    return total;
  }();

  std::array<char, size> text{};
  std::array<std::size_t, count + 1> offsets{};

  constexpr EmptyObject() {
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
      text[at++] = i == 0 ? '{' : ',';
      text[at++] = '"';
      for (const char c : member_names<T>[i]) text[at++] = c;
      text[at++] = '"';
      text[at++] = ':';
      for (const char c : null) text[at++] = c;
      offsets[i + 1] = at;
    }
    text[at] = '}';
  }

  /// The members from `first` on that have no value, and what stands before the value of member
  /// `i`.
  constexpr std::string_view before(std::size_t first, std::size_t i) const {
    return {text.data() + offsets[first], offsets[i + 1] - null.size() - offsets[first]};
  }
  /// The members from `first` on, none of which has a value, and the end.
  constexpr std::string_view rest(std::size_t first) const {
    return {text.data() + offsets[first], size - offsets[first]};
  }
};

template <class T>
inline constexpr EmptyObject<T> empty_object;

/// A value of a type with a schema, or of an enumeration with words.
template <class T>
void append_json(std::string& out, const T& value) {
  if constexpr (std::is_enum_v<T>) {
    out += '"';
    out += words<T>[static_cast<std::size_t>(value)];
    out += '"';
  } else {
    constexpr const EmptyObject<T>& empty = empty_object<T>;
    std::size_t i = 0;
    std::size_t first_unwritten = 0;
    for_each_member<T>([&](const auto& member) {
      const auto& content = value.*member.pointer;
      if constexpr (is_optional<std::remove_cvref_t<decltype(content)>>) {
        if (!content) {
          ++i;
          return;
        }
      }
      out += empty.before(first_unwritten, i);
      append_json(out, content);
      first_unwritten = ++i;
    });
    out += empty.rest(first_unwritten);
  }
}

template <class T>
std::string to_json(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace taskdock::api
