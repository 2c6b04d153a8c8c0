#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "api/schema.h"
#include "support/clock.h"
#include "support/date_time.h"
#include "support/json_writer.h"
#include "support/uuid.h"

/// Writing declared types as JSON, straight into one buffer. Each append to a string has its price,
/// so a value whose length has a limit that is known in advance is written where the string has
/// room for all of it.
namespace taskdock::api {

/// Whether max_json_size and write_json are there for T: it is one value, a list of strings, or a
/// declared type of such members.
template <class T>
inline constexpr bool has_json_limit = true;
template <class T>
inline constexpr bool has_json_limit<std::optional<T>> = has_json_limit<T>;
template <class T>
inline constexpr bool has_json_limit<std::vector<T>> = std::is_same_v<T, std::string>;
template <class... Types>
inline constexpr bool has_json_limit<std::variant<Types...>> =
    std::is_same_v<std::variant<Types...>, support::DateOrTime>;
template <class T>
requires requires {
  schema<T>.members;
}
inline constexpr bool has_json_limit<T> = std::apply(
    [](const auto&... members) {
      return (has_json_limit<std::remove_cvref_t<decltype(std::declval<T>().*members.pointer)>> &&
              ...);
    },
    schema<T>.members);

/// What stands before the value of a member: `{"id":` or `,"title":`. Our own names need no
/// escaping.
template <class T, std::size_t index>
inline constexpr auto member_start = [] {
  constexpr std::string_view name = member_names<T>[index];
  std::array<char, name.size() + 4> text{};
  text[0] = index == 0 ? '{' : ',';
  text[1] = text[name.size() + 2] = '"';
  text[name.size() + 3] = ':';
  std::copy(name.begin(), name.end(), text.begin() + 2);
  return text;
}();

template <class T>
inline constexpr auto member_indexes = std::make_index_sequence<member_names<T>.size()>{};

/// That of a number, a word, an id or a time, with its quotation marks.
inline constexpr std::size_t max_other_size = 64;

/// Up to how many characters write_json writes.
inline std::size_t max_json_size(const std::string& value) {
  return support::max_json_string_size(value.size());
}
inline std::size_t max_json_size(const std::vector<std::string>& values) {
  std::size_t size = 2;
  for (const std::string& value : values) size += 1 + max_json_size(value);
  return size;
}
template <class T>
std::size_t max_json_size(const T& value);
template <class T>
std::size_t max_json_size(const std::optional<T>& value) {
  return value ? max_json_size(*value) : 4;
}
template <class T, std::size_t... indexes>
std::size_t max_json_size(const T& value, std::index_sequence<indexes...>) {
  return ((member_start<T, indexes>.size() +
           max_json_size(value.*std::get<indexes>(schema<T>.members).pointer)) +
          ... + 1);
}
template <class T>
std::size_t max_json_size(const T& value) {
  if constexpr (requires { schema<T>.members; }) {
    return max_json_size(value, member_indexes<T>);
  } else {
    return max_other_size;
  }
}

template <std::size_t size>
char* write_text(char* to, const std::array<char, size>& text) {
  std::memcpy(to, text.data(), size);
  return to + size;
}
inline char* write_text(char* to, std::string_view text) {
  return std::copy(text.begin(), text.end(), to);
}
/// A text that needs no escaping, in quotation marks.
template <class Text>
char* write_quoted(char* to, const Text& text) {
  *to = '"';
  to = write_text(to + 1, text);
  *to = '"';
  return to + 1;
}

/// Writes `value` to where `to` points, and returns the end of it.
inline char* write_json(char* to, const std::string& value) {
  return support::write_json_string(to, value);
}
inline char* write_json(char* to, const std::vector<std::string>& values) {
  *to++ = '[';
  for (const std::string& value : values) {
    if (&value != values.data()) *to++ = ',';
    to = write_json(to, value);
  }
  *to++ = ']';
  return to;
}
inline char* write_json(char* to, bool value) {
  return write_text(to, value ? std::string_view("true") : "false");
}
inline char* write_json(char* to, std::int64_t value) {
  constexpr int max_digits = 20;
  return std::to_chars(to, to + max_digits, value).ptr;
}
inline char* write_json(char* to, const support::Uuid& value) {
  return write_quoted(to, value.characters());
}
inline char* write_json(char* to, support::Timestamp value) {
  return write_quoted(to, support::rfc3339_characters(value));
}
inline char* write_json(char* to, const support::DateOrTime& value) {
  *to = '"';
  to = support::write_date_or_time(to + 1, value);
  *to = '"';
  return to + 1;
}
inline char* write_json(char* to, std::chrono::minutes utc_offset) {
  std::string text;
  support::append_utc_offset(text, utc_offset);
  return write_quoted(to, std::string_view(text));
}
template <class T>
char* write_json(char* to, const T& value);
template <class T>
char* write_json(char* to, const std::optional<T>& value) {
  return value ? write_json(to, *value) : write_text(to, "null");
}
template <class T, std::size_t... indexes>
char* write_json(char* to, const T& value, std::index_sequence<indexes...>) {
  ((to = write_json(write_text(to, member_start<T, indexes>),
                    value.*std::get<indexes>(schema<T>.members).pointer)),
   ...);
  *to = '}';
  return to + 1;
}
/// A value of a type with a schema, or of an enumeration with words.
template <class T>
char* write_json(char* to, const T& value) {
  if constexpr (std::is_enum_v<T>) {
    static_assert(std::ranges::all_of(
        words<T>, [](std::string_view word) { return word.size() + 2 <= max_other_size; }));
    return write_quoted(to, words<T>[static_cast<std::size_t>(value)]);
  } else {
    return write_json(to, value, member_indexes<T>);
  }
}

template <class T>
void append_json(std::string& out, const T& value);

template <class... Types>
void append_json(std::string& out, const std::variant<Types...>& value) {
  std::visit([&out](const auto& known) { append_json(out, known); }, value);
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
      // The others are probably about as long as the first. The last one needs room for its limit.
      std::size_t expected = (out.size() - start) * values.size() * 5 / 4;
      if constexpr (has_json_limit<T>) expected += max_json_size(value);
      out.reserve(start + std::min(expected, max_reserved));
    }
  }
  out += ']';
}

template <class T, std::size_t... indexes>
void append_members(std::string& out, const T& value, std::index_sequence<indexes...>) {
  ((out.append(member_start<T, indexes>.data(), member_start<T, indexes>.size()),
    append_json(out, value.*std::get<indexes>(schema<T>.members).pointer)),
   ...);
  out += '}';
}

template <class T>
void append_json(std::string& out, const T& value) {
  if constexpr (has_json_limit<T>) {
    const std::size_t start = out.size();
    out.resize(start + max_json_size(value));
    const char* const end = write_json(out.data() + start, value);
    out.resize(static_cast<std::size_t>(end - out.data()));
  } else {
    append_members(out, value, member_indexes<T>);
  }
}

template <class T>
std::string to_json(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace taskdock::api
